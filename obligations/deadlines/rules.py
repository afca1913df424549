"""The rules by which a text sets a time limit.

A rule is a function of its terms (a mapping, as the pack gives them) and of the facts known. Unknown facts are no
error: the clock is pending. Wrong terms are one, found when a pack is loaded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from obligations.deadlines.conventions import CONVENTIONS
from obligations.deadlines.zones import end_of_day

ClockState = Literal["none", "immediate", "pending", "dated"]
Terms = Mapping[str, Any]


class TermsError(ValueError):
    """Terms that a rule cannot read; the message says which and what it wants."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known where a deadline is computed. `trigger_on` is None while the trigger has no date."""

    zone: ZoneInfo
    convention: str = "calendar"
    trigger_on: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the sum: `kind` is trigger, period, fixed, last_day or instant; the other fields belong to it."""

    kind: Literal["trigger", "period", "fixed", "last_day", "instant"]
    on: date | None = None
    at: datetime | None = None
    days: int | None = None
    convention: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a rule gives.

    `due_on` and `due_at` are set where `clock` is ``dated``: the last day, and the midnight in UTC that ends it.
    `runs_from` is the trigger's day where there is one. `steps` is the sum, in order.
    """

    clock: ClockState
    due_on: date | None = None
    due_at: datetime | None = None
    runs_from: date | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """`check` raises TermsError for terms it cannot read; `apply` computes."""

    check: Callable[[Terms], None]
    apply: Callable[[Terms, Facts], Deadline]


def dated(last_day: date, facts: Facts, runs_from: date | None, *sum_: Step) -> Deadline:
    due_at = end_of_day(last_day, facts.zone)
    end = (Step("last_day", on=last_day), Step("instant", at=due_at, zone=facts.zone.key))
    return Deadline("dated", last_day, due_at, runs_from, (*sum_, *end))


def no_terms(terms: Terms) -> None:
    if unknown := set(terms) - {"qualifier"}:
        raise TermsError(f"unknown terms: {', '.join(sorted(unknown))}")


def check_days(terms: Terms) -> None:
    days = terms.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 36_525:
        raise TermsError(f"days must be a whole number from 1 to 36525, not {days!r}")
    no_terms({key: value for key, value in terms.items() if key != "days"})


def fixed_day(terms: Terms) -> date:
    day = terms.get("date")
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            raise TermsError(f"date must be a day such as 2023-04-17, not {day!r}") from None
    if not isinstance(day, date) or isinstance(day, datetime) or not 1900 <= day.year <= 2999:
        raise TermsError(f"date must be a day between 1900 and 2999, not {day!r}")
    return day


def check_fixed(terms: Terms) -> None:
    fixed_day(terms)
    no_terms({key: value for key, value in terms.items() if key != "date"})


def no_date(terms: Terms, facts: Facts) -> Deadline:
    return Deadline("none")


def immediate(terms: Terms, facts: Facts) -> Deadline:
    """At once after the trigger: no date, so nothing to be overdue against; the days since then are shown."""
    if facts.trigger_on is None:
        return Deadline("pending")
    return Deadline("immediate", runs_from=facts.trigger_on, steps=(Step("trigger", on=facts.trigger_on),))


def fixed(terms: Terms, facts: Facts) -> Deadline:
    day = fixed_day(terms)
    return dated(day, facts, None, Step("fixed", on=day))


def days_after(terms: Terms, facts: Facts) -> Deadline:
    if facts.trigger_on is None:
        return Deadline("pending")
    last_day = CONVENTIONS[facts.convention].last_day(facts.trigger_on, terms["days"])
    start = Step("trigger", on=facts.trigger_on)
    return dated(
        last_day,
        facts,
        facts.trigger_on,
        start,
        Step("period", days=terms["days"], convention=facts.convention),
    )


RULES: dict[str, Rule] = {
    "none": Rule(no_terms, no_date),
    "fixed": Rule(check_fixed, fixed),
    "days_after": Rule(check_days, days_after),
    "immediate": Rule(no_terms, immediate),
    "urgent": Rule(no_terms, immediate),
}


def check_terms(rule: str, terms: Terms) -> None:
    """TermsError where the rule is unknown or its terms are not what it wants."""
    if rule not in RULES:
        raise TermsError(f"unknown rule {rule!r}; known are {', '.join(sorted(RULES))}")
    RULES[rule].check(terms)


def compute(rule: str, terms: Terms, facts: Facts) -> Deadline:
    """The deadline that `rule` with `terms` gives on `facts`. The terms have been checked."""
    return RULES[rule].apply(terms, facts)
