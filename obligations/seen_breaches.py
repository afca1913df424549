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
from obligations.models.records import Records
from obligations.standing import Standing
from parties.access import Role, Viewer

# Keys stay whole numbers: the commitment's, with room for its cycles.
CYCLES = 1000
Outcome = Breach.Outcome
ENDED_BY_A_READING: dict[str, Breach.Outcome] = {
    "moved": Outcome.EXTENDED,
    "suspended": Outcome.SUSPENDED,
    "waived": Outcome.WAIVED,
    "superseded": Outcome.SUPERSEDED,
}
OUTCOMES = [
    (one.value, one.label) for one in (Outcome.MET_LATE, Outcome.MET_ON_TIME, *ENDED_BY_A_READING.values())
]


@dataclass(frozen=True, slots=True)
class SeenBreach:
    """One episode of being overdue. `closed_at` is when the finding or reading that ended it was recorded; None while
    it is open.

    `days_late` counts to the day that a finding speaks of, or to the last day before a reading stopped the clock; 0
    where that day was in time and only the record was late.
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
        if self.episode.ending in ENDED_BY_A_READING:
            return ENDED_BY_A_READING[self.episode.ending]
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
        for cycle, run in enumerate(standing.episodes, start=1):
            closed_at = ended_at(run, commitment)
            if was_breach(run, closed_at, now):
                opened_at = flagged.get((commitment.pk, run.opened_by, run.opened_act))
                yield SeenBreach(commitment, cycle, run, closed_at, opened_at)


def ended_at(run: Episode, commitment: Commitment) -> datetime | None:
    """When that was recorded which ended the run; None while it runs."""
    if run.is_open:
        return None
    standing: Standing = commitment.standing  # type: ignore[attr-defined]
    records: Records = commitment.records  # type: ignore[attr-defined]
    said = {finding.pk: finding.recorded_at for finding in standing.findings}
    read = {reading.pk: reading.recorded_at for reading in records.readings}
    return said.get(run.closed_by or 0) or read.get(run.closed_act or 0)


def was_breach(run: Episode, closed_at: datetime | None, now: datetime) -> bool:
    """Whether it was overdue on record: nothing had stopped the clock by the time that it ran out.

    A run that a reading ended was a breach only if it was late by then; one that lost its anchor never was.
    """
    if run.ending in ("", "met"):
        return run.flag_at <= (closed_at or now)
    return run.days_late > 0 and run.closed_act is not None


Flag = tuple[int, int | None, int | None]


def flagged_at(commitments: list[Commitment], viewer: Viewer) -> dict[Flag, datetime]:
    """When each episode was flagged, by commitment, opening finding and reading; only where the viewer mediates."""
    mediated = [c.pk for c in commitments if viewer.has_role(Role.MEDIATOR, c.agreement_id)]
    if not mediated:
        return {}
    rows = Breach.objects.filter(commitment__in=mediated).exclude(outcome__in=Breach.VOID)
    return {
        (row.commitment_id, row.opening_statement_id, row.opening_reading_id): row.opened_at for row in rows
    }
