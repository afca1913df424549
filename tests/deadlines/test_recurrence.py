"""Days that come again by an RRULE, and the periods of a review."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines.recurrence import MOST, check, due_days, review_periods
from obligations.deadlines.rules import check_terms
from obligations.deadlines.steps import TermsError

EVER, LATE = date(1900, 1, 1), date(2040, 1, 1)


def days_given(rrule: str, first: str, until: str | None = None, by: date = LATE) -> list[str]:
    terms = {"rrule": rrule, "first": first} | ({"until": until} if until else {})
    check_terms("recurring", terms)
    return [day.isoformat() for day in due_days(terms, EVER, by)]


@pytest.mark.parametrize(
    ("rrule", "first", "until", "expected"),
    [
        # The first day counts where the rule matches it, and only there.
        (
            "FREQ=MONTHLY;INTERVAL=6",
            "2023-06-30",
            "2024-12-31",
            ["2023-06-30", "2023-12-30", "2024-06-30", "2024-12-30"],
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "2024-01-15",
            "2024-03-31",
            ["2024-01-31", "2024-02-29", "2024-03-31"],
        ),
        # A month that lacks the day is left out, as RFC 5545 has it; BYMONTHDAY=-1 says the last day.
        ("FREQ=MONTHLY", "2024-01-31", "2024-05-31", ["2024-01-31", "2024-03-31", "2024-05-31"]),
        ("FREQ=YEARLY", "2024-02-29", "2030-01-01", ["2024-02-29", "2028-02-29"]),
        # An end in the rule, in the terms, or whichever comes first.
        ("FREQ=WEEKLY;COUNT=3", "2024-01-01", None, ["2024-01-01", "2024-01-08", "2024-01-15"]),
        ("FREQ=WEEKLY;COUNT=3", "2024-01-01", "2024-01-10", ["2024-01-01", "2024-01-08"]),
        ("FREQ=WEEKLY;UNTIL=20240108", "2024-01-01", "2024-12-31", ["2024-01-01", "2024-01-08"]),
        ("RRULE:FREQ=DAILY;UNTIL=20241231", "2024-01-01", "2024-01-02", ["2024-01-01", "2024-01-02"]),
        ("freq=yearly;byday=2TU;bymonth=9", "2024-01-01", "2025-12-31", ["2024-09-10", "2025-09-09"]),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2024-03-01",
            "2024-04-30",
            ["2024-03-29", "2024-04-30"],
        ),
        (
            "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO",
            "2024-01-01",
            "2026-12-31",
            ["2024-01-01", "2024-12-30", "2025-12-29"],
        ),
    ],
)
def test_days_come_as_the_rule_says(rrule: str, first: str, until: str | None, expected: list[str]) -> None:
    assert days_given(rrule, first, until) == expected


def test_days_are_asked_for_after_one_and_up_to_another() -> None:
    terms = {"rrule": "FREQ=WEEKLY", "first": date(2024, 1, 1)}
    assert due_days(terms, date(2024, 1, 1), date(2024, 1, 15)) == [date(2024, 1, 8), date(2024, 1, 15)]
    assert due_days(terms, date(2024, 1, 1), date(2023, 1, 1)) == []


@pytest.mark.parametrize(
    ("rrule", "says"),
    [
        ("", "rrule must be"),
        ("MONTHLY", "a part such as FREQ=MONTHLY"),
        ("INTERVAL=2", "needs FREQ"),
        ("FREQ=HOURLY", "needs FREQ"),
        ("FREQ=SECONDLY;BYSECOND=1", "needs FREQ"),
        ("FREQ=DAILY;BYHOUR=9", "BYHOUR=9"),
        ("FREQ=DAILY;BYMINUTE=0", "BYMINUTE=0"),
        ("FREQ=YEARLY;BYEASTER=0", "BYEASTER=0"),
        ("FREQ=YEARLY;FREQ=DAILY", "each once"),
        ("FREQ=WEEKLY;INTERVAL=0", "INTERVAL=0; it takes 1 to 1000"),
        ("FREQ=WEEKLY;INTERVAL=1001", "INTERVAL=1001"),
        ("FREQ=WEEKLY;COUNT=0", "COUNT=0"),
        ("FREQ=WEEKLY;COUNT=10001", "COUNT=10001"),
        ("FREQ=MONTHLY;COUNT=3;UNTIL=20250601", "COUNT or UNTIL, not both"),
        ("FREQ=MONTHLY;UNTIL=20250101T000000Z", "it takes a day such as"),
        ("FREQ=MONTHLY;UNTIL=20250230", "UNTIL must be a day"),
        ("FREQ=MONTHLY;UNTIL=20230101", "must not be before first"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH=13"),
        ("FREQ=YEARLY;BYMONTH=1,-1", "BYMONTH=1,-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32"),
        ("FREQ=MONTHLY;BYDAY=6MO", "the number goes up to 5"),
        ("FREQ=WEEKLY;BYDAY=1MO", "the number goes up to 0"),
        ("FREQ=MONTHLY;BYDAY=XX", "weekdays such as MO"),
        ("FREQ=MONTHLY;WKST=1", "WKST=1"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "does not go with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "does not go with FREQ=MONTHLY"),
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU", "BYWEEKNO=53; it takes -51 to 51"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "does not go with BYWEEKNO"),
        ("FREQ=MONTHLY;BYSETPOS=1", "another BY part"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no month of BYMONTH has"),
        ("FREQ=DAILY;BYMONTH=4,6;BYMONTHDAY=-31", "no month of BYMONTH has"),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=53MO", "gives no day"),
        ("FREQ=MONTHLY\nEXDATE:20240101", "needs FREQ"),
    ],
)
def test_a_rule_that_gives_no_days_or_more_than_days_is_refused(rrule: str, says: str) -> None:
    with pytest.raises(TermsError, match=says):
        check({"rrule": rrule, "first": "2024-01-01"})


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"rrule": 12, "first": "2024-01-01"}, "rrule must be"),
        ({"rrule": "FREQ=DAILY"}, "first must be"),
        ({"rrule": "FREQ=DAILY", "first": "soon"}, "first must be a day"),
        ({"rrule": "FREQ=DAILY", "first": "2024-01-01", "until": ""}, "until must be a day"),
        ({"rrule": "FREQ=DAILY", "first": "2024-01-01", "until": "2023-12-31"}, "must not be before first"),
        ({"rrule": "FREQ=DAILY", "first": "2024-01-01", "days": 3}, "unknown terms: days"),
    ],
)
def test_terms_of_a_recurrence_are_checked(terms: dict[str, object], says: str) -> None:
    with pytest.raises(TermsError, match=says):
        check(terms)


def test_more_days_than_anybody_wants_are_refused() -> None:
    terms = {"rrule": "FREQ=DAILY", "first": "2024-01-01"}
    enough = date(2024, 1, 1) + timedelta(days=MOST - 1)
    assert len(due_days(terms, EVER, enough)) == MOST
    with pytest.raises(TermsError, match="more than"):
        due_days(terms, EVER, enough + timedelta(days=1))


@given(st.integers(-51, 51).filter(bool), st.integers(0, 6), st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_a_week_of_the_year_is_that_of_iso_8601(week: int, weekday: int, first: date) -> None:
    name = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[weekday]
    terms = {"rrule": f"FREQ=YEARLY;BYWEEKNO={week};BYDAY={name}", "first": first}
    for day in due_days(terms, EVER, first + timedelta(days=3000)):
        year, number, at = day.isocalendar()
        weeks = date(year, 12, 28).isocalendar().week
        assert (number, at) == (week if week > 0 else weeks + 1 + week, weekday + 1)


@given(
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 12),
    st.lists(st.integers(0, 900), max_size=4),
)
def test_asking_in_parts_gives_the_same_days(first: date, freq: str, interval: int, cuts: list[int]) -> None:
    terms = {"rrule": f"FREQ={freq};INTERVAL={interval}", "first": first}
    ends = [first - timedelta(days=1), *(first + timedelta(days=cut) for cut in sorted(cuts))]
    whole = due_days(terms, ends[0], ends[-1])
    assert [day for after, until in pairwise(ends) for day in due_days(terms, after, until)] == whole
    assert whole == sorted(set(whole))
    assert all(first <= day <= ends[-1] for day in whole)


def periods(first: date, months: int, until: date) -> list[tuple[str, str]]:
    return [(start.isoformat(), end.isoformat()) for start, end in review_periods(first, months, until)]


@pytest.mark.parametrize(
    ("first", "months", "until", "expected"),
    [
        (
            date(2023, 3, 18),
            6,
            date(2024, 1, 1),
            [("2023-03-18", "2023-06-30"), ("2023-07-01", "2023-12-31"), ("2024-01-01", "2024-06-30")],
        ),
        (
            date(2023, 3, 18),
            3,
            date(2023, 6, 30),
            [("2023-03-18", "2023-03-31"), ("2023-04-01", "2023-06-30")],
        ),
        (
            date(2024, 1, 31),
            1,
            date(2024, 2, 1),
            [("2024-01-31", "2024-01-31"), ("2024-02-01", "2024-02-29")],
        ),
        (date(2023, 3, 18), 12, date(2023, 3, 18), [("2023-03-18", "2023-12-31")]),
        (date(2023, 7, 1), 6, date(2023, 7, 1), [("2023-07-01", "2023-12-31")]),
        # What does not divide the year is counted from the first day.
        (
            date(2023, 1, 31),
            5,
            date(2023, 11, 30),
            [("2023-01-31", "2023-06-29"), ("2023-06-30", "2023-11-29"), ("2023-11-30", "2024-04-29")],
        ),
        (date(2023, 3, 18), 24, date(2025, 3, 17), [("2023-03-18", "2025-03-17")]),
        (date(2023, 3, 18), 6, date(2023, 3, 17), []),
    ],
)
def test_review_periods_follow_the_calendar_year_where_they_divide_it(
    first: date, months: int, until: date, expected: list[tuple[str, str]]
) -> None:
    assert periods(first, months, until) == expected


def test_a_review_period_has_a_month_at_least() -> None:
    with pytest.raises(ValueError, match="one month at least"):
        review_periods(date(2023, 3, 18), 0, date(2024, 1, 1))


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.integers(1, 40), st.integers(0, 4000))
def test_review_periods_leave_no_day_out_and_none_in_twice(first: date, months: int, days: int) -> None:
    until = first + timedelta(days=days)
    made = review_periods(first, months, until)
    assert made[0][0] == first
    assert all(start <= end for start, end in made)
    assert all(end + timedelta(days=1) == start for (_, end), (start, _) in pairwise(made))
    assert made[-1][0] <= until <= made[-1][1]
