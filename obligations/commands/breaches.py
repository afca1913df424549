"""A clock and its breach rows, in line with its episodes."""

from datetime import datetime

from obligations.deadlines import Episode
from obligations.models import Breach, Commitment, Period, Reading, Statement

Outcome = Breach.Outcome
Key = tuple[int | None, int | None, datetime]
Runs = tuple[Episode, ...]
Cause = Statement | Reading | None
# What a clock is of: a commitment, or one of the times that a recurring one is due.
ClockOwner = Commitment | Period

# How an episode that a reading or another start ended is told on its breach, where it had been late.
OUTCOMES = {
    "moved": Outcome.EXTENDED,
    "suspended": Outcome.SUSPENDED,
    "waived": Outcome.WAIVED,
    "superseded": Outcome.SUPERSEDED,
    "start_changed": Outcome.START_CHANGED,
}


def run_clock(of: ClockOwner, rows: list[Breach], runs: Runs, now: datetime, cause: Cause) -> None:
    """Set the clock by its runs, and bring its breaches into line; `rows` are all of them, in the order of cycles."""
    of.flag_at = of.overdue_since = None
    of.opening_statement_id = of.undone_statement_id = of.opening_reading_id = None
    open_breach = align_breaches(of, rows, runs, now, cause)
    if not runs or not runs[-1].is_open:
        return
    run = runs[-1]
    of.flag_at, of.opening_reading_id = run.flag_at, run.opened_act
    of.opening_statement_id, of.undone_statement_id = run.opened_by, run.undone
    if open_breach is not None:
        of.cycle, of.overdue_since = open_breach.cycle, open_breach.overdue_since
    else:
        of.cycle = next_cycle(rows, len(runs))


def align_breaches(
    of: ClockOwner, rows: list[Breach], runs: Runs, now: datetime, cause: Cause
) -> Breach | None:
    """Close, correct or void breaches so that they say what the episodes say; the one still open, if any.

    A breach is the row of one run of the clock: the finding or reading that began it, and the instant at which it ran
    out. Where that instant moves, it is another breach.
    """
    kept = [breach for breach in rows if breach.outcome not in Breach.VOID]
    known: dict[Key, Breach] = {}
    for row in kept:
        key = row.opening_statement_id, row.opening_reading_id, row.overdue_since
        if known.setdefault(key, row) is not row:
            void(row, Outcome.CORRECTED, now, cause)  # no command writes a second one of the same run
    # One that ended before it was late never was one: its row, if any, is not that of a later run with the same end.
    paired = [(run, known.pop(key_of(run), None) if run.counts else None) for run in runs]
    for gone in known.values():
        void(gone, Outcome.RESCHEDULED if was_rescheduled(gone, runs) else Outcome.CORRECTED, now, cause)
    still_open = None
    for place, (run, breach) in enumerate(paired, start=1):
        if run.is_open:
            if breach is None:
                continue
            if breach.closed_at is None and run.flag_at <= now:
                still_open = breach
            else:
                # Not late yet after all; or its end was taken back, and the sweep opens another with a new cycle.
                void(breach, Outcome.RESCHEDULED, now, cause)
        elif breach is not None or run.days_late:
            if breach is None:
                rows.append(breach := opened(of, run, next_cycle(rows, place), now))
            end(breach, run, now, cause)
    return still_open


def key_of(run: Episode) -> Key:
    return run.opened_by, run.opened_act, run.flag_at


def was_rescheduled(breach: Breach, runs: Runs) -> bool:
    """Whether the breach's run of the clock is there with another due day, or no run is left."""
    began = {(run.opened_by, run.opened_act) for run in runs}
    return not runs or (breach.opening_statement_id, breach.opening_reading_id) in began


def next_cycle(rows: list[Breach], place: int) -> int:
    """A number that no breach of the clock has had; at least the run's own place."""
    return max((rows[-1].cycle + 1) if rows else 1, place)


def opened(of: ClockOwner, run: Episode, cycle: int, now: datetime) -> Breach:
    """An episode that had ended before any sweep saw it."""
    commitment = of.commitment if isinstance(of, Period) else of
    return Breach(
        agreement_id=commitment.agreement_id,
        commitment=commitment,
        period=of if isinstance(of, Period) else None,
        cycle=cycle,
        overdue_since=run.flag_at,
        opened_at=now,
        opening_statement_id=run.opened_by,
        undone_statement_id=run.undone,
        opening_reading_id=run.opened_act,
    )


def end(breach: Breach, run: Episode, now: datetime, cause: Cause) -> None:
    """Close with the outcome that the ending gives, or bring an earlier end into line with it."""
    if run.ending == "met":
        outcome = Outcome.MET_LATE if run.days_late else Outcome.MET_ON_TIME
    else:
        outcome = OUTCOMES[run.ending]
    ended = (run.closed_by, run.closed_act, outcome, run.days_late, run.undone)
    if (
        breach.closing_statement_id,
        breach.closing_reading_id,
        breach.outcome,
        breach.days_late,
        breach.undone_statement_id,
    ) == ended:
        return None
    breach.closing_statement_id, breach.closing_reading_id = run.closed_by, run.closed_act
    breach.outcome, breach.days_late, breach.undone_statement_id = outcome, run.days_late, run.undone
    breach.closed_at = breach.closed_at or now
    return breach.save()


def void(breach: Breach, outcome: str, now: datetime, cause: Cause) -> None:
    if isinstance(cause, Statement) and cause.kind == Statement.Kind.WITHDRAWAL:
        outcome = Outcome.WITHDRAWN
    breach.outcome, breach.days_late, breach.closed_at = outcome, None, breach.closed_at or now
    breach.closing_statement = cause if isinstance(cause, Statement) else None
    breach.closing_reading = cause if isinstance(cause, Reading) else None
    breach.save()
