"""Holidays as packs give them, and as they stand in an agreement's calendars."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from agreement import holiday_library
from agreement.models import Calendar, CalendarParty, Holiday
from agreement.packs.model import Calendar as PackCalendar

Origin = Holiday.Origin


@dataclass(frozen=True, slots=True)
class Given:
    """What a pack says of one day: a holiday, or (`kept` False) one of the library's that is none here."""

    day: date
    name: str
    kept: bool
    origin: Holiday.Origin


def given_by(calendar: PackCalendar) -> Iterator[Given]:
    """Every day of which the pack's calendar says something. ValueError for what the library does not know."""
    computed = {}
    if calendar.library:
        computed = holiday_library.public_days(calendar.library, calendar.first_year, calendar.last_year)
    own = {day.date: day.name for day in calendar.days}
    for day in sorted({*computed, *calendar.exceptions, *own}):
        if day in own:
            yield Given(day, own[day], True, Origin.PACK)
        elif day in calendar.exceptions:
            yield Given(day, computed.get(day, ""), False, Origin.PACK)
        else:
            yield Given(day, computed[day], True, Origin.LIBRARY)


def days_of(calendar: PackCalendar) -> dict[date, str]:
    """The holidays of a pack's calendar with their names, in order: the library's less the exceptions, and its own."""
    return {given.day: given.name for given in given_by(calendar) if given.kept}


def holidays_of(
    agreement_id: int,
    known_at: datetime | None = None,
    first: date | None = None,
    last: date | None = None,
) -> dict[str, dict[date, str]]:
    """The holidays of each calendar of the agreement by its code, from `first` to `last`, both counted. Two queries.

    As they were known at `known_at`; all that is on record where it is None. A calendar without any day is there too.
    """
    codes = dict(Calendar.objects.filter(agreement_id=agreement_id).values_list("pk", "code"))
    found: dict[str, dict[date, str]] = {code: {} for code in codes.values()}
    rows = Holiday.objects.filter(calendar__in=codes)
    if first is not None:
        rows = rows.filter(day__gte=first)
    if last is not None:
        rows = rows.filter(day__lte=last)
    standing = rows.standing(known_at).values_list("calendar_id", "day", "name", "kept")
    for calendar_id, day, name, kept in standing:
        if kept:
            found[codes[calendar_id]][day] = name
    return found


def party_calendars(agreement_id: int) -> dict[int, str]:
    """The code of the calendar of each party that has one, by the party's key. One query."""
    served = CalendarParty.objects.filter(agreement_id=agreement_id).order_by()
    return dict(served.values_list("party_id", "calendar__code"))


def known_until_of(agreement_id: int) -> dict[str, date | None]:
    """The last day of which each calendar of the agreement says anything, by its code. One query."""
    return dict(Calendar.objects.filter(agreement_id=agreement_id).values_list("code", "known_until"))
