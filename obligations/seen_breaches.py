"""Breaches as one viewer can know them.

The rows that the sweep keeps know all findings; whether one is open, or there at all, would tell of hidden ones. So
what leaves the server is made of the viewer's own episodes, and agrees with how the commitment stands by construction.
The rows add to that only when a breach was flagged, for the agreement's mediators, who see everything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from obligations.deadlines import Episode
from obligations.models import Breach, Commitment
from obligations.standing import Standing
from parties.access import Role, Viewer

# Keys stay whole numbers: the commitment's, with room for its cycles.
CYCLES = 1000
OUTCOMES = [(one.value, one.label) for one in (Breach.Outcome.MET_LATE, Breach.Outcome.MET_ON_TIME)]


@dataclass(frozen=True, slots=True)
class SeenBreach:
    """One episode of being overdue. `closed_at` is when the finding that ended it was recorded; None while it is open.

    `days_late` counts to the day that finding speaks of; 0 where that day was in time and only the record was late.
    """

    commitment: Commitment
    cycle: int
    episode: Episode
    closed_at: datetime | None = None
    opened_at: datetime | None = None

    @property
    def pk(self) -> int:
        return self.commitment.pk * CYCLES + self.cycle

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def outcome(self) -> str:
        if self.is_open:
            return ""
        return Breach.Outcome.MET_LATE if self.episode.days_late else Breach.Outcome.MET_ON_TIME

    @property
    def days_late(self) -> int | None:
        return None if self.is_open else self.episode.days_late


def breaches_of(commitments: Iterable[Commitment], viewer: Viewer, now: datetime) -> Iterator[SeenBreach]:
    """The breaches of commitments that `with_standing` loaded for the viewer, in the order of their keys."""
    commitments = list(commitments)
    flagged = flagged_at(commitments, viewer)
    for commitment in commitments:
        standing: Standing = commitment.standing  # type: ignore[attr-defined]
        recorded = {finding.pk: finding.recorded_at for finding in standing.findings}
        for cycle, run in enumerate(standing.episodes, start=1):
            closed_at = recorded[run.closed_by] if run.closed_by is not None else None
            # Overdue on record: nothing had stopped the clock by the time that it ran out.
            if run.flag_at <= (closed_at or now):
                opened_at = flagged.get((commitment.pk, run.opened_by))
                yield SeenBreach(commitment, cycle, run, closed_at, opened_at)


def flagged_at(commitments: list[Commitment], viewer: Viewer) -> dict[tuple[int, int | None], datetime]:
    """When each episode was flagged, by commitment and opening finding; only where the viewer mediates."""
    mediated = [c.pk for c in commitments if viewer.has_role(Role.MEDIATOR, c.agreement_id)]
    if not mediated:
        return {}
    rows = Breach.objects.filter(commitment__in=mediated).exclude(outcome__in=Breach.VOID)
    return {(row.commitment_id, row.opening_statement_id): row.opened_at for row in rows}
