"""What follows from what was recorded: due dates that moved; breaches that opened, closed or turned out to be none.

Due dates are by what was on record before the window and what is after it. Breaches are the viewer's own runs of
clocks, as they were on record when the window began and when it ended: so nothing here tells of a hidden finding.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from agreement.models import Holiday
from obligations.changes.window import Cause, Change, ChangeKind, Move, Why, Window
from obligations.deadlines import Deadline, day_in
from obligations.deadlines.moment import INSTANT
from obligations.models import Commitment
from obligations.status.breaches import SeenBreach, runs_of
from obligations.status.records import Records, known_of
from parties.access import Viewer

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """One move: the sums before and after what was recorded at an instant."""

    records: Records
    at: datetime
    before: Deadline
    after: Deadline
    cause: Cause

    @property
    def commitment(self) -> Commitment:
        return self.records.commitment


def moves(of: Iterable[Records], window: Window) -> Iterator[Moved]:
    """Every move of a due day in the window, in order, of the commitments whose due day is another one at its end.

    A commitment that was not known when the window began is new: its day did not move.
    """
    for records in of:
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
                yield Moved(records, at, before, known, cause(records, at))
                before = known


def deadline(records: Records, known_at: datetime | None) -> Deadline | None:
    spans = records.spans(known_at)
    return spans[-1].deadline if spans else None


def cause(records: Records, at: datetime) -> Cause:
    """What was recorded at that instant, of what clocks rest on."""
    if any(reading.recorded_at == at for reading in records.readings):
        return Cause.READING
    if any(known_of(one) == at for given in records.dates.values() for one in given):
        return Cause.TRIGGER_DATE
    if any(known_of(limit) == at for limit in records.terms):
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
    grounds = move.records.grounds(move.at + INSTANT)
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


# By their keys: a breach is the same one as long as it is of the same period, the same thing began it, and it ran out
# at the same instant.
Breaches = dict[str, SeenBreach]


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one breach, and when."""

    kind: ChangeKind
    breach: SeenBreach
    at: datetime


@dataclass(frozen=True, slots=True)
class Runs:
    """All runs of one commitment's clock, as they were known."""

    rows: list[SeenBreach]

    def known_at(self, at: datetime) -> list[SeenBreach]:
        """Those on record before an instant."""
        return [row for row in self.rows if row.known_from < at <= row.known_until]

    def breaches(self, at: datetime) -> Breaches:
        """What were breaches at the last instant before `at`, by what was on record."""
        return {
            one.key: one
            for one in self.known_at(at)
            if one.overdue_since < at and (one.is_open or one.counts)
        }

    def first(self, window: Window, is_done: Callable[[Breaches], bool]) -> datetime:
        """When that was recorded in the window after which it was so."""
        instants = {at for row in self.rows for at in (row.known_from, row.known_until)}
        recorded = sorted(at for at in instants if window.holds(at))
        for at in recorded:
            if is_done(self.breaches(at + INSTANT)):
                return at
        return recorded[-1] if recorded else window.since


def breach_changes(of: Iterable[Records], viewer: Viewer, window: Window) -> Iterator[Change]:
    """One query."""
    by_key = {records.commitment.pk: records for records in of}
    found: dict[int, list[SeenBreach]] = defaultdict(list)
    for row in runs_of((records.commitment for records in by_key.values()), viewer, window.now):
        found[row.commitment_id].append(row)
    ends = window.now + INSTANT if window.to_the_present else window.until
    for key, records in by_key.items():
        runs = Runs(found[key])
        for turn in turns(runs, window, ends):
            voided = turn.kind == ChangeKind.BREACH_VOIDED
            yield Change(
                turn.kind,
                turn.at,
                turn.breach.key,
                on=day_of(turn, records.commitment),
                commitment=records.commitment,
                breach=turn.breach,
                ended=why(turn.breach, runs.known_at(ends), records, window) if voided else None,
            )


def turns(runs: Runs, window: Window, ends: datetime) -> Iterator[Turn]:
    """A breach that opens does so when the clock runs out, or when it came to be known; it closes no earlier."""
    was, is_now = runs.breaches(window.since), runs.breaches(ends)
    for key, breach in is_now.items():
        before, ended = was.get(key), ended_by(breach)
        opened_at = window.since
        if before is None:
            ran_out = breach.overdue_since
            opened_at = ran_out if window.holds(ran_out) else runs.first(window, has(key))
            yield Turn(ChangeKind.BREACH_OPENED, breach, opened_at)
        elif breach.is_open and not before.is_open:
            yield Turn(ChangeKind.BREACH_OPENED, breach, runs.first(window, has(key, ended)))
        if not breach.is_open and (before is None or ended_by(before) != ended):
            closed_at = breach.closed_at
            if closed_at is None or not window.holds(closed_at):
                closed_at = runs.first(window, has(key, ended))
            yield Turn(ChangeKind.BREACH_CLOSED, breach, max(closed_at, opened_at))
    for key, breach in was.items():
        if key not in is_now:
            yield Turn(ChangeKind.BREACH_VOIDED, breach, runs.first(window, lacks(key)))


Ended = tuple[str, int | None, int | None]


def ended_by(breach: SeenBreach) -> Ended:
    """How it ended, and by which finding or reading: nothing of that while it is open."""
    return breach.ending, breach.closed_by, breach.closed_act


def has(key: str, ended: Ended | None = None) -> Callable[[Breaches], bool]:
    """Whether the breach is there, and ended by that where it is asked for."""
    return lambda seen: key in seen and (ended is None or ended_by(seen[key]) == ended)


def lacks(key: str) -> Callable[[Breaches], bool]:
    return lambda seen: key not in seen


def day_of(turn: Turn, commitment: Commitment) -> date:
    """The first day that was too late; of a breach that closed, the day on which it ended."""
    ended = turn.breach.ended_on
    closed = turn.kind == ChangeKind.BREACH_CLOSED and ended
    return ended if closed and ended else day_in(turn.breach.overdue_since, commitment.agreement.zone)


def why(breach: SeenBreach, known: Iterable[SeenBreach], records: Records, window: Window) -> Why:
    """Why a breach that was known is none by what is known now."""
    until = None if window.to_the_present else window.until
    before, after = (records.spans(at) for at in (window.since, until))
    if (before[-1].due_on if before else None) != (after[-1].due_on if after else None):
        return Why.RESCHEDULED
    stopped = any(run.closed_act is not None and run.in_time_until == breach.in_time_until for run in known)
    return Why.STOPPED if stopped else Why.CORRECTED
