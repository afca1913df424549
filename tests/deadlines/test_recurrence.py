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


def days_given(rrule: str, first: str, until: str | None = None) -> list[str]:
    terms = {"rrule": rrule, "first": first} | ({"until": until} if until else {})
    check_terms("recurring", terms)
    return [day.isoformat() for day in due_days(terms, EVER, LATE)]


# Worked by hand, on a calendar of each year.
@pytest.mark.parametrize(
    ("rrule", "first", "until", "expected"),
    [
        # The day of a month is that of the first; a month that lacks it has its last day.
        (
            "FREQ=MONTHLY;INTERVAL=6",
            "2023-06-30",
            "2024-12-31",
            ["2023-06-30", "2023-12-30", "2024-06-30", "2024-12-30"],
        ),
        (
            "FREQ=MONTHLY;INTERVAL=6",
            "2025-03-31",
            "2026-12-31",
            ["2025-03-31", "2025-09-30", "2026-03-31", "2026-09-30"],
        ),
        (
            "FREQ=MONTHLY;INTERVAL=3",
            "2025-08-31",
            "2026-08-31",
            ["2025-08-31", "2025-11-30", "2026-02-28", "2026-05-31", "2026-08-31"],
        ),
        (
            "FREQ=MONTHLY;INTERVAL=3",
            "2025-11-30",
            "2026-11-30",
            ["2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30", "2026-11-30"],
        ),
        (
            "FREQ=MONTHLY",
            "2024-01-31",
            "2024-05-31",
            ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"],
        ),
        ("FREQ=MONTHLY;BYMONTH=2,8", "2024-08-31", "2025-12-31", ["2024-08-31", "2025-02-28", "2025-08-31"]),
        (
            "FREQ=YEARLY",
            "2024-02-29",
            "2028-12-31",
            ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
        ),
        ("FREQ=YEARLY;INTERVAL=2", "2024-02-29", "2028-12-31", ["2024-02-29", "2026-02-28", "2028-02-29"]),
        (
            "FREQ=YEARLY;BYMONTH=3,9",
            "2025-03-31",
            "2026-12-31",
            ["2025-03-31", "2025-09-30", "2026-03-31", "2026-09-30"],
        ),
        (
            "FREQ=MONTHLY;COUNT=4",
            "2024-12-31",
            None,
            ["2024-12-31", "2025-01-31", "2025-02-28", "2025-03-31"],
        ),
        # An end on the very day of a shorter month, and on the one before.
        ("FREQ=MONTHLY;UNTIL=20250228", "2025-01-31", None, ["2025-01-31", "2025-02-28"]),
        ("FREQ=MONTHLY;UNTIL=20250227", "2025-01-31", None, ["2025-01-31"]),
        # The last day of each month.
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "2024-01-31",
            "2024-04-30",
            ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"],
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=31,-1;BYSETPOS=1",
            "2026-01-31",
            "2026-04-30",
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
        ),
        # The 31st of months that all have one.
        ("FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=31", "2025-01-31", "2025-12-31", ["2025-01-31", "2025-07-31"]),
        # Weeks: on the weekday of the first, on those named, each second week, with a count, with an end.
        ("FREQ=WEEKLY", "2026-03-18", "2026-04-01", ["2026-03-18", "2026-03-25", "2026-04-01"]),
        (
            "FREQ=WEEKLY;BYDAY=MO,TH",
            "2026-03-19",
            "2026-03-30",
            ["2026-03-19", "2026-03-23", "2026-03-26", "2026-03-30"],
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU",
            "2026-03-16",
            "2026-04-05",
            ["2026-03-16", "2026-03-22", "2026-03-30", "2026-04-05"],
        ),
        ("FREQ=WEEKLY;COUNT=3", "2024-01-01", None, ["2024-01-01", "2024-01-08", "2024-01-15"]),
        ("FREQ=WEEKLY;COUNT=3", "2024-01-01", "2024-01-10", ["2024-01-01", "2024-01-08"]),
        ("FREQ=WEEKLY;UNTIL=20240108", "2024-01-01", "2024-12-31", ["2024-01-01", "2024-01-08"]),
        # Days: each, and those of a week of work.
        ("RRULE:FREQ=DAILY;UNTIL=20241231", "2024-01-01", "2024-01-02", ["2024-01-01", "2024-01-02"]),
        (
            "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
            "2026-03-19",
            "2026-03-24",
            ["2026-03-19", "2026-03-20", "2026-03-23", "2026-03-24"],
        ),
        # A weekday of the month: the second Tuesday, the last Friday, the last working day, the second Saturday.
        ("FREQ=MONTHLY;BYDAY=2TU", "2026-01-13", "2026-03-31", ["2026-01-13", "2026-02-10", "2026-03-10"]),
        (
            "FREQ=MONTHLY;BYDAY=-1FR",
            "2026-01-30",
            "2026-05-31",
            ["2026-01-30", "2026-02-27", "2026-03-27", "2026-04-24", "2026-05-29"],
        ),
        (
            "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3",
            "2026-01-30",
            None,
            ["2026-01-30", "2026-02-27", "2026-03-27"],
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2024-03-29",
            "2024-05-31",
            ["2024-03-29", "2024-04-30", "2024-05-31"],
        ),
        (
            "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=8,9,10,11,12,13,14",
            "2026-01-10",
            "2026-03-31",
            ["2026-01-10", "2026-02-14", "2026-03-14"],
        ),
        # Years: the second Tuesday of September, 18 March, a day of the year, a week of the year.
        ("freq=yearly;byday=2TU;bymonth=9", "2024-09-10", "2025-12-31", ["2024-09-10", "2025-09-09"]),
        (
            "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=18",
            "2023-03-18",
            "2025-12-31",
            ["2023-03-18", "2024-03-18", "2025-03-18"],
        ),
        ("FREQ=YEARLY;BYYEARDAY=-1", "2023-12-31", "2025-01-01", ["2023-12-31", "2024-12-31"]),
        (
            "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO",
            "2024-01-01",
            "2026-12-31",
            ["2024-01-01", "2024-12-30", "2025-12-29"],
        ),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2019-12-30", "2021-12-31", ["2019-12-30", "2021-01-04"]),
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
        ("FREQ=WEEKLY;BYDAY=WE", "first is Monday 2024-01-01, which .* Wednesday 2024-01-03; write that"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "the first day that it names is Wednesday 2024-01-31"),
        ("FREQ=YEARLY;BYMONTH=3", "does not name: the first day that it names is Friday 2024-03-01"),
        ("FREQ=MONTHLY\nEXDATE:20240101", "needs FREQ"),
    ],
)
def test_a_rule_that_gives_no_days_or_more_than_days_is_refused(rrule: str, says: str) -> None:
    with pytest.raises(TermsError, match=says):
        check({"rrule": rrule, "first": "2024-01-01"})


