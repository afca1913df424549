"""Whether a recurrence gives a day in each week, month or year that its words promise.

RFC 5545 leaves out, without a word, what a period lacks: the 31st of February, the fifth Friday of most months. Whoever
wrote “monthly” did not mean that, so such a rule is refused where it would be loaded.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import takewhile

from dateutil.relativedelta import relativedelta

from obligations.deadlines.recurrence import DAY_PARTS, check, days_of, last_of, parts_of
from obligations.deadlines.steps import Terms, TermsError, day
from parties.texts import FIRST_YEAR

Parts = dict[str, str]
# What would leave out some of the days, weeks or months that INTERVAL has counted out.
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
