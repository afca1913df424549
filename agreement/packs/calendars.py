"""What a schema cannot see of calendars of days off."""

import datetime as dt
from collections.abc import Iterator

from agreement.packs.codes import Known, refer
from agreement.packs.model import Calendar
from agreement.packs.problems import Problem


def check_calendar(calendar: Calendar, known: Known) -> Iterator[Problem]:
    """A sound calendar by itself."""
    yield from refer(calendar, "party", "actor", known.roles)
    yield from refer(calendar, "parties", "actor", known.roles)
    if "party" in calendar.written and "parties" in calendar.written:
        yield calendar.place("party").problem("all parties stand in 'parties'; remove this")
    if not calendar.library and not calendar.days:
        yield calendar.at.problem("names neither a library nor days; add one of them")
    if "except" in calendar.written and not calendar.library:
        yield calendar.place("except").problem("leaves out days of a library, but none is named; remove it")
    yield from _check_days(calendar)


def _check_days(calendar: Calendar) -> Iterator[Problem]:
    first, last = calendar.years
    if first > last:
        yield calendar.place("years").problem(f"{first} comes after {last}; write the first year first")
        return
    seen: set[dt.date] = set()
    own = [(day.place("date"), day.date) for day in calendar.days]
    left_out = [
        (calendar.place("except", index), dt.date.fromisoformat(day))
        for index, day in enumerate(calendar.written.get("except", ()))
    ]
    for place, day in [*own, *left_out]:
        if not first <= day.year <= last:
            yield place.problem(f"{day} is not in the years {first} to {last}; correct one")
        if day in seen:
            yield place.problem(f"{day} stands twice in this calendar; keep one")
        seen.add(day)


def check_owners(calendars: Iterator[Calendar]) -> Iterator[Problem]:
    """Everybody counts by one calendar."""
    first: dict[str, Calendar] = {}
    for calendar in calendars:
        key = "parties" if "parties" in calendar.written else "party"
        for actor in calendar.parties:
            if actor in first:
                message = f"{actor} has the calendar {first[actor].code} already; keep one"
                yield calendar.place(key).problem(message)
            first.setdefault(actor, calendar)
