"""What must hold for every period, under every convention, whatever days are off. No database."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines.conventions import CONVENTIONS, Holidays
from obligations.deadlines.rules import Deadline, Facts, alternatives, check_terms, compute
from obligations.deadlines.steps import Direction, Step, Unit

MOST: dict[Unit, int] = {"days": 400, "working_days": 90, "weeks": 60, "months": 40, "years": 8}
A_DAY = timedelta(days=1)
zones = st.sampled_from(
    ["Europe/Brussels", "Europe/Belgrade", "UTC", "Pacific/Auckland", "America/Santiago"]
).map(ZoneInfo)


@dataclass(frozen=True)
class Case:
    start: date
    length: int
    unit: Unit
    direction: Direction
    facts: Facts

    @property
    def rule(self) -> str:
        return f"{self.unit}_{self.direction}"

    @property
    def terms(self) -> dict[str, int]:
        return {self.unit: self.length}

    @property
    def deadline(self) -> Deadline:
        check_terms(self.rule, self.terms)
        return compute(self.rule, self.terms, self.facts)

    @property
    def due_on(self) -> date:
        due_on = self.deadline.due_on
        assert due_on is not None
        return due_on

    def by(self, convention: str) -> "Case":
        return replace(self, facts=replace(self.facts, convention=convention))

    def works(self, on: date) -> bool:
        return on.weekday() < 5 and on not in self.facts.holidays.days

    def period(self, last: date) -> Iterator[date]:
        """The days of the period up to `last`, that of the event not counted."""
        on, step = self.start, A_DAY if self.direction == "after" else -A_DAY
        while on != last:
            on += step
            yield on

    def working_days(self, last: date) -> int:
        return sum(self.works(on) for on in self.period(last))


def by_calendar(start: date, length: int, unit: Unit, direction: Direction) -> date:
    return CONVENTIONS["calendar"].count(start, length, unit, direction).last_day


@st.composite
def cases(draw: st.DrawFn, *directions: Direction) -> Case:
    """A period with days off strewn over what it touches, some of them in a row."""
    start = draw(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
    unit, direction = draw(st.sampled_from(tuple(MOST))), draw(st.sampled_from(directions))
    length = draw(st.integers(1, MOST[unit]) | st.integers(1, 4))
    closed_from, closed = draw(st.integers(-30, 30)), draw(st.integers(0, 12))
    off = [*draw(st.lists(st.integers(-60, 60), max_size=8)), *range(closed_from, closed_from + closed)]
    # Around the start, and around where the period would end by the calendar.
    ends = (start, by_calendar(start, length, unit, direction))
    days = {end + timedelta(days=number): f"day off {number}" for number in off for end in ends}
    code = draw(st.sampled_from(tuple(CONVENTIONS)))
    return Case(start, length, unit, direction, Facts(draw(zones), code, start, Holidays(days)))


either = cases("after", "before")


@given(either)
def test_a_period_lies_wholly_on_its_side_of_the_event(case: Case) -> None:
    assert case.due_on > case.start if case.direction == "after" else case.due_on < case.start


@given(either)
def test_a_longer_period_never_ends_nearer_to_the_event(case: Case) -> None:
    longer = replace(case, length=case.length + 1)
    assert abs(longer.due_on - case.start) >= abs(case.due_on - case.start)


@given(cases("after"))
def test_no_convention_is_stricter_than_the_calendar(case: Case) -> None:
    given_ = dict(alternatives(case.rule, case.terms, case.facts))
    assert list(given_) == list(CONVENTIONS)
    assert all(given_["calendar"] <= due_on for due_on in given_.values())
    assert all(case.by(code).due_on == due_on for code, due_on in given_.items())


@given(cases("after"))
def test_by_the_regulation_the_last_day_is_the_first_that_the_law_allows(case: Case) -> None:
    """By brute force: a working day, not before the calendar's, with two working days where there are two days."""
    wanted = 1 if (case.unit, case.length) == ("days", 1) else 2
    last = by_calendar(case.start, case.length, case.unit, "after")
    if case.unit == "working_days":
        last, wanted = case.start + A_DAY, case.length
    while not case.works(last) or case.working_days(last) < wanted:
        last += A_DAY
    assert case.by("eu-1182-71").due_on == last


@given(cases("before"))
def test_counted_back_by_the_regulation_only_the_two_working_days_move_it(case: Case) -> None:
    wanted = 0 if (case.unit, case.length) == ("days", 1) else 2
    last = by_calendar(case.start, case.length, case.unit, "before")
    if case.unit == "working_days":
        last, wanted = case.start - A_DAY, case.length
    while case.working_days(last) < wanted:
        last -= A_DAY
    assert case.by("eu-1182-71").due_on == last


@given(either)
def test_working_days_are_as_many_as_asked_for(case: Case) -> None:
    for code in CONVENTIONS:
        asked = replace(case, unit="working_days", length=min(case.length, MOST["working_days"])).by(code)
        assert asked.works(asked.due_on)
        assert asked.working_days(asked.due_on) == asked.length
    days = replace(case, unit="days").by("working-days")
    assert days.working_days(days.due_on) == days.length


@given(cases("after"))
def test_a_last_day_is_a_working_day_except_by_the_calendar(case: Case) -> None:
    assert case.works(case.by("eu-1182-71").due_on)
    assert case.works(case.by("working-days").due_on)


def added(start: date, step: Step) -> date:
    """The period's last day before anything moves it, without the code under test."""
    sign = 1 if step.direction == "after" else -1
    assert step.length is not None
    if step.unit in ("months", "years"):
        months = step.length * (12 if step.unit == "years" else 1)
        year, month = divmod(start.year * 12 + start.month - 1 + sign * months, 12)
        return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
    return start + sign * timedelta(days=step.length * (7 if step.unit == "weeks" else 1))


@given(either)
def test_the_steps_alone_sum_to_the_result(case: Case) -> None:
    deadline, day = case.deadline, date.min
    onward = A_DAY if case.direction == "after" else -A_DAY
    for step in deadline.steps:
        if step.kind == "trigger":
            assert step.on is not None
            day = step.on
        elif step.kind == "period":
            day = added(day, step)
        elif step.kind == "skipped":
            day += onward
            assert step.on is not None
            assert step.why == case.facts.holidays.why_not(step.on)
        elif step.kind in ("moved", "minimum"):
            assert step.on == day
            assert step.to is not None
            day = step.to
    assert day == deadline.due_on == deadline.steps[-2].on
    assert deadline.steps[-1].at == deadline.due_at
    skipped = [step.on for step in deadline.steps if step.kind == "skipped"]
    counts_working_days = case.unit == "working_days" or (
        case.unit == "days" and case.facts.convention == "working-days"
    )
    off = [on for on in case.period(case.due_on) if not case.works(on)] if counts_working_days else []
    assert skipped == off
