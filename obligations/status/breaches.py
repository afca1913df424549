"""Breaches as one viewer can know them.

The rows that the sweep keeps know all findings; whether one is open, or there at all, would tell of hidden ones. So
what leaves the server is made of the viewer's own episodes, and agrees with how the commitment stands by construction.
The rows add to that only when a breach was flagged, for the agreement's mediators, who see everything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from obligations.deadlines import Episode
from obligations.deadlines.moment import Moment, moment_at
from obligations.models import Breach, ClockSpan, Commitment, Period
from obligations.models.commitment import ClockState
from obligations.models.period_state import known_by
from obligations.models.standing import instant_of
from obligations.status.records import Records
from obligations.status.status import Standing
from parties.access import Role, Viewer

# Keys stay whole numbers, with room for cycles: the commitment's, or beyond all of these the commitment's with the day
# on which it was due. Of the row of a period nothing is in them: its number would tell of other agreements' periods.
CYCLES = 1000
DAYS = 10**7
TIMES = 10**15
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
    where that day was in time and only the record was late. `period` is the one that was missed, of what recurs.
    """

    commitment: Commitment
    cycle: int
    episode: Episode
    closed_at: datetime | None = None
    opened_at: datetime | None = None
    period: Period | None = None

    @property
    def pk(self) -> int:
        if self.period is not None:
            assert self.period.due_on is not None
            day = self.commitment.pk * DAYS + self.period.due_on.toordinal()
            return TIMES + day * CYCLES + self.cycle
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


def with_breach(pk: int) -> Q:
    """The commitment that a breach of this key is of."""
    number = (pk - TIMES) // (DAYS * CYCLES) if pk >= TIMES else pk // CYCLES
    return Q(pk=number)


def can_have_one(moment: Moment) -> Q:
    """Of `as_seen_by`: a date of theirs has passed, though it may have moved since; or they have many dates."""
    spans = ClockSpan.objects.filter(known_by(moment), commitment=OuterRef("pk"))
    if moment.spoken_on:
        spans = spans.filter(from_day__lte=moment.spoken_on)
    at = instant_of(moment, "commitment__agreement__time_zone")
    return Q(Exists(spans.filter(due_at__lte=at))) | Q(clock_then=ClockState.RECURRING)


def breaches_of(
    commitments: Iterable[Commitment], viewer: Viewer, moment: Moment | datetime
) -> Iterator[SeenBreach]:
    """The breaches of commitments that `with_standing` loaded for the viewer at the moment, in the order of their keys.

    What ended one after the moment is not in their standing: it is open then.
    """
    commitments, moment = list(commitments), moment_at(moment)
    flagged = flagged_at(commitments, viewer, moment)
    found = []
    for commitment in commitments:
        for period, cycle, run in runs_of(commitment.standing):  # type: ignore[attr-defined]
            closed_at = ended_at(run, commitment)
            if was_breach(run, closed_at, moment.at_in(commitment.agreement.zone)):
                of = period.pk if period else None
                key = (commitment.pk, of, run.opened_by, run.opened_act, run.flag_at)
                found.append(SeenBreach(commitment, cycle, run, closed_at, flagged.get(key), period))
    yield from sorted(found, key=lambda breach: breach.pk)


def runs_of(standing: Standing) -> Iterator[tuple[Period | None, int, Episode]]:
    """The runs of the clock with their cycles; of what recurs those of each period."""
    clocks: list[tuple[Period | None, tuple[Episode, ...]]]
    clocks = [(due.period, due.episodes) for due in standing.periods_due]
    for period, episodes in clocks or [(None, standing.episodes)]:
        for cycle, run in enumerate(episodes, start=1):
            yield period, cycle, run


def ended_at(run: Episode, commitment: Commitment) -> datetime | None:
    """When that was recorded which ended the run; None while it runs."""
    if run.is_open:
        return None
    standing: Standing = commitment.standing  # type: ignore[attr-defined]
    records: Records = commitment.records  # type: ignore[attr-defined]
    said = {finding.pk: finding.recorded_at for finding in standing.findings}
    read = {reading.pk: reading.recorded_at for reading in records.readings}
    return said.get(run.closed_by or 0) or read.get(run.closed_act or 0)


def was_breach(run: Episode, closed_at: datetime | None, at: datetime) -> bool:
    """Whether it was overdue on record: nothing had stopped the clock by the time that it ran out.

    A run that a reading ended was a breach only if it was late by then; one that lost its anchor never was.
    """
    if run.ending in ("", "met"):
        return run.flag_at <= min(closed_at or at, at)
    return run.days_late > 0 and run.closed_act is not None


Flag = tuple[int, int | None, int | None, int | None, datetime]


def flagged_at(commitments: list[Commitment], viewer: Viewer, moment: Moment) -> dict[Flag, datetime]:
    """When each episode was flagged, by commitment, period, what opened it and when; for mediators alone.

    Of an earlier day of knowledge, what had been flagged by then, also where that turned out later not to have been.
    """
    mediated = [c.pk for c in commitments if viewer.has_role(Role.MEDIATOR, c.agreement_id)]
    if not mediated:
        return {}
    standing = ~Q(outcome__in=Breach.VOID)
    if moment.known_at:
        standing = (standing | Q(closed_at__gte=moment.known_at)) & Q(opened_at__lt=moment.known_at)
    rows = Breach.objects.filter(standing, commitment__in=mediated).order_by("opened_at", "pk")
    return {
        (
            row.commitment_id,
            row.period_id,
            row.opening_statement_id,
            row.opening_reading_id,
            row.overdue_since,
        ): row.opened_at
        for row in rows
    }
