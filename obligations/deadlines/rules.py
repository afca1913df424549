"""The rules by which a text sets a time limit.

A rule is a function of its terms (a mapping, as the pack gives them) and of the facts known. Unknown facts are no
error: the clock is pending. Wrong terms are one, found when a pack is loaded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import takewhile
from typing import get_args
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from obligations.deadlines import recurrence
from obligations.deadlines.conventions import CONVENTIONS, NO_HOLIDAYS, Holidays
from obligations.deadlines.moment import end_of_day
from obligations.deadlines.recurrence import DAY_PARTS, check, days_of, last_of, name_of, parts_of, period_end
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
from parties.texts import FIRST_YEAR

Parts = dict[str, str]
# What would leave out some of the days, weeks or months that INTERVAL has counted out.
# Whether a recurrence gives a day in each week, month or year that its words promise: RFC 5545 leaves out, without a
# word, what a period lacks, as the 31st of February or the fifth Friday of most months. Whoever wrote “monthly” did not
# mean that, so such a rule is refused where it would be loaded.
LEAVING_OUT = {"DAILY": ("BYMONTH", "BYMONTHDAY", "BYDAY"), "WEEKLY": ("BYMONTH",), "MONTHLY": ("BYMONTH",)}
# After so many years the days of weeks, months and leap years come in the same order again.
CYCLE = 28


def check_recurring(terms: Terms) -> None:
    """TermsError for terms of a recurrence that cannot be read, or that leave out what they promise."""
    check(terms)
    parts = parts_of(terms)
    check_parts_together(parts)
    if parts.keys().isdisjoint(DAY_PARTS):
        return
    first, last = day(terms, "first"), max(days_of(terms)) if "COUNT" in parts else last_of(terms)
    for alone in each_alone(parts):
        if missing := skipped(";".join(f"{name}={value}" for name, value in alone.items()), first, last):
            raise TermsError(
                f"rrule {terms['rrule']!r} has no day in {missing}, and would leave it out without a word; count from "
                "the end (BYMONTHDAY=-1 is the last day of a month, BYDAY=-1FR its last Friday), or leave out the day "
                "of the month: it is that of first then, and the last day where a month is shorter"
            )


def check_parts_together(parts: Parts) -> None:
    """Refuse parts of which one leaves out what another counts, or chooses from too little."""
    freq, interval = parts["FREQ"], parts.get("INTERVAL", "1")
    leaving_out = [name for name in LEAVING_OUT.get(freq, ()) if name in parts]
    if leaving_out and interval != "1":
        raise TermsError(
            f"rrule has {leaving_out[0]}, which leaves out some of what FREQ={freq} with INTERVAL={interval} counts; "
            "name months and days alone, such as FREQ=YEARLY;BYMONTH=1,7, or INTERVAL alone"
        )
    if "BYWEEKNO" in parts and "BYDAY" not in parts:
        raise TermsError("rrule has BYWEEKNO without a day of that week; add it, such as BYDAY=MO")
    if "BYSETPOS" in parts:
        if parts.keys().isdisjoint(DAY_PARTS):
            raise TermsError("rrule has BYSETPOS without days to choose from; add them, such as BYDAY=MO,FR")
        most = max(abs(int(number)) for number in parts["BYSETPOS"].split(","))
        if freq == "WEEKLY" and most > len(set(parts["BYDAY"].split(","))):
            raise TermsError(
                f"rrule has BYSETPOS={parts['BYSETPOS']}, and BYDAY has fewer days to choose from"
            )


def each_alone(parts: Parts) -> Iterator[Parts]:
    """The rule by each single number of a list, since each is promised; whole, where lists name days together."""
    endless = {name: value for name, value in parts.items() if name not in ("COUNT", "UNTIL")}
    named = [name for name in DAY_PARTS if name in parts]
    listed = next((name for name in ("BYSETPOS", "BYWEEKNO") if name in parts), named[0])
    if listed == named[0] and len(named) > 1:
        yield endless
        return
    for value in parts[listed].split(","):
        yield endless | {listed: value}


@cache
def skipped(rrule: str, first: date, last: date | None) -> str:
    """The first month (2025-02) or year (2025) that lacks the day promised in it; empty where none does."""
    parts = dict(part.split("=") for part in rrule.split(";"))
    kind, step = period_kind(parts), int(parts.get("INTERVAL", "1"))
    if not kind:
        return ""
    end = first + relativedelta(years=min(CYCLE * step, date.max.year - 1 - first.year))
    end = min(end, last or end)
    # Whole periods are looked at: what of one lies before `first` or after `last` is promised in it all the same.
    begin = first.replace(day=1)
    if parts["FREQ"] != "MONTHLY":
        begin = (
            date(max(first.year - step, FIRST_YEAR), 1, 1) if kind == "week_year" else date(first.year, 1, 1)
        )
    beyond = date(end.year + 1, 12, 31)
    days = takewhile(lambda on: on <= beyond, days_of({"rrule": rrule, "first": begin}))
    there = {name_of_period(kind, on) for on in days}
    return next((name for name in promised(parts, kind, step, first, end) if name not in there), "")


def period_kind(parts: Parts) -> str:
    """In what the rule promises a day: a month, a year, or a year of ISO 8601 weeks; empty for weeks and days."""
    freq = parts["FREQ"]
    if "BYWEEKNO" in parts:
        return "week_year"
    by_month = ("BYMONTH" in parts and freq == "YEARLY") or ("BYMONTHDAY" in parts and "BYDAY" not in parts)
    if freq == "MONTHLY" or (by_month and "BYSETPOS" not in parts):
        return "month"
    return "year" if freq == "YEARLY" else ""


def name_of_period(kind: str, on: date) -> str:
    year = on.isocalendar().year if kind == "week_year" else on.year
    return f"{year}-{on.month:02}" if kind == "month" else f"{year}"


def promised(parts: Parts, kind: str, step: int, first: date, end: date) -> Iterator[str]:
    """The names of the periods from that of `first` to that of `end` that the rule counts out."""
    months = {int(number) for number in parts.get("BYMONTH", "1,2,3,4,5,6,7,8,9,10,11,12").split(",")}
    begin = first.year * 12 + first.month - 1
    for number in range(begin, end.year * 12 + end.month):
        year, month = number // 12, number % 12 + 1
        behind = number - begin if parts["FREQ"] == "MONTHLY" else year - first.year
        if behind % step == 0 and month in months:
            yield f"{year}-{month:02}" if kind == "month" else f"{year}"


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
