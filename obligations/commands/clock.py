"""A commitment's clock, worked out anew from what is recorded: its terms, its trigger's date and all findings.

Called by every command that changes one of these, with the commitment locked. It sets the derived columns and brings
the breach rows into line with the episodes; the sweep alone opens a breach whose clock still runs.
"""

from datetime import datetime

from obligations.deadlines import Episode, FindingFact, episodes
from obligations.models import Breach, Commitment, Statement
from obligations.models.commitment import Life

Outcome = Breach.Outcome


COLUMNS = [
    "clock",
    "clock_from",
    "due_on",
    "due_at",
    "flag_at",
    "overdue_since",
    "cycle",
    "opening_statement_id",
    "undone_statement_id",
]


def start(commitments: list[Commitment]) -> None:
    """Set the clocks of new commitments, of which nobody has said anything yet: one query for all."""
    for commitment in commitments:
        set_deadline(commitment)
        commitment.flag_at = commitment.due_at if commitment.life == Life.ACTIVE else None
    Commitment.objects.bulk_update(
        commitments, [name.removesuffix("_id") for name in COLUMNS], batch_size=500
    )


def set_deadline(commitment: Commitment) -> None:
    """The columns that the deadline gives; the clock itself stands still."""
    deadline = commitment.deadline()
    commitment.clock, commitment.clock_from = deadline.clock, deadline.runs_from
    commitment.due_on, commitment.due_at = deadline.due_on, deadline.due_at
    commitment.flag_at = commitment.overdue_since = None
    commitment.opening_statement_id = commitment.undone_statement_id = None


def reset(commitment: Commitment, now: datetime, cause: Statement | None = None) -> None:
    """Set the derived columns of a locked commitment and its breaches, and save what changed.

    `cause` is the statement that asks for it: who may not see that one is not to see what it ended either.
    """
    before = derived(commitment)
    set_deadline(commitment)
    due_on, zone = commitment.due_on, commitment.agreement.zone
    runs = episodes(due_on, zone, findings_of(commitment)) if due_on else ()
    open_breach = align_breaches(commitment, runs, now, cause)
    if runs and runs[-1].is_open and commitment.life == Life.ACTIVE:
        start_clock(commitment, runs[-1], len(runs), open_breach)
    if derived(commitment) != before:
        commitment.save(update_fields=COLUMNS)


def derived(commitment: Commitment) -> list[object]:
    return [getattr(commitment, name) for name in COLUMNS]


def findings_of(commitment: Commitment) -> list[FindingFact]:
    return [s.fact() for s in Statement.objects.filter(commitment=commitment).findings().in_order()]


def start_clock(commitment: Commitment, run: Episode, place: int, open_breach: Breach | None) -> None:
    commitment.flag_at = run.flag_at
    commitment.opening_statement_id, commitment.undone_statement_id = run.opened_by, run.undone
    if open_breach is not None:
        commitment.cycle, commitment.overdue_since = open_breach.cycle, open_breach.overdue_since
    else:
        commitment.cycle = next_cycle(commitment, place)


def next_cycle(commitment: Commitment, place: int) -> int:
    """A number that no breach of the commitment has had; at least the run's own place."""
    last = commitment.breaches.order_by("-cycle").values_list("cycle", flat=True).first()
    return max((last or 0) + 1, place)


def align_breaches(
    commitment: Commitment, runs: tuple[Episode, ...], now: datetime, cause: Statement | None
) -> Breach | None:
    """Close, correct or void breaches so that they say what the episodes say; the one still open, if any."""
    known = {b.opening_statement_id: b for b in commitment.breaches.exclude(outcome__in=Breach.VOID)}
    still_open = None
    for place, run in enumerate(runs, start=1):
        breach = known.pop(run.opened_by, None)
        if breach is None:
            if not run.is_open and run.days_late:
                close(opened(commitment, run, next_cycle(commitment, place), now), run, now)
        elif not run.is_open:
            close(breach, run, now)
        elif run.flag_at <= now and commitment.life == Life.ACTIVE:
            still_open = moved(breach, run)
        else:
            void(breach, Outcome.RESCHEDULED, now, cause)
    for breach in known.values():
        void(breach, Outcome.CORRECTED if runs else Outcome.RESCHEDULED, now, cause)
    return still_open


def opened(commitment: Commitment, run: Episode, cycle: int, now: datetime) -> Breach:
    """An episode that had ended before any sweep saw it."""
    return Breach(
        agreement_id=commitment.agreement_id,
        commitment=commitment,
        cycle=cycle,
        overdue_since=run.flag_at,
        opened_at=now,
        opening_statement_id=run.opened_by,
        undone_statement_id=run.undone,
    )


def moved(breach: Breach, run: Episode) -> Breach:
    if breach.overdue_since != run.flag_at or breach.undone_statement_id != run.undone:
        breach.overdue_since, breach.undone_statement_id = run.flag_at, run.undone
        breach.save()
    return breach


def close(breach: Breach, run: Episode, now: datetime) -> None:
    """Close with the outcome that the closing finding's day gives, or bring an earlier end into line with it."""
    outcome = Outcome.MET_LATE if run.days_late else Outcome.MET_ON_TIME
    end = (run.closed_by, outcome, run.days_late, run.flag_at)
    if (breach.closing_statement_id, breach.outcome, breach.days_late, breach.overdue_since) == end:
        return
    breach.closing_statement_id, breach.outcome, breach.days_late, breach.overdue_since = end
    breach.closed_at = breach.closed_at or now
    breach.save()


def void(breach: Breach, outcome: str, now: datetime, cause: Statement | None) -> None:
    breach.outcome, breach.days_late, breach.closed_at = outcome, None, breach.closed_at or now
    breach.closing_statement = cause
    breach.save()
