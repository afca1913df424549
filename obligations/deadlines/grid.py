"""A deadline as a small calendar: which days were counted, which were not, and where it ends."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from obligations.deadlines.conventions import NO_HOLIDAYS, Holidays
from obligations.deadlines.steps import Deadline

Mark = Literal["start", "counted", "weekend", "holiday", "moved_from", "last"]
# A longer period shows its ends alone.
MOST_MONTHS = 3
MOVES = ("moved", "minimum")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a week. `name` is that of the holiday. Days of other months, which fill the week up, have no marks."""

    on: date
    in_month: bool
    marks: tuple[Mark, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday to Sunday. `gap`: months between the one before and this one are left out."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]
    gap: bool = False


def months(deadline: Deadline, holidays: Holidays = NO_HOLIDAYS) -> tuple[Month, ...]:
    """The months from the day that the clock runs from to the last day; empty where there is no last day."""
    last = deadline.due_on
    if last is None:
        return ()
    start = deadline.runs_from or last
    summed = end_of_sum(deadline)
    left = [step.on for step in deadline.steps if step.kind in MOVES and step.on]
    ends = {month_of(day) for day in (start, last, *left, *([summed] if summed else []))}
    shown = list(months_between(min(ends), max(ends)))
    if len(shown) > MOST_MONTHS:
        shown = sorted(ends)
    marks = Marks(deadline, start, last, summed, holidays)
    return tuple(
        Month(first, marks.weeks(first), gap=number > 0 and first != following(shown[number - 1]))
        for number, first in enumerate(shown)
    )


def end_of_sum(deadline: Deadline) -> date | None:
    """The last day that the text's own sum gave, whatever readings made of it; None where a reading gives the day."""
    if any(step.kind == "date" for step in deadline.steps):
        return None
    return next((step.on for step in deadline.steps if step.kind == "last_day"), None)


class Marks:
    """What to mark each day with. What lies after the end of the sum was not counted, but given by a reading."""

    def __init__(
        self, deadline: Deadline, start: date, last: date, summed: date | None, holidays: Holidays
    ) -> None:
        self.start, self.last, self.summed, self.holidays = start, last, summed, holidays
        self.moves = [
            (step.on, step.to) for step in deadline.steps if step.kind in MOVES and step.on and step.to
        ]
        self.skipped = {step.on for step in deadline.steps if step.kind == "skipped"}

    def weeks(self, first: date) -> tuple[tuple[Day, ...], ...]:
        weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
        return tuple(tuple(self.day(on, first) for on in week) for week in weeks)

    def day(self, on: date, first: date) -> Day:
        if on.month != first.month:
            return Day(on, in_month=False)
        return Day(on, True, tuple(self.of(on)), self.holidays.name(on))

    def of(self, on: date) -> Iterator[Mark]:
        why_not = self.holidays.why_not(on)
        if on == self.start != self.last:
            yield "start"
        elif self.counts(on):
            yield "counted"
        if on.weekday() >= calendar.SATURDAY:
            yield "weekend"
        if why_not == "holiday":
            yield "holiday"
        if any(on == left for left, _to in self.moves) or on == self.summed != self.last:
            yield "moved_from"
        if on == self.last:
            yield "last"

    def counts(self, on: date) -> bool:
        if self.summed is None:
            return False
        low, high = sorted((self.start, self.summed))
        if not low <= on <= high or on == self.start or on in self.skipped:
            return False
        # What the last day was moved over is waited for, not counted.
        return not any(left < on <= to or to <= on < left for left, to in self.moves)


def month_of(day: date) -> date:
    return day.replace(day=1)


def following(first: date) -> date:
    return month_of(first + timedelta(days=31))


def months_between(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = following(first)
