"""How single commitments stand for one viewer: what lists and pages show of each row.

Made from the statements that the viewer may see and from what is known of the clock, and from nothing else, by the same
pure functions that set the clocks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from obligations.deadlines import (
    Deadline,
    Episode,
    FindingFact,
    Phase,
    Timeliness,
    complete_day,
    day_in,
    days_late,
    days_taken,
    episodes,
    timeliness,
)
from obligations.deadlines.moment import Moment, moment_at
from obligations.deadlines.outlook import phase_in
from obligations.deadlines.spans import Span
from obligations.models import Commitment, Period, Statement
from obligations.models.commitment import CommitmentQuerySet
from obligations.models.reading import recurs
from obligations.status.assessed import (
    Against,
    Assessment,
    against,
    answer_to,
    answers,
    assessment,
    contest_waits,
    step_of,
)
from obligations.status.periods import PeriodDue, clocks_of, known_periods_of
from obligations.status.records import Records, records_of
from parties.access import Viewer
from parties.alphabets import alphabetical


@dataclass(frozen=True, slots=True)
class Standing:
    """A commitment at one moment, for one viewer; `records` are what its clock rests on.

    `statements` are newest first, with those that were withdrawn; `claims` and the others are without them.
    `complete_since` is the day of the completion that stands. `overdue_since` is the
    instant since when it is overdue, `days_late` the days from the last day in time until today, or until it was met;
    both None where it is neither overdue nor met late. Of what is due at once, `days_running` counts the days since the
    trigger, and `days_taken` those until it was complete. `spans` are those of its clock, the last one in force.

    What recurs has its `periods_due`; the rest is then that of the one that is awaited: the earliest without a
    completion. `assessed` has the finding that stands. `against` compares the party's newest claim about itself, then
    the newest one of another party about it, with what was found.
    """

    records: Records
    spans: tuple[Span, ...]
    timeliness: Timeliness
    statements: tuple[Statement, ...] = ()
    episodes: tuple[Episode, ...] = ()
    complete_since: date | None = None
    overdue_since: datetime | None = None
    days_late: int | None = None
    days_running: int | None = None
    days_taken: int | None = None
    periods_due: tuple[PeriodDue, ...] = ()
    known_at: datetime | None = None
    periods: tuple[Period, ...] = ()
    assessed: Assessment[Statement, Period] = field(default_factory=lambda: Assessment(None))
    against: tuple[Against[Statement], ...] = ()
    claims: tuple[Statement, ...] = field(init=False)
    findings: tuple[Statement, ...] = field(init=False)
    contests: tuple[Statement, ...] = field(init=False)
    observations: tuple[Statement, ...] = field(init=False)

    def __post_init__(self) -> None:
        in_force = [one for one in self.statements if one.in_force(self.known_at)]
        for kind in ("claim", "finding", "contest", "observation"):
            object.__setattr__(self, f"{kind}s", tuple(one for one in in_force if one.kind == kind))

    @property
    def commitment(self) -> Commitment:
        return self.records.commitment

    @property
    def span(self) -> Span:
        """The one in force."""
        return self.spans[-1]

    @property
    def deadline(self) -> Deadline:
        return self.span.deadline

    @property
    def life(self) -> str:
        return self.span.life

    @property
    def finding(self) -> Statement | None:
        """The finding that stands."""
        return self.assessed.finding

    @property
    def claim(self) -> Statement | None:
        """The newest claim, whoever made it."""
        return self.claims[0] if self.claims else None

    def claim_of(self, party: int | None) -> Statement | None:
        """The newest claim that a party made."""
        return next((claim for claim in self.claims if claim.by_id == party), None)

    def waits(self, claim: Statement | None) -> bool:
        """Whether no visible finding answers a claim."""
        return claim is not None and not any(answers(finding, claim) for finding in self.findings)

    def below(self, claim: Statement | None) -> Statement | None:
        """The newest assessment, where it answers a claim with less than that says."""
        newest = self.assessed.last_finding or self.finding
        if claim is None or newest is None:
            return None
        since = [one for one in reversed(self.findings) if answers(one, claim)]
        if answer_to(claim, since, self.periods) != newest:
            return None
        said, found = step_of(claim), step_of(newest)
        on_one_scale = bool(claim.conduct) == bool(newest.conduct)
        is_less = on_one_scale and said is not None and found is not None and found < said
        return newest if is_less else None

    def is_open(self, finding: Statement, party: int | None) -> bool:
        """Whether the party said nothing to a finding yet, or its contest of that waits."""
        in_force = [one for one in self.statements if one.in_force(self.known_at)]
        answered = {one.refers_to_id for one in in_force if one.kind == "answer" and one.by_id is None}
        own = [one for one in in_force if (one.refers_to_id, one.by_id) == (finding.pk, party)]
        contests = (one for one in own if one.kind == "contest")
        return not own or any(contest_waits(one, self.findings, one.pk in answered) for one in contests)

    @property
    def awaited(self) -> PeriodDue | None:
        """The earliest period of what recurs that has no completion."""
        return next((period for period in self.periods_due if period.is_awaited), None)

    @property
    def cycle(self) -> int:
        """Which run of the clock this is; 1 where there is no clock."""
        return max(len(self.episodes), 1)


def with_standing(
    queryset: CommitmentQuerySet, viewer: Viewer, moment: Moment | datetime, with_calendars: bool = False
) -> list[Standing]:
    """How each of the rows stands for the viewer at the moment, in their order.

    Five queries, whatever the number of rows; one more where something lasts, and those of `records_of` where more is
    asked for.
    """
    moment = moment_at(moment)
    seen = Statement.objects.visible_to(viewer, moment.now).as_of(moment).newest_first()
    rows = queryset.select_related(
        "agreement", "party", "obligation__trigger", "obligation__provision__instrument"
    )
    said = Prefetch("statements", queryset=seen.select_related("by", "event", "confidant"))
    commitments = list(rows.prefetch_related(said))
    records = records_of(commitments, with_calendars)
    lasting = (one for one in commitments if one.obligation.lasts or recurs(records[one.pk].terms))
    periods = known_periods_of(lasting, moment)
    return [
        standing_of(records[one.pk], one.statements.all(), moment, periods.get(one.pk, ()))
        for one in commitments
    ]


def in_order_of_parties(standings: Iterable[Standing]) -> list[Standing]:
    """In the order in which their parties stand, by the alphabet of who reads."""
    return sorted(standings, key=lambda one: (alphabetical(one.commitment.party), one.commitment.pk))


def in_order_within_obligations(standings: Iterable[Standing]) -> list[Standing]:
    """The same of those of each obligation, which stand together and stay where they are."""
    of_each = groupby(standings, key=lambda one: one.commitment.obligation_id)
    return [one for _obligation, those in of_each for one in in_order_of_parties(those)]


class Finding(Protocol):
    """A finding, as a row or as what was read of it."""

    @property
    def period_id(self) -> int | None: ...
    @property
    def effective_on(self) -> date: ...

    def fact(self) -> FindingFact: ...


@dataclass(frozen=True, slots=True)
class Worked:
    """How a commitment stands as far as no clock decides it, by its spans and the findings on it.

    What recurs has its `periods_due`; the rest is then that of the one that is awaited: the earliest without a
    completion.
    """

    spans: tuple[Span, ...]
    phase: Phase
    runs: tuple[Episode, ...]
    complete_since: date | None
    periods_due: tuple[PeriodDue, ...] = ()

    @property
    def span(self) -> Span:
        """The one in force."""
        return self.spans[-1]

    @property
    def cycle(self) -> int:
        """Which run of the clock this is; 1 where there is no clock."""
        return max(len(self.runs), 1)

    def all_runs(self) -> Iterator[tuple[Period | None, int, Episode]]:
        """The runs of the clock with their cycles; of what recurs those of each period."""
        clocks: list[tuple[Period | None, tuple[Episode, ...]]]
        clocks = [(due.period, due.episodes) for due in self.periods_due]
        for period, runs in clocks or [(None, self.runs)]:
            for cycle, run in enumerate(runs, start=1):
                yield period, cycle, run


def work_out(
    spans: tuple[Span, ...], found: Sequence[Finding], periods: Iterable[Period], zone: ZoneInfo
) -> Worked:
    """`found` are findings in order, `periods` those of what recurs; both as they are known."""
    due: tuple[PeriodDue, ...] = ()
    findings = [one.fact() for one in found]
    if spans[-1].deadline.clock == "recurring":
        due = clocks_of(periods, spans, found, zone)
        awaited = next((period for period in due if period.is_awaited), None)
        spans, findings = (awaited.spans, list(awaited.findings)) if awaited else (spans, [])
    since = complete_day(findings)
    runs = episodes(spans, zone, findings)
    deadline, reached = spans[-1].deadline, phase_in(spans[-1], runs, since)
    if deadline.clock == "recurring" and deadline.due_on is None:
        reached = Phase.STOPPED  # every period is done, or none is owed
    return Worked(spans, reached, runs, since, due)


def standing_of(
    records: Records,
    seen: Iterable[Statement],
    moment: Moment | datetime,
    periods: Iterable[Period] = (),
) -> Standing:
    """The standing that `seen` (visible statements, newest first) gives. No query, where relations are loaded.

    `periods` are those of what lasts, as known at the moment.
    """
    moment, periods = moment_at(moment), tuple(periods)
    agreement, statements = records.commitment.agreement, tuple(seen)
    in_force = [one for one in statements if one.in_force(moment.known_at)]
    found = [one for one in reversed(in_force) if one.kind == Statement.Kind.FINDING]
    spans = spoken_of(records.spans(moment.known_at), moment.spoken_on)
    worked = work_out(spans, found, [one for one in periods if one.due_on], agreement.zone)
    deadline, since = worked.span.deadline, worked.complete_since
    state = timeliness(worked.phase, deadline.due_at, agreement.due_soon_days, moment.at_in(agreement.zone))
    today = moment.spoken_on or day_in(moment.now, agreement.zone)
    last = worked.runs[-1] if worked.runs else None
    at_once = deadline.clock == "immediate"
    running = at_once and since is None and worked.span.life == "active"
    return Standing(
        records=records,
        spans=worked.spans,
        timeliness=state,
        statements=statements,
        episodes=worked.runs,
        complete_since=since,
        overdue_since=last.flag_at if last and state == Timeliness.OVERDUE else None,
        days_late=days_late(worked.span, worked.runs, since, today),
        days_running=(today - deadline.runs_from).days if running and deadline.runs_from else None,
        days_taken=days_taken(deadline.runs_from, since) if at_once else None,
        periods_due=worked.periods_due,
        known_at=moment.known_at,
        periods=periods,
        assessed=assessment(found, periods, today),
        against=against(in_force, found, periods, records.commitment.party_id),
    )


def spoken_of(spans: tuple[Span, ...], day: date | None) -> tuple[Span, ...]:
    """The spans that had begun by the day spoken of; all of them at present."""
    return spans if day is None else tuple(span for span in spans if span.from_day <= day)