# What it would leave out, found on a calendar by hand; the first day is one that it names.
@pytest.mark.parametrize(
    ("rrule", "first", "says"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2025-01-31", "no day in 2025-02, .*BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=30", "2025-01-30", "no day in 2025-02"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,29", "2025-03-15", "no day in 2026-02"),
        ("FREQ=MONTHLY;BYMONTHDAY=-31", "2025-01-01", "no day in 2025-02"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31", "2025-01-31", "no day in 2025-09"),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", "2025-03-31", "no day in 2025-04"),
        ("FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20250430", "2025-03-31", "no day in 2025-04"),
        ("FREQ=YEARLY;BYMONTH=1,2;BYMONTHDAY=31", "2025-01-31", "no day in 2025-02"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2024-02-29", "no day in 2025-02"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", "2024-02-29", "no day in 2100-02"),
        ("FREQ=YEARLY;BYMONTHDAY=31", "2025-01-31", "no day in 2025-02"),
        ("FREQ=DAILY;BYMONTHDAY=31", "2025-01-31", "no day in 2025-02"),
        ("FREQ=MONTHLY;BYDAY=5FR", "2026-01-30", "no day in 2026-02, .* BYDAY=-1FR"),
        ("FREQ=MONTHLY;BYDAY=1MO,5MO", "2026-01-05", "no day in 2026-01"),
        ("FREQ=YEARLY;BYDAY=53TH", "2026-12-31", "no day in 2027"),
        ("FREQ=YEARLY;BYYEARDAY=366", "2024-12-31", "no day in 2025"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-02-13", "no day in 2026-04"),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=1,5", "2026-01-02", "no day in 2026-02"),
        ("FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO", "2024-01-01", "no day in 2026"),
        ("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1,3", "2026-03-16", "fewer days to choose from"),
        ("FREQ=MONTHLY;INTERVAL=5;BYMONTH=1", "2025-01-01", "leaves out some of what .* INTERVAL=5 counts"),
        ("FREQ=WEEKLY;INTERVAL=2;BYMONTH=3", "2026-03-18", "leaves out some of what"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", "2026-03-16", "leaves out some of what"),
        ("FREQ=YEARLY;BYWEEKNO=20", "2026-05-11", "add it, such as BYDAY=MO"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYSETPOS=1", "2026-01-01", "without days to choose from"),
    ],
)
def test_a_rule_that_would_leave_out_what_it_promises_is_refused(rrule: str, first: str, says: str) -> None:
    with pytest.raises(TermsError, match=says):
        check_terms("recurring", {"rrule": rrule, "first": first})


@given(
    st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    st.sampled_from([("MONTHLY", 1), ("YEARLY", 12)]),
    st.integers(1, 30),
)
def test_what_has_an_interval_alone_has_a_day_in_each_period(
    first: date, freq: tuple[str, int], interval: int
) -> None:
    terms = {"rrule": f"FREQ={freq[0]};INTERVAL={interval}", "first": first}
    check_terms("recurring", terms)
    days = due_days(terms, EVER, first + timedelta(days=4000))
    months = [on.year * 12 + on.month for on in days]
    assert months == [months[0] + place * interval * freq[1] for place in range(len(days))]
    for on in days:
        assert on.day == first.day or ((on + timedelta(days=1)).day == 1 and on.day < first.day)


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
