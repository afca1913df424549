"""Public holidays as the library `holidays` computes them. Pure functions, no database."""

from datetime import date
from importlib.metadata import version

LIBRARY = "holidays"
VERSION = version(LIBRARY)


def problem(code: str, first: int, last: int) -> str:
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
    fell on a weekend, "(observed)". Raises ValueError for what `problem` names.
    """
    from holidays.utils import country_holidays

    if wrong := problem(code, first, last):
        raise ValueError(wrong)
    languages = country_holidays(code, expand=False).supported_languages
    english = next((one for one in sorted(languages) if one.startswith("en")), None)
    years = range(first, last + 1)
    found = country_holidays(code, years=years, expand=False, language=english, categories="public")
    return {day: name for day, name in sorted(found.items()) if first <= day.year <= last}
