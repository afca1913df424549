"""The rules by which a text sets a time limit.

A rule is a function of its terms (a mapping, as the pack gives them) and of the facts known. Unknown facts are no
error: the clock is pending. Wrong terms are one, found when a pack is loaded.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args
from zoneinfo import ZoneInfo

from obligations.deadlines import recurrence
from obligations.deadlines.conventions import CONVENTIONS, NO_HOLIDAYS, Holidays
from obligations.deadlines.moment import end_of_day
from obligations.deadlines.promised import check_recurring
from obligations.deadlines.recurrence import name_of, period_end
from obligations.deadlines.steps import (
    ClockState,
    Deadline,
    Direction,
    Step,
    Terms,
    TermsError,
    Unit,
    day,
    only,
    whole,
)

__all__ = [
    "RULES",
    "ClockState",
    "Deadline",
    "Facts",
    "Rule",
    "Step",
    "Terms",
    "TermsError",
    "alternatives",
    "check_terms",
    "compute",
]

# The longest period in each unit: a century, give or take.
LONGEST: dict[Unit, int] = {
    "days": 36_525,
    "working_days": 5_000,
    "weeks": 5_218,
    "months": 1_200,
    "years": 100,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known where a deadline is computed.

    `trigger_on` is the day that the clock is counted from: the trigger's, or that of another obligation's fulfilment.
    None while it has no date. `convention` and `holidays` say how to count.
    """

    zone: ZoneInfo
    convention: str = "calendar"
    trigger_on: date | None = None
    holidays: Holidays = NO_HOLIDAYS


@dataclass(frozen=True, slots=True)
class Rule:
    """`check` raises TermsError for terms it cannot read; `apply` computes.

    `anchored` tells whether the clock is counted from a day that an event gives, and whether onward or back.
    """

    check: Callable[[Terms], None]
    apply: Callable[[Terms, Facts], Deadline]
    anchored: Direction | None = None


def dated(last_day: date, facts: Facts, runs_from: date | None, *sum_: Step) -> Deadline:
    due_at = end_of_day(last_day, facts.zone)
    end = (Step("last_day", on=last_day), Step("instant", at=due_at, zone=facts.zone.key))
    return Deadline("dated", last_day, due_at, runs_from, (*sum_, *end))


def no_terms(terms: Terms) -> None:
    only(terms)


def no_date(terms: Terms, facts: Facts) -> Deadline:
    return Deadline("none")


def immediate(terms: Terms, facts: Facts) -> Deadline:
    """At once after the trigger: no date, so nothing to be overdue against; the days since then are shown."""
    if facts.trigger_on is None:
        return Deadline("pending")
    return Deadline("immediate", runs_from=facts.trigger_on, steps=(Step("trigger", on=facts.trigger_on),))


def check_fixed(terms: Terms) -> None:
    day(terms, "date")
    only(terms, "date")


def fixed(terms: Terms, facts: Facts) -> Deadline:
    """A day that the text names. No convention moves it (Article 5 of Regulation 1182/71)."""
    on = day(terms, "date")
    return dated(on, facts, None, Step("fixed", on=on))


def check_period(terms: Terms) -> None:
    period_end(terms)
    only(terms, "period")


def end_of_period(terms: Terms, facts: Facts) -> Deadline:
    """By the end of a named period, moved where the convention moves a last day."""
    end = period_end(terms)
    counted = CONVENTIONS[facts.convention].roll(end, facts.holidays)
    return dated(
        counted.last_day, facts, None, Step("period_end", on=end, name=name_of(terms)), *counted.steps
    )


def recurring(terms: Terms, facts: Facts) -> Deadline:
    """Again and again: each period has a last day, the whole has none."""
    return Deadline("recurring", steps=(recurrence.step(terms),))


def period_rule(unit: Unit, direction: Direction) -> Rule:
    """A number of units after or before the day that an event gives."""

    def check(terms: Terms) -> None:
        whole(terms, unit, LONGEST[unit])
        only(terms, unit)

    def apply(terms: Terms, facts: Facts) -> Deadline:
        start, length = facts.trigger_on, terms[unit]
        if start is None:
            period = Step(
                "period", length=length, unit=unit, direction=direction, convention=facts.convention
            )
            return Deadline("pending", steps=(period,))
        counted = CONVENTIONS[facts.convention].count(start, length, unit, direction, facts.holidays)
        return dated(counted.last_day, facts, start, Step("trigger", on=start), *counted.steps)

    return Rule(check, apply, direction)


RULES: dict[str, Rule] = {
    "none": Rule(no_terms, no_date),
    "fixed": Rule(check_fixed, fixed),
    "immediate": Rule(no_terms, immediate, "after"),
    "urgent": Rule(no_terms, immediate, "after"),
    "end_of_period": Rule(check_period, end_of_period),
    "recurring": Rule(check_recurring, recurring),
    **{
        f"{unit}_{direction}": period_rule(unit, direction)
        for direction in get_args(Direction)
        for unit in get_args(Unit)
    },
}


def check_terms(rule: str, terms: Terms) -> None:
    """TermsError where the rule is unknown or its terms are not what it wants."""
    if rule not in RULES:
        raise TermsError(f"unknown rule {rule!r}; known are {', '.join(sorted(RULES))}")
    RULES[rule].check(terms)


def compute(rule: str, terms: Terms, facts: Facts) -> Deadline:
    """The deadline that `rule` with `terms` gives on `facts`. The terms have been checked.

    OverflowError where the last day lies outside the years 1900 to 9999.
    """
    return RULES[rule].apply(terms, facts)


def alternatives(rule: str, terms: Terms, facts: Facts) -> tuple[tuple[str, date], ...]:
    """What each convention would give, its code with the last day, in the order of `CONVENTIONS`. Empty without one."""
    dues = ((code, compute(rule, terms, replace(facts, convention=code)).due_on) for code in CONVENTIONS)
    return tuple((code, due_on) for code, due_on in dues if due_on is not None)
