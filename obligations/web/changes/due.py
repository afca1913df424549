"""Due dates that moved, by what was on record before the window and what is after it, and what moved them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from agreement.models import Holiday
from obligations.deadlines import Deadline
from obligations.deadlines.moment import INSTANT
from obligations.models import Commitment
from obligations.status.records import Records, known_of
from obligations.web.changes.change import Cause, Change, ChangeKind, Move
from obligations.web.changes.window import Window

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """One move: the sums before and after what was recorded at an instant."""

    commitment: Commitment
    at: datetime
    before: Deadline
    after: Deadline
    cause: Cause


def moves(commitments: Iterable[Commitment], window: Window) -> Iterator[Moved]:
    """Of each commitment whose due day is another one at the end of the window: every move on the way, in order.

    A commitment that was not known when the window began is new: its day did not move.
    """
    for commitment in commitments:
        records: Records = commitment.records  # type: ignore[attr-defined]
        turns = [at for at in records.turns() if window.holds(at)]
        if not turns:
            continue
        before = deadline(records, window.since)
        after = deadline(records, None if window.to_the_present else window.until)
        if before is None or after is None or before.due_on == after.due_on:
            continue
        for at in turns:
            known = deadline(records, at + INSTANT)
            if known is not None and known.due_on != before.due_on:
                yield Moved(commitment, at, before, known, cause(records, at))
                before = known


def deadline(records: Records, known_at: datetime | None) -> Deadline | None:
    spans = records.spans(known_at)
    return spans[-1].deadline if spans else None


def cause(records: Records, at: datetime) -> Cause:
    """What was recorded at that instant, of what clocks rest on."""
    if any(one.recorded_at == at for one in records.readings):
        return Cause.READING
    if any(known_of(one) == at for given in records.dates.values() for one in given):
        return Cause.TRIGGER_DATE
    if any(known_of(one) == at for one in records.terms):
        return Cause.TERMS
    if records.calendars and at in records.calendars.turns():
        return Cause.HOLIDAY
    return Cause.FULFILMENT


def due_changes(moved: Iterable[Moved]) -> Iterator[Change]:
    """One for each commitment, from where it was to where it is; when and why is what the last move says."""
    first: dict[int, Moved] = {}
    last: dict[int, Moved] = {}
    for move in moved:
        first.setdefault(move.commitment.pk, move)
        last[move.commitment.pk] = move
    for pk, move in last.items():
        due = Move(first[pk].before.due_on, move.after.due_on, move.cause)
        yield Change(ChangeKind.DUE_DATE, move.at, pk, on=due.after, commitment=move.commitment, due=due)


def holiday_changes(moved: Iterable[Moved], agreement_id: int) -> Iterator[Change]:
    """The days added to calendars, or struck, that moved a due day. One query where there can be any."""
    by_days = [move for move in moved if move.cause == Cause.HOLIDAY]
    if not by_days:
        return
    entered = Holiday.objects.filter(
        calendar__agreement=agreement_id, from_outset=False, recorded_at__in={move.at for move in by_days}
    )
    for row in entered.select_related("calendar"):
        if any(row.recorded_at == move.at and counted(row, move) for move in by_days):
            key = f"{row.calendar.code}-{row.day}-{row.recorded_at:%Y%m%d%H%M%S%f}"
            yield Change(ChangeKind.HOLIDAY, row.recorded_at, key, on=row.day, holiday=row)


def counted(row: Holiday, move: Moved) -> bool:
    """Whether the move rests on that day: it is counted by, and a step of one of the two sums, or one passed over."""
    records: Records = move.commitment.records  # type: ignore[attr-defined]
    grounds = records.grounds(move.at + INSTANT)
    if grounds is None or row.calendar.code not in grounds.calendars_used:
        return False
    return row.day in days_off(move.before) ^ days_off(move.after) or (
        row.day.weekday() < SATURDAY and passed_over(row.day, move.before, move.after)
    )


def days_off(of: Deadline) -> set[date]:
    return {step.on for step in of.steps if step.why == "holiday" and step.on}


def passed_over(day: date, before: Deadline, after: Deadline) -> bool:
    """Between the two last days; or anywhere in the period, where a working day that it must hold was lost or won."""
    ends = [one.due_on for one in (before, after) if one.due_on]
    if not ends:
        return False
    least = any(step.kind == "minimum" for one in (before, after) for step in one.steps)
    starts = [one.runs_from for one in (before, after) if one.runs_from] if least else []
    return min(ends + starts) <= day <= max(ends + starts)
