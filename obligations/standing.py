"""How single commitments stand for one viewer: what lists and pages show of each row.

Made from the statements that the viewer may see, and from nothing else, by the same pure functions that set the clocks.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Prefetch

from obligations.deadlines import (
    Deadline,
    Episode,
    Timeliness,
    complete_day,
    day_in,
    days_late,
    episodes,
    timeliness,
)
from obligations.models import Commitment, Statement
from obligations.models.standing import StandingQuerySet
from parties.access import Viewer


@dataclass(frozen=True, slots=True)
class Standing:
    """A commitment at one moment, for one viewer.

    `statements` are newest first. `complete_since` is the day of the completion that stands. `overdue_since` is the
    instant since when it is overdue, `days_late` the days from the last day in time until today, or until it was met;
    both None where it is neither overdue nor met late. `days_running` counts the days since the trigger of what is due
    at once.
    """

    deadline: Deadline
    timeliness: Timeliness
    statements: tuple[Statement, ...] = ()
    episodes: tuple[Episode, ...] = ()
    complete_since: date | None = None
    overdue_since: datetime | None = None
    days_late: int | None = None
    days_running: int | None = None
    claims: tuple[Statement, ...] = field(init=False)
    findings: tuple[Statement, ...] = field(init=False)
    contests: tuple[Statement, ...] = field(init=False)

    def __post_init__(self) -> None:
        for name, kind in (("claims", "claim"), ("findings", "finding"), ("contests", "contest")):
            object.__setattr__(self, name, tuple(s for s in self.statements if s.kind == kind))

    @property
    def finding(self) -> Statement | None:
        """The finding that stands."""
        return self.findings[0] if self.findings else None

    @property
    def claim(self) -> Statement | None:
        """The newest claim, whoever made it."""
        return self.claims[0] if self.claims else None

    @property
    def cycle(self) -> int:
        """Which run of the clock this is; 1 where there is no clock."""
        return max(len(self.episodes), 1)


def with_standing(queryset: StandingQuerySet, viewer: Viewer, now: datetime) -> list[Commitment]:
    """The rows, each with its `standing` for the viewer. Two queries, whatever the number of rows."""
    seen = Statement.objects.visible_to(viewer, now).newest_first().select_related("by", "event", "confidant")
    rows = queryset.select_related(
        "agreement", "party", "obligation__trigger", "obligation__provision__instrument"
    )
    commitments = list(
        rows.prefetch_related(Prefetch("statements", queryset=seen, to_attr="seen_statements"))
    )
    for commitment in commitments:
        commitment.standing = standing_of(commitment, commitment.seen_statements, now)  # type: ignore[attr-defined]
    return commitments


def standing_of(commitment: Commitment, seen: Iterable[Statement], now: datetime) -> Standing:
    """The standing that `seen` (visible statements, newest first) gives. No query, where relations are loaded."""
    agreement, statements = commitment.agreement, tuple(seen)
    findings = [s.fact() for s in reversed(statements) if s.kind == Statement.Kind.FINDING]
    deadline = commitment.deadline()
    runs = episodes(deadline.due_on, agreement.zone, findings) if deadline.due_on else ()
    since = complete_day(findings)
    state = timeliness(
        clock=deadline.clock,
        due_on=deadline.due_on,
        due_at=deadline.due_at,
        complete_since=since,
        soon_days=agreement.due_soon_days,
        now=now,
    )
    today = day_in(now, agreement.zone)
    last = runs[-1] if runs else None
    running = deadline.clock == "immediate" and since is None and deadline.runs_from is not None
    return Standing(
        deadline=deadline,
        timeliness=state,
        statements=statements,
        episodes=runs,
        complete_since=since,
        overdue_since=last.flag_at if last and state == Timeliness.OVERDUE else None,
        days_late=days_late(deadline.due_on, runs, since, today),
        days_running=(today - deadline.runs_from).days if running and deadline.runs_from else None,
    )
