"""From terms and readings to spans: what a commitment's clock is, over the days, given what is known at one moment.

A reading of how to count, or of the day itself, is how the text is understood: it holds for every day spoken of.
An extension, a suspension, a resumption and a waiver are acts of one day and hold from that day on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from obligations.deadlines.conventions import CONVENTIONS, NO_HOLIDAYS, Holidays
from obligations.deadlines.moment import end_of_day
from obligations.deadlines.rules import RULES, Deadline, Facts, Step, compute
from obligations.deadlines.steps import StepKind

# Bounds of what has no beginning or end.
EVER, NEVER = date(1900, 1, 1), date(9999, 12, 31)

LifeState = Literal["active", "suspended", "superseded", "waived"]
STOPS: dict[str, LifeState] = {"suspension": "suspended", "waiver": "waived", "supersession": "superseded"}
UNDERSTANDING = ("counting", "date")
# Steps of a sum that a convention has a say in.
COUNTED = ("period", "period_end")


@dataclass(frozen=True, slots=True)
class ReadingAct:
    """A reading as far as clocks go. `id` tells it apart and grows with the order of recording."""

    id: int
    kind: str
    effective_on: date | None = None
    due_on: date | None = None
    convention: str = ""
    calendars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grounds:
    """All that a commitment's clock rests on, as known at one moment.

    `anchors` are the days from which its anchor has (or has lost) a day: a trigger has one pair, the fulfilment of
    another obligation as many as it has changes; `anchored_by` tells the finding that made each. `acts` are the
    readings that were not taken back. `calendars` holds the days of every calendar that can be asked for, by code;
    `own_calendars` the party's own.
    """

    zone: ZoneInfo
    rule: str
    terms: Mapping[str, Any]
    convention: str = "calendar"
    anchors: tuple[tuple[date, date | None], ...] = ((EVER, None),)
    acts: tuple[ReadingAct, ...] = ()
    calendars: Mapping[str, Holidays] = field(default_factory=dict)
    own_calendars: tuple[str, ...] = ()
    anchored_by: Mapping[date, int] = field(default_factory=dict)

    @property
    def counting(self) -> ReadingAct | None:
        """The reading of how to count that stands."""
        return next((act for act in reversed(self.acts) if act.kind == "counting"), None)

    @property
    def given_day(self) -> ReadingAct | None:
        """The reading that gives the day itself, unless a later one says how to count."""
        understood = [act for act in self.acts if act.kind in UNDERSTANDING]
        return understood[-1] if understood and understood[-1].kind == "date" else None

    @property
    def counted_by(self) -> str:
        """The code of the convention that is used."""
        return self.counting.convention if self.counting else self.convention

    @property
    def calendars_used(self) -> tuple[str, ...]:
        return (self.counting.calendars if self.counting else ()) or self.own_calendars

    @property
    def holidays(self) -> Holidays:
        """The days off that this commitment counts by: in any of the calendars that it uses."""
        used = [self.calendars[code] for code in self.calendars_used if code in self.calendars]
        return merged(used) if used else NO_HOLIDAYS

    def facts(self, anchor: date | None) -> Facts:
        return Facts(self.zone, self.counted_by, anchor, self.holidays)


def merged(calendars: list[Holidays]) -> Holidays:
    """One that has every day of all; it is known as far as the shortest of them is."""
    if len(calendars) == 1:
        return calendars[0]
    days: dict[date, str] = {}
    for calendar in calendars:
        for day, name in calendar.days.items():
            known = days.get(day)
            days[day] = name if known in (None, name) else f"{known}; {name}"
    ends = [calendar.known_until for calendar in calendars if calendar.known_until]
    return Holidays(days, min(ends) if ends else None)


@dataclass(frozen=True, slots=True)
class Span:
    """What the clock is from `from_day` until before `until_day`.

    `in_time_until` is the last day on which completion is in time: the due day, or without end where the clock was
    stopped before it. `act` is the reading that began it, or `anchored_by` the finding on another obligation that gave
    or took the day that it is counted from. `deadline` holds the sum with all its steps.
    """

    from_day: date
    until_day: date
    life: LifeState
    deadline: Deadline
    in_time_until: date | None = None
    act: int | None = None
    anchored_by: int | None = None

    @property
    def due_on(self) -> date | None:
        return self.deadline.due_on

    @property
    def is_running(self) -> bool:
        """Whether a clock with a due day runs."""
        return self.life == "active" and self.deadline.due_on is not None


@dataclass(slots=True)
class ClockFold:
    """The state that a fold over days keeps: the deadline in force, and since when suspended days move it.

    `stop` is the step of the act that stopped it, None while it runs.
    """

    deadline: Deadline
    life: LifeState = "active"
    stopped_on: date | None = None
    was_late: bool = False
    stop: Step | None = None


def spans(grounds: Grounds) -> tuple[Span, ...]:
    """The spans in order, without gaps, from EVER to NEVER."""
    changes = sorted(changes_of(grounds), key=lambda change: change[:2])
    clock = ClockFold(Deadline("none"))
    made: list[Span] = []
    for day, _order, change in changes:
        act = change if isinstance(change, ReadingAct) else None
        if act is None:
            assert isinstance(change, Deadline)
            begin(change, day, clock)
        else:
            apply(act, clock, grounds)
        if made and made[-1].from_day == day:
            made.pop()
        if made:
            made[-1] = replace(made[-1], until_day=day)
        made.append(span(day, clock, act, None if act else grounds.anchored_by.get(day)))
    return tuple(made)


def begin(deadline: Deadline, day: date, clock: ClockFold) -> None:
    """The anchor gives another deadline. A clock that stands still stood still for it from that day on alone."""
    clock.deadline = deadline
    if clock.stop is not None:
        clock.stopped_on, clock.was_late = day, is_past(deadline, day)
        clock.deadline = replace(deadline, steps=(*deadline.steps, clock.stop))


def is_past(deadline: Deadline, day: date) -> bool:
    return deadline.due_on is not None and deadline.due_on < day


def changes_of(grounds: Grounds) -> Iterator[tuple[date, int, "Deadline | ReadingAct"]]:
    """What changes the clock, with its day and its place on that day: first the anchor, then acts as recorded."""
    given = grounds.given_day
    for from_day, anchor in grounds.anchors:
        if given:
            deadline = on_given_day(given, grounds, anchor)
        else:
            deadline = as_read(compute(grounds.rule, grounds.terms, grounds.facts(anchor)), grounds)
        # A clock that runs from a day had not begun on the days before it.
        begins = deadline.runs_from if RULES[grounds.rule].anchored == "after" else None
        if begins is not None and begins > from_day:
            yield from_day, 0, compute(grounds.rule, grounds.terms, grounds.facts(None))
            yield begins, 0, deadline
        else:
            yield from_day, 0, deadline
    for act in grounds.acts:
        if act.kind not in UNDERSTANDING and act.effective_on is not None:
            yield max(act.effective_on, EVER), act.id, act


def on_given_day(given: ReadingAct, grounds: Grounds, anchor: date | None) -> Deadline:
    assert given.due_on is not None
    steps = (Step("date", on=given.due_on), *ending(given.due_on, grounds.zone))
    start = (Step("trigger", on=anchor),) if anchor else ()
    return Deadline("dated", given.due_on, end_of_day(given.due_on, grounds.zone), anchor, (*start, *steps))


def as_read(deadline: Deadline, grounds: Grounds) -> Deadline:
    """With the reading by which it is counted, where there is one and something is counted."""
    if grounds.counting is None or not any(step.kind in COUNTED for step in deadline.steps):
        return deadline
    return replace(deadline, steps=(Step("counting", convention=grounds.counted_by), *deadline.steps))


def ending(due_on: date, zone: ZoneInfo) -> tuple[Step, Step]:
    return Step("last_day", on=due_on), Step("instant", at=end_of_day(due_on, zone), zone=zone.key)


def apply(act: ReadingAct, clock: ClockFold, grounds: Grounds) -> None:
    day = act.effective_on
    assert day is not None
    if act.kind == "extension":
        assert act.due_on is not None
        clock.deadline = moved(
            clock.deadline, Step("extension", on=day, to=act.due_on), act.due_on, grounds.zone
        )
        if clock.stopped_on is not None:
            clock.stopped_on, clock.was_late = day, is_past(clock.deadline, day)
    elif act.kind == "resumption":
        if clock.life != "active":
            resume(day, clock, grounds)
    else:
        if clock.life == "active":
            clock.stopped_on, clock.was_late = day, is_past(clock.deadline, day)
        clock.life, clock.stop = STOPS[act.kind], Step(cast(StepKind, act.kind), on=day)
        clock.deadline = replace(clock.deadline, steps=(*clock.deadline.steps, clock.stop))


def resume(day: date, clock: ClockFold, grounds: Grounds) -> None:
    """The clock goes on: each day that it stood still moves the due day by one."""
    stopped_on, due_on = clock.stopped_on, clock.deadline.due_on
    clock.life, clock.stopped_on, clock.stop = "active", None, None
    days = max((day - stopped_on).days, 0) if stopped_on else 0
    step = Step("resumption", on=day, length=days, unit="days")
    if due_on is None or not days:
        clock.deadline = replace(clock.deadline, steps=(*clock.deadline.steps, step))
        return
    # Nothing rolls a day that has passed, nor one that was counted back from an event (Article 3(4)).
    if clock.was_late or RULES[grounds.rule].anchored == "before":
        clock.deadline = moved(clock.deadline, step, due_on + timedelta(days=days), grounds.zone)
        return
    rolled = CONVENTIONS[grounds.counted_by].roll(due_on + timedelta(days=days), grounds.holidays)
    clock.deadline = moved(clock.deadline, step, rolled.last_day, grounds.zone, rolled.steps)


def moved(
    deadline: Deadline, step: Step, due_on: date, zone: ZoneInfo, then: tuple[Step, ...] = ()
) -> Deadline:
    """The deadline with another due day, and the steps that led there."""
    before = (one for one in deadline.steps if one.kind != "instant")
    steps = (*before, step, *then, *ending(due_on, zone))
    return replace(deadline, clock="dated", due_on=due_on, due_at=end_of_day(due_on, zone), steps=steps)


def span(day: date, clock: ClockFold, act: ReadingAct | None, anchored_by: int | None) -> Span:
    due_on = clock.deadline.due_on
    in_time_until = due_on
    if due_on is not None and clock.life != "active" and not clock.was_late:
        in_time_until = NEVER
    return Span(day, NEVER, clock.life, clock.deadline, in_time_until, act.id if act else None, anchored_by)


def span_on(made: tuple[Span, ...], day: date | None) -> Span:
    """The span in force on `day`; the last where None is given: the present."""
    if day is None:
        return made[-1]
    return next(one for one in reversed(made) if one.from_day <= day)
