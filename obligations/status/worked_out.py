"""What each audience sees of one commitment, worked out from all that is recorded of it. No query, no clock.

For every day and every instant of knowledge: the rows that lists, counts and figures read. They are made by the same
pure functions as the page of a single row (`obligations.status.status.work_out`).
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from obligations.deadlines import complete_day
from obligations.deadlines.episodes import Episode, last_day_in_time
from obligations.deadlines.moment import OUTSET, STILL, start_of_day
from obligations.deadlines.spans import NEVER, Span
from obligations.models import Statement
from obligations.models.period import PeriodState
from obligations.status.assessed import (
    Assessment,
    answers,
    assessment,
    compared,
    contest_waits,
    days_of_change,
)
from obligations.status.periods import clock_of
from obligations.status.recorded import BitOf, ClockLayer, Group, Owed, Period, RecordedStatement, groups_of
from obligations.status.status import Worked, work_out

Kind = Statement.Kind
CLAIM, FINDING, CONTEST, ANSWER, OBSERVATION = (
    kind.value for kind in (Kind.CLAIM, Kind.FINDING, Kind.CONTEST, Kind.ANSWER, Kind.OBSERVATION)
)
Values = tuple[Any, ...]
# A layer's values: known from and until, from the day and until before it.
Layer = tuple[datetime, datetime, date, date, Values]


@dataclass(slots=True)
class Rows:
    """The rows of one commitment, without their masks: each a tuple of its columns, with the bits of who sees it."""

    commitment: dict[Values, int] = field(default_factory=lambda: defaultdict(int))
    period: dict[Values, int] = field(default_factory=lambda: defaultdict(int))
    breach: dict[Values, int] = field(default_factory=lambda: defaultdict(int))


def rows_of(owed: Owed, bit_of: BitOf, since: datetime | None = None, only_said: bool = False) -> Rows:
    """All rows of a commitment; with `since`, those of what is known from that instant on, the last that counts.

    `bit_of` is asked only for parties that see something else than the parties do. `only_said` leaves out what rests on
    clocks alone, its periods and breaches.
    """
    rows = Rows()
    if not owed.clocks:
        return rows
    following = next_reviewed(owed.periods)
    for group in groups_of(owed.statements, bit_of):
        mask, seen = group.mask, (group.shown_from, group.shown_until)
        findings = group.of(FINDING)
        present = waits(group)
        for *known, until, values in commitment_layers(owed, group.of(CLAIM, FINDING), since):
            is_present = known[1] == STILL and values[0] < values[1]  # from when and until when it holds
            also = present if is_present else (False, False)
            rows.commitment[(*seen, *known, until, is_present, *values, *also)] |= mask
        if only_said:
            continue
        for period in owed.periods:
            about = [said for said in findings if said.is_on(period)]
            of_it = (period.ends_on, period.due_on is not None)
            for *known, from_day, until, values in period_layers(owed, period, about, since):
                is_present = known[1] == STILL and until == NEVER
                after = following.get(period.pk) if is_present else None
                rows.period[(*seen, *known, from_day, until, period.pk, *values, *of_it, after)] |= mask
        for *known, _from, _until, values in breach_layers(owed, findings, since):
            rows.breach[(*seen, *known, *values)] |= mask
    return rows


# How the commitment stands


def commitment_layers(
    owed: Owed, said: Sequence[RecordedStatement], since: datetime | None
) -> Iterator[Layer]:
    """Their values begin with the instants between which they are the ones that hold now: none where that is over."""

    def known_at(
        at: datetime, spans: tuple[Span, ...]
    ) -> tuple[list[RecordedStatement], list[Period], set[date]]:
        coming = [one for one in said if one.is_known(at)]
        periods = [one for one in owed.periods if one.is_known(at)]
        return coming, periods, {span.from_day for span in spans} | {one.effective_on for one in coming}

    def values_on(at: datetime, spans: tuple[Span, ...]) -> Iterator[tuple[date, Values]]:
        coming, periods, days = known_at(at, spans)
        due: list[Any] = [one for one in periods if one.due_on]
        days |= days_of_change((one for one in coming if one.kind == FINDING), periods)
        found: list[RecordedStatement] = []
        claims: list[RecordedStatement | None] = [None, None]
        coming.reverse()
        for day in sorted(days):
            while coming and coming[-1].effective_on <= day:
                one = coming.pop()
                if one.kind == FINDING:
                    found.append(one)
                else:
                    claims[one.by_id != owed.party_id] = one
            begun = tuple(span for span in spans if span.from_day <= day)
            worked = work_out(begun, found, due, owed.zone)
            stands = assessment(found, periods, day)
            against = ((compared(claim, found, periods) or "") for claim in claims)
            yield day, (*columns(worked, stands), *against)

    def holding(at: datetime, spans: tuple[Span, ...]) -> Callable[[date, date], Values]:
        last = max(known_at(at, spans)[-1])

        def values(day: date, until: date) -> Values:
            if until <= last:
                return OUTSET, OUTSET
            return tuple(
                bound if still else start_of_day(turn, owed.zone)
                for turn, bound, still in ((day, OUTSET, day <= last), (until, STILL, until == NEVER))
            )

        return values

    turns = turns_of(owed, said, owed.periods, since)
    yield from layers(turns, owed, values_on, holding)


def columns(worked: Worked, stands: Assessment[RecordedStatement, Period]) -> Values:
    span, found = worked.span, stands.finding
    run = worked.runs[-1] if worked.runs and worked.runs[-1].is_open else None
    deadline = span.deadline
    return (
        span.life,
        deadline.clock,
        worked.phase.value,
        deadline.runs_from,
        deadline.due_on,
        deadline.due_at,
        last_day_in_time(span, worked.runs, worked.complete_since),
        run.flag_at if run else None,
        run.in_time_until if run else None,
        worked.cycle,
        found.pk if found else None,
        found.level if found else None,
        found.not_assessable if found else None,
        found.conduct if found else None,
        found.effective_on if found else None,
        stands.last_finding.pk if stands.last_finding else None,
        stands.last.pk if stands.last else None,
        worked.complete_since,
    )


def waits(group: Group) -> tuple[bool, bool]:
    """Whether a claim waits for a finding, and a contest for a finding or an answer.

    What an observer says waits for nobody, and neither does a contest of it.
    """
    observed = {said.pk for said in group.of(OBSERVATION)}
    in_force = [said for said in group.said if said.withdrawn_at is None]
    found = [said for said in in_force if said.kind == FINDING]
    answered = {said.refers_to_id for said in in_force if said.kind == ANSWER and said.by_id is None}
    claim_waits = any(
        not any(answers(finding, claim) for finding in found) for claim in in_force if claim.kind == CLAIM
    )
    is_contested = any(
        contest_waits(contest, found, contest.pk in answered)
        for contest in in_force
        if contest.kind == CONTEST and contest.refers_to_id not in observed
    )
    return claim_waits, is_contested


# How its periods stand


def period_layers(
    owed: Owed, period: Period, about: Sequence[RecordedStatement], since: datetime | None
) -> Iterator[Layer]:
    first = period.due_on or period.starts_on

    def values_on(at: datetime, spans: tuple[Span, ...]) -> Iterator[tuple[date, Values]]:
        known = [said for said in about if said.is_known(at)]
        days = sorted({span.from_day for span in spans} | {said.effective_on for said in known})
        for day in days:
            was_owed = any(
                span.life == "active"
                and span.from_day <= min(period.ends_on, day)
                and span.until_day > min(first, day)
                for span in spans
            )
            spoken = [said for said in known if said.effective_on <= day]
            found = on_it(spoken)
            *_rest, conduct, complete_since = found
            begun = tuple(span for span in spans if span.from_day <= day)
            in_time_until = in_time_until_of(period, begun, spoken, owed.zone)
            ended = state_ended(in_time_until, conduct, complete_since, was_owed)
            yield day, (*found, in_time_until, was_owed, ended)

    begun = max(period.known_from, since or period.known_from)
    if begun >= period.known_until:
        return
    turns = [at for at in turns_of(owed, about, (), since) if begun < at < period.known_until]
    for known_from, known_until, *rest in layers([begun, *turns], owed, values_on):
        yield known_from, min(known_until, period.known_until), *rest  # type: ignore[misc]


def on_it(found: Sequence[RecordedStatement]) -> Values:
    if not found:
        return (None,) * 5
    last = found[-1]
    conduct = next((said.conduct for said in reversed(found) if said.conduct), None)
    return last.pk, last.effective_on, last.level, conduct, complete_day(said.fact() for said in found)


def in_time_until_of(
    period: Any, spans: tuple[Span, ...], found: Sequence[RecordedStatement], zone: ZoneInfo
) -> date | None:
    """The last day in time of what is due in it: the due day, unless a completion was taken back later."""
    due_on: date | None = period.due_on
    if due_on is None or not found:
        return due_on
    clock = clock_of(period, spans, found, zone)
    if not clock.spans:
        return due_on
    return last_day_in_time(clock.spans[-1], clock.episodes, clock.complete_since)


def state_ended(
    in_time_until: date | None, conduct: str | None, complete_since: date | None, owed: bool
) -> str:
    """How a period stands once its last day has passed; `in_time_until` is None where it is reviewed."""
    if in_time_until is None and conduct:
        return conduct
    if in_time_until is not None and complete_since is not None:
        return (PeriodState.ON_TIME if complete_since <= in_time_until else PeriodState.LATE).value
    if not owed:
        return PeriodState.STOPPED.value
    return (PeriodState.NO_FINDING if in_time_until is None else PeriodState.MISSED).value


def next_reviewed(periods: Iterable[Period]) -> dict[int, date]:
    """The last day of the period that follows each one that is reviewed at present, by the key of this one."""
    reviewed = sorted(
        (one for one in periods if one.due_on is None and one.known_until == STILL),
        key=lambda one: one.ends_on,
    )
    return {one.pk: after.ends_on for one, after in pairwise(reviewed)}


# Its breaches


def breach_layers(
    owed: Owed, findings: Sequence[RecordedStatement], since: datetime | None
) -> Iterator[Layer]:
    recorded = owed.anchored | {said.pk: said.recorded_at for said in findings}
    opened: dict[Values, datetime] = {}
    for at in turns_of(owed, findings, owed.periods, since):
        spans = spans_at(owed.clocks, at)
        known = [said for said in findings if said.is_known(at)]
        periods: list[Any] = [one for one in owed.periods if one.is_known(at) and one.due_on]
        worked = work_out(spans, known, periods, owed.zone)
        values = {
            breach_values(owed, period, cycle, run, recorded, at) for period, cycle, run in worked.all_runs()
        }
        yield from closed(opened, values, at)
        opened.update({one: at for one in values if one not in opened})
    yield from closed(opened, set(), STILL)


def closed(opened: dict[Values, datetime], values: set[Values], at: datetime) -> Iterator[Layer]:
    for gone in [one for one in opened if one not in values]:
        yield opened.pop(gone), at, date.min, date.max, gone


def breach_values(
    owed: Owed, period: Any, cycle: int, run: Episode, recorded: dict[int, datetime], at: datetime
) -> Values:
    closed_at = recorded.get(run.closed_by or 0) or owed.acts.get(run.closed_act or 0)
    if closed_at is None and run.ended_on is not None:
        closed_at = owed.starts_anew_since(run.ended_on, at)
    recorded_late = closed_at is not None and run.flag_at <= closed_at
    counts = recorded_late if run.ending == "met" else run.days_late > 0
    return (
        period.pk if period else None,
        key_of(owed, period, run),
        cycle,
        run.flag_at,
        run.in_time_until,
        run.opened_by,
        run.opened_act,
        run.closed_by,
        run.closed_act,
        run.ending,
        run.met_on or run.ended_on,
        closed_at,
        run.days_late,
        counts,
    )


def key_of(owed: Owed, period: Period | None, run: Episode) -> str:
    """The same for all who see this run of the clock, and told by nothing else that leaves the server."""
    named = (owed.pk, period.pk if period else 0, run.opened_by, run.opened_act, run.flag_at.isoformat())
    digest = hmac.new(owed.secret.encode(), repr(named).encode(), hashlib.sha256)
    return digest.hexdigest()[:20]


# Layers of knowledge


def spans_at(clocks: Sequence[ClockLayer], at: datetime) -> tuple[Span, ...]:
    found = next((layer for layer in reversed(clocks) if layer.known_from <= at), clocks[0])
    return tuple(found.spans)


def turns_of(
    owed: Owed, said: Iterable[RecordedStatement], periods: Iterable[Period], since: datetime | None
) -> list[datetime]:
    """The instants at which something became known, none before the commitment itself was; `since` alone, if given."""
    first = owed.clocks[0].known_from
    if since is not None:
        return [max(since, first)]
    instants = {layer.known_from for layer in owed.clocks}
    for one in said:
        instants.add(one.recorded_at)
        if one.withdrawn_at:
            instants.add(one.withdrawn_at)
    for period in periods:
        instants |= {period.known_from, period.known_until} - {STILL}
    return sorted({max(at, first) for at in instants})


def layers(
    turns: Sequence[datetime],
    owed: Owed,
    values_on: Callable[[datetime, tuple[Span, ...]], Iterable[tuple[date, Values]]],
    holding: Callable[[datetime, tuple[Span, ...]], Callable[[date, date], Values]] | None = None,
) -> Iterator[Layer]:
    """The layers of what is known from each turn until the next; those that stay the same are one.

    `holding` gives values that follow from the days of a layer, and stand before the others. Days before the
    commitment began have none: whoever asks about these is told of nothing that was not there.
    """
    there: dict[tuple[date, date, Values], datetime] = {}
    for at in turns:
        changes: list[tuple[date, Values]] = []
        for on, values in values_on(at, spans_at(owed.clocks, at)):
            day = max(on, owed.begins)
            if changes and changes[-1][0] == day:
                changes.pop()
            if not changes or changes[-1][1] != values:
                changes.append((day, values))
        ends = [*(day for day, _values in changes[1:]), NEVER]
        before = holding(at, spans_at(owed.clocks, at)) if holding else lambda day, until: ()
        now = {
            (day, until, (*before(day, until), *values))
            for (day, values), until in zip(changes, ends, strict=True)
        }
        for gone in [one for one in there if one not in now]:
            yield there.pop(gone), at, *gone
        for new in now:
            there.setdefault(new, at)
    for left, since in there.items():
        yield since, STILL, *left
