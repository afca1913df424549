"""What comes again and again: the days that an RRULE of RFC 5545 gives, and the periods of a review."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import islice, takewhile

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from obligations.deadlines.steps import Step, Terms, TermsError, Unit, day, only
from parties.texts import FIRST_YEAR, LAST_YEAR

UNITS: dict[str, Unit] = {"DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months", "YEARLY": "years"}
# More at once than any page or worker wants: a day each day for a generation.
MOST = 12_000
WEEKDAYS = "MO|TU|WE|TH|FR|SA|SU"
NUMBER = re.compile(r"[+-]?\d{1,5}", re.ASCII)
# The parts that are numbers, with the least and the greatest that each takes. For the weeks beyond, the library gives
# wrong days around 1 January: it takes 2 January 2022 for week 53 of 2021 (dateutil, pull request 1537).
LIMITS = {
    "INTERVAL": (1, 1_000),
    "COUNT": (1, 10_000),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-51, 51),
    "BYSETPOS": (-366, 366),
}
# How often a weekday can come in what FREQ repeats: the greatest number before it in BYDAY.
NTH = {"MONTHLY": 5, "YEARLY": 53}
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# What RFC 5545 (3.3.10) excludes; and BYSETPOS, which has nothing to choose from in a single day.
EXCLUDED = {
    "DAILY": {"BYYEARDAY", "BYWEEKNO", "BYSETPOS"},
    "WEEKLY": {"BYYEARDAY", "BYWEEKNO", "BYMONTHDAY"},
    "MONTHLY": {"BYYEARDAY", "BYWEEKNO"},
    "YEARLY": set[str](),
}
# Parts that name a day, so that the day of `first` does not.
DAY_PARTS = ("BYMONTHDAY", "BYDAY", "BYYEARDAY", "BYWEEKNO")


def check(terms: Terms) -> None:
    """TermsError for terms of a recurrence that cannot be read, or that give no day at all."""
    parts = parts_of(terms)
    first, until = day(terms, "first"), last_of(terms)
    only(terms, "rrule", "first", "until")
    if until and until < first:
        raise TermsError(f"until ({until}) must not be before first ({first})")
    if "COUNT" in parts and "UNTIL" in parts:
        raise TermsError("rrule must have COUNT or UNTIL, not both")
    given = next(days_of(terms), None)
    if given is None:
        raise TermsError(f"rrule {terms['rrule']!r} gives no day from {first} on")
    if given != first:
        raise TermsError(
            f"first is {first:%A} {first}, which rrule {terms['rrule']!r} does not name: the first day that it names "
            f"is {given:%A} {given}; write that as first, or another rule"
        )


def due_days(terms: Terms, after: date, until: date) -> list[date]:
    """The days of the recurrence later than `after`, up to and including `until`, in order.

    The first day counts. No convention moves such a day (Article 5 of Regulation 1182/71).
    TermsError where they are more than anybody can want: ask for less at once.
    """
    wanted = (on for on in takewhile(lambda on: on <= until, days_of(terms)) if on > after)
    found = list(islice(wanted, MOST + 1))
    if len(found) > MOST:
        raise TermsError(f"rrule {terms['rrule']!r} gives more than {MOST} days between {after} and {until}")
    return found


def step(terms: Terms) -> Step:
    """The recurrence as a step of a sum."""
    parts = parts_of(terms)
    return Step(
        "recurrence",
        on=day(terms, "first"),
        to=last_of(terms),
        length=int(parts.get("INTERVAL", "1")),
        unit=UNITS[parts["FREQ"]],
        name=text_of(terms),
    )


def days_of(terms: Terms) -> Iterator[date]:
    """All days, without end where the terms set none.

    Where the rule names no day of a month it is that of `first`, and the last day of each month that is shorter: RFC
    5545 would leave such a month out.
    """
    first, last = day(terms, "first"), last_of(terms) or date.max
    text, start, parts = text_of(terms), first, parts_of(terms)
    on_day_of_first = parts["FREQ"] in ("MONTHLY", "YEARLY") and parts.keys().isdisjoint(DAY_PARTS)
    if on_day_of_first:
        months = "" if "BYMONTH" in parts or parts["FREQ"] == "MONTHLY" else f";BYMONTH={first.month}"
        text, start = f"{text}{months};BYMONTHDAY=1", first.replace(day=1)
    try:
        rule = rrulestr(text, dtstart=datetime.combine(start, time.min))
        days = (instant.date() for instant in rule)
        if on_day_of_first:
            days = (on + relativedelta(day=first.day) for on in days)
        yield from takewhile(lambda on: on <= last, days)
    except (ValueError, IndexError) as error:  # what the library raises for numbers that do not go together
        raise TermsError(f"rrule {terms['rrule']!r} cannot be read: {error}") from None


def last_of(terms: Terms) -> date | None:
    """The day after which there is none, as the terms or the rule name it."""
    named = [day(terms, "until")] if terms.get("until") is not None else []
    if "UNTIL" in (parts := parts_of(terms)):
        named.append(datetime.strptime(parts["UNTIL"], "%Y%m%d").date())
    return min(named, default=None)


def text_of(terms: Terms) -> str:
    given = terms.get("rrule")
    if not isinstance(given, str) or not given.strip():
        raise TermsError(f"rrule must be a rule such as FREQ=MONTHLY;INTERVAL=6, not {given!r}")
    return given.strip().upper().removeprefix("RRULE:")


def parts_of(terms: Terms) -> dict[str, str]:
    """The rule's parts, each checked: what the library would let pass, loop over or stumble on is refused here."""
    parts: dict[str, str] = {}
    for part in text_of(terms).split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise TermsError(f"rrule has {part!r} where a part such as FREQ=MONTHLY is wanted, each once")
        parts[name] = value
    freq = parts.get("FREQ", "")
    if freq not in UNITS:
        raise TermsError(f"rrule needs FREQ, one of {', '.join(UNITS)}, not {freq!r}: a limit is a day")
    for name, value in parts.items():
        if name != "FREQ":
            check_part(freq, name, value)
    if "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        raise TermsError("rrule has BYSETPOS without another BY part to choose from")
    if "BYWEEKNO" in parts and re.search(r"\d", parts.get("BYDAY", "")):
        raise TermsError(f"rrule has BYDAY={parts['BYDAY']}, whose number does not go with BYWEEKNO")
    check_month_days(parts)
    return parts


