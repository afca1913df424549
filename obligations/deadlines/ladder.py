"""The days around a due day on which people are told of it: so many before, on and after it."""

from collections.abc import Sequence
from datetime import date, timedelta

from obligations.deadlines.conventions import CONVENTIONS, Holidays
from obligations.deadlines.steps import Direction

# After the last day of a ladder, each week.
AGAIN_EVERY = 7


def day_of(step: int, day: date, holidays: Holidays | None = None) -> date:
    """The day that is `step` days from `day`, negative before it; working days where `holidays` are given."""
    if holidays is None:
        return day + timedelta(days=step)
    direction: Direction = "before" if step < 0 else "after"
    return CONVENTIONS["calendar"].count(day, abs(step), "working_days", direction, holidays).last_day


def newest_step(
    ladder: Sequence[int], day: date, today: date, holidays: Holidays | None = None, again: bool = True
) -> int | None:
    """The newest step of the ladder whose day has come; None before the first.

    With `again` there is one more each week after the last, once the day itself is over.
    """
    come = [step for step in ladder if has_come(step, day, today, holidays)]
    if not come:
        return None
    last = max(ladder)
    if not again or max(come) < last or today <= day:
        return max(come)
    return last + (today - day_of(last, day, holidays)).days // AGAIN_EVERY * AGAIN_EVERY


def has_come(step: int, day: date, today: date, holidays: Holidays | None) -> bool:
    try:
        return day_of(step, day, holidays) <= today
    except OverflowError:  # before or after all years that are counted
        return step < 0


def days_before(ladder: Sequence[int], day: date, holidays: Holidays | None = None) -> list[int]:
    """By how many days before a day its ladder reminds of it, the longest first; 0 for the day itself."""
    steps = sorted(step for step in ladder if step <= 0)
    return [(day - day_of(step, day, holidays)).days for step in steps]
