"""Holidays as packs give them, and as they stand in an agreement's calendars."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from agreement import holiday_library
from agreement.models import Holiday
from agreement.packs.model import Calendar as PackCalendar

Origin = Holiday.Origin


@dataclass(frozen=True, slots=True)
class Given:
    """What a pack says of one day: a holiday, or (`is_holiday` False) one of the library's that is none here."""

    day: date
    name: str
    is_holiday: bool
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
    return {given.day: given.name for given in given_by(calendar) if given.is_holiday}