def check_part(freq: str, name: str, value: str) -> None:
    if name in EXCLUDED[freq]:
        raise TermsError(f"rrule has {name}, which does not go with FREQ={freq}")
    if name in LIMITS:
        lowest, highest = LIMITS[name]
        for number in [value] if name in ("INTERVAL", "COUNT") else value.split(","):
            if not NUMBER.fullmatch(number) or int(number) == 0 or not lowest <= int(number) <= highest:
                raise TermsError(f"rrule has {name}={value}; it takes {lowest} to {highest}, without 0")
    elif name == "UNTIL":
        if not re.fullmatch(r"\d{8}", value, re.ASCII):
            raise TermsError(f"rrule has UNTIL={value}; it takes a day such as 20271231")
        day({name: f"{value[:4]}-{value[4:6]}-{value[6:]}"}, name)
    elif name == "BYDAY":
        for weekday in value.split(","):
            check_weekday(freq, weekday)
    elif name != "WKST" or not re.fullmatch(WEEKDAYS, value):
        raise TermsError(f"rrule has {name}={value}, which cannot be read here")


def check_weekday(freq: str, given: str) -> None:
    found = re.fullmatch(rf"([+-]?\d{{1,2}})?({WEEKDAYS})", given, re.ASCII)
    if not found:
        raise TermsError(f"rrule has BYDAY={given}; it takes weekdays such as MO or -1FR")
    most = NTH.get(freq, 0)
    if found[1] and not 1 <= abs(int(found[1])) <= most:
        raise TermsError(f"rrule has BYDAY={given}; with FREQ={freq} the number goes up to {most}")


def check_month_days(parts: dict[str, str]) -> None:
    """Refuses what no month has, such as 30 February: the library would look for it until the year 9999."""
    if "BYMONTHDAY" not in parts or "BYMONTH" not in parts:
        return
    longest = max(LONGEST_MONTH[int(month) - 1] for month in parts["BYMONTH"].split(","))
    if min(abs(int(number)) for number in parts["BYMONTHDAY"].split(",")) > longest:
        raise TermsError(f"rrule has BYMONTHDAY={parts['BYMONTHDAY']}, which no month of BYMONTH has")


def review_periods(first: date, months: int, until: date) -> list[tuple[date, date]]:
    """The review periods from `first` up to and including the one that holds `until`, each with its last day.

    Where `months` divides the year they are those of the calendar year (six months: to 30 June and to 31 December), the
    first one cut off before `first`. Else they are counted from `first`.
    """
    if months < 1:
        raise ValueError(f"a review period has one month at least, not {months}")
    aligned = 12 % months == 0
    origin = first.replace(month=first.month - (first.month - 1) % months, day=1) if aligned else first
    periods: list[tuple[date, date]] = []
    start, number = first, 1
    while start <= until:
        # From the origin each time: a month that lacks the date must not shorten those after it.
        following = origin + relativedelta(months=number * months)
        periods.append((start, following - timedelta(days=1)))
        start, number = following, number + 1
    return periods


NAMED = re.compile(r"(?P<year>\d{4})(?:-(?P<part>H|Q|W|)(?P<number>\d{1,2}))?", re.ASCII)
# How many months a part has, and how many of it a year has.
PARTS: Mapping[str, tuple[int, int]] = {"H": (6, 2), "Q": (3, 4), "": (1, 12)}


def period_end(terms: Terms) -> date:
    """The last day of the period that `terms` names. Weeks are those of ISO 8601 and end on a Sunday."""
    given = terms.get("period")
    wrong = TermsError(
        f"period must be such as 2024, 2024-H1, 2024-Q2, 2024-05 or 2024-W12, between {FIRST_YEAR} and {LAST_YEAR}, "
        f"not {given!r}"
    )
    found = NAMED.fullmatch(name_of(terms))
    if not found or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
        raise wrong
    year, part = int(found["year"]), found["part"]
    if part is None:
        return date(year, 12, 31)
    number = int(found["number"])
    if len(found["number"]) != (1 if part in ("H", "Q") else 2):
        raise wrong
    if part == "W":
        try:
            return date.fromisocalendar(year, number, 7)
        except ValueError:
            raise wrong from None
    months, most = PARTS[part]
    if not 1 <= number <= most:
        raise wrong
    return date(year, 12, 31) - relativedelta(months=12 - months * number)


def name_of(terms: Terms) -> str:
    """The period as text: a bare year may stand in a pack as a number."""
    given = terms.get("period")
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    return given if isinstance(given, str) else ""
