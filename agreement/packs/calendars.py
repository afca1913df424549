"""What a schema cannot see of calendars of days off."""

import datetime as dt
from collections.abc import Iterator

from agreement.packs.codes import Known, refer
from agreement.packs.draft import Record
from agreement.packs.problems import Problem
from agreement.packs.source import LinedDict


def check_calendar(record: Record, known: Known) -> Iterator[Problem]:
    """A sound calendar by itself."""
    entry = record.entry
    yield from refer(record, ("party",), "actor", known.roles)
    for index, _ in enumerate(entry.get("parties", ())):
        yield from refer(record, ("parties", index), "actor", known.roles)
    if "party" in entry and "parties" in entry:
        yield record.place("party").problem("all parties stand in 'parties'; remove this")
    if "library" not in entry and not entry.get("days"):
        yield record.place().problem("names neither a library nor days; add one of them")
    if "except" in entry and "library" not in entry:
        yield record.place("except").problem("leaves out days of a library, but none is named; remove it")
    yield from _check_days(record)


def _check_days(record: Record) -> Iterator[Problem]:
    entry = record.entry
    first, last = entry["years"]
    if first > last:
        yield record.place("years").problem(f"{first} comes after {last}; write the first year first")
        return
    seen: set[str] = set()
    own = [(("days", index, "date"), day["date"]) for index, day in enumerate(entry.get("days", ()))]
    left_out = [(("except", index), day) for index, day in enumerate(entry.get("except", ()))]
    for steps, day in [*own, *left_out]:
        if not first <= dt.date.fromisoformat(day).year <= last:
            yield record.place(*steps).problem(f"{day} is not in the years {first} to {last}; correct one")
        if day in seen:
            yield record.place(*steps).problem(f"{day} stands twice in this calendar; keep one")
        seen.add(day)


def check_owners(records: Iterator[Record]) -> Iterator[Problem]:
    """Everybody counts by one calendar."""
    first: dict[str, Record] = {}
    for record in records:
        key = "parties" if "parties" in record.entry else "party"
        for actor in owners(record.entry):
            if actor in first:
                message = f"{actor} has the calendar {first[actor].entry['code']} already; keep one"
                yield record.place(key).problem(message)
            first.setdefault(actor, record)


def owners(calendar: LinedDict) -> tuple[str, ...]:
    """The actors whose calendar it is: one as ``party``, or several as ``parties``."""
    return tuple(calendar.get("parties", (calendar["party"],) if "party" in calendar else ()))
