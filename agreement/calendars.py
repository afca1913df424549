"""Holidays: as the library `holidays` computes them, and as packs give them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from agreement.models import Holiday
from agreement.packs.model import Calendar as PackCalendar

LIBRARY = "holidays"
VERSION = version(LIBRARY)


def library_problem(code: str, first: int, last: int) -> str:
    """What is wrong with asking for the years `first` to `last` of a calendar; empty where nothing is.

    The library answers years that it does not know with no holiday at all, which would count them as working days.
    """
    from holidays.utils import country_holidays  # takes a third of a second, which only loading a pack needs

    try:
        known = country_holidays(code, expand=False)
    except NotImplementedError:
        return f"the library {LIBRARY} {VERSION} has no calendar {code!r}"
    if first > last:
        return f"years: {first} is later than {last}"
    if first < known.start_year or last > known.end_year:
        span = f"{known.start_year} to {known.end_year}"
        return (
            f"the library {LIBRARY} {VERSION} knows the calendar {code!r} from {span}, not {first} to {last}"
        )
    return ""


def public_days(code: str, first: int, last: int) -> dict[date, str]:
    """The public holidays of the years `first` to `last`, in order, named in English where the library can.

    A day that the library takes from a computed moon carries "(estimated)" in its name; a day off in place of one that
    fell on a weekend, "(observed)". Raises ValueError for what `library_problem` names.
    """
    from holidays.utils import country_holidays

    if wrong := library_problem(code, first, last):
        raise ValueError(wrong)
    languages = country_holidays(code, expand=False).supported_languages
    english = next((language for language in sorted(languages) if language.startswith("en")), None)
    years = range(first, last + 1)
    days = country_holidays(code, years=years, expand=False, language=english, categories="public")
    return {day: name for day, name in sorted(days.items()) if first <= day.year <= last}


Origin = Holiday.Origin


def parts_of(name: str) -> list[tuple[str, str]]:
    """The names of one day, of which the library joins several, each with the remark that follows it."""
    parts = (part.partition(" (") for part in name.split("; "))
    return [(base, f"{mark}{remark}") for base, mark, remark in parts]


def renamed(name: str, names: Mapping[str, str]) -> str:
    """With other names in place of the library's; what it remarks, such as "(observed)", stays."""
    return "; ".join(f"{names.get(base, base)}{remark}" for base, remark in parts_of(name))


@dataclass(frozen=True, slots=True)
class PackDay:
    """What a pack says of one day: a holiday, or (`is_holiday` False) one of the library's that is none here."""

    day: date
    name: str
    is_holiday: bool
    origin: Holiday.Origin


def given_by(calendar: PackCalendar) -> Iterator[PackDay]:
    """Every day of which the pack's calendar says something. ValueError for what the library does not know."""
    computed = {}
    if calendar.library:
        computed = public_days(calendar.library, calendar.first_year, calendar.last_year)
        computed = {day: renamed(name, calendar.names) for day, name in computed.items()}
    own = {day.date: day.name for day in calendar.days}
    for day in sorted({*computed, *calendar.exceptions, *own}):
        if day in own:
            yield PackDay(day, own[day], True, Origin.PACK)
        elif day in calendar.exceptions:
            yield PackDay(day, computed.get(day, ""), False, Origin.PACK)
        else:
            yield PackDay(day, computed[day], True, Origin.LIBRARY)


def days_of(calendar: PackCalendar) -> dict[date, str]:
    """The holidays of a pack's calendar with their names, in order: the library's less the exceptions, and its own."""
    return {given.day: given.name for given in given_by(calendar) if given.is_holiday}
