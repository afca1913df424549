"""Calendars of packs, as a test needs them, and their loading."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from agreement.models import Agreement, Calendar, CalendarParty, Holiday
from agreement.packs.model import Calendar as PackCalendar
from agreement.packs.model import CalendarDay
from obligations.packs.calendars import load_calendars
from obligations.packs.difference import Difference
from parties.access import PUBLIC_VIEWER
from tests import make

ASSUMPTION = date(2023, 8, 15)
ORTHODOX_EASTER_MONDAY = date(2023, 4, 17)


def pack_calendar(
    code: str = "alpha",
    days: dict[date, str] | None = None,
    first_year: int = 2023,
    last_year: int = 2023,
    **fields: Any,
) -> PackCalendar:
    """A pack's calendar of 2023 where no other years are given, with no day that is not given."""
    return PackCalendar.model_construct(
        code=code,
        days=tuple(CalendarDay(date=day, name=name) for day, name in (days or {}).items()),
        years=(first_year, last_year),
        **({"name": f"Holidays of {code.title()}"} | fields),
    )


def load(
    *calendars: PackCalendar, now: datetime = make.NOW, outset: bool = False, of: Agreement | None = None
) -> Counter[str]:
    """Load them for the agreement; the parties that they name are made where they are missing."""
    of = of or make.agreement()
    parties = {code: make.party(code, of) for calendar in calendars for code in calendar.parties}
    written = Difference()
    load_calendars(of, calendars, parties, PUBLIC_VIEWER, now, outset, written)
    return sum(written.counts.values(), Counter())


def calendar(code: str = "alpha", of: Agreement | None = None) -> Calendar:
    return Calendar.objects.get(agreement=of or make.agreement(), code=code)


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
    standing = rows.standing(known_at).values_list("calendar_id", "day", "name", "is_holiday")
    for calendar_id, day, name, is_holiday in standing:
        if is_holiday:
            found[codes[calendar_id]][day] = name
    return found


def party_calendars(agreement_id: int) -> dict[int, str]:
    """The code of the calendar of each party that has one, by the party's key. One query."""
    served = CalendarParty.objects.filter(agreement_id=agreement_id).order_by()
    return dict(served.values_list("party_id", "calendar__code"))


def known_until_of(agreement_id: int) -> dict[str, date | None]:
    """The last day of which each calendar of the agreement says anything, by its code. One query."""
    return dict(Calendar.objects.filter(agreement_id=agreement_id).values_list("code", "known_until"))
