"""The periods of what lasts: one for each day on which something is due again, or one for each review.

They follow from the terms alone, and so the next one is counted from the intended day, whenever the last was done.
"""

from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from obligations.deadlines.moment import end_of_day
from obligations.deadlines.recurrence import days_of, due_days, review_periods
from obligations.deadlines.spans import Span, ending, span_on
from obligations.deadlines.steps import Deadline, Terms

AHEAD = relativedelta(years=1)


@dataclass(frozen=True, slots=True)
class PeriodDays:
    """The first and the last day; `due_on` where something is due, and then it is the last day."""

    starts_on: date
    ends_on: date
    due_on: date | None = None


def periods_due(terms: Terms, since: date | None, today: date) -> list[PeriodDays]:
    """Those of a recurrence up to a year after `today`, and the next one however far off it is.

    Each begins on the day after the last intended day; the first on `since`, or on its own day where that is later or
    None. TermsError where they are more than anybody can want.
    """
    days = due_days(terms, date.min, today + AHEAD)
    if not days or days[-1] <= today:
        days += islice((on for on in days_of(terms) if on > today + AHEAD), 1)
    starts = [min(since or on, on) for on in days[:1]] + [on + relativedelta(days=1) for on in days[:-1]]
    return [PeriodDays(start, on, on) for start, on in zip(starts, days, strict=True)]


def periods_reviewed(since: date, months: int, today: date) -> list[PeriodDays]:
    """The review periods up to the one that a year after `today` lies in."""
    return [PeriodDays(start, end) for start, end in review_periods(since, months, today + AHEAD)]


def following(periods: list[PeriodDays], there_until: date | None) -> list[PeriodDays]:
    """Those that end after the day to which there are periods already.

    The first follows upon that day where something is due; a review may begin later, and does not begin earlier.
    """
    if there_until is None:
        return periods
    begin = there_until + relativedelta(days=1)
    left = [one for one in periods if one.ends_on > there_until]
    first = [replace(one, starts_on=begin if one.due_on else max(one.starts_on, begin)) for one in left[:1]]
    return first + left[1:]


def was_active(spans: tuple[Span, ...], first: date, last: date) -> bool:
    """Whether the commitment was active on any day from `first` to `last`; the last span goes on."""
    before_last = any(
        span.life == "active" and span.from_day <= last and span.until_day > first for span in spans[:-1]
    )
    return before_last or (spans[-1].life == "active" and spans[-1].from_day <= last)


def own_spans(spans: tuple[Span, ...], due_on: date, zone: ZoneInfo) -> tuple[Span, ...]:
    """The spans of one time that a recurring commitment is due. None where nothing was owed on that day.

    No reading moves the day. What was late when the clock stopped goes on being late with it.
    """
    if span_on(spans, due_on).life != "active":
        return ()
    return tuple(
        replace(one, deadline=on_day(one.deadline, due_on, zone), in_time_until=due_on) for one in spans
    )


def on_day(deadline: Deadline, due_on: date, zone: ZoneInfo) -> Deadline:
    """The deadline of a recurrence with the day of one of its times."""
    steps = (*deadline.steps, *ending(due_on, zone))
    return replace(deadline, due_on=due_on, due_at=end_of_day(due_on, zone), steps=steps)
