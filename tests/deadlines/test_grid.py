"""A deadline as a small calendar."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines import EVER, Grounds, ReadingAct, spans
from obligations.deadlines.conventions import CONVENTIONS
from obligations.deadlines.grid import Day, Month, months
from obligations.deadlines.rules import Facts, compute
from obligations.deadlines.steps import Deadline
from tests.deadlines.calendars import DAYS_OFF

ANNEX = date(2023, 3, 18)


def limit(rule: str, start: date = ANNEX, convention: str = "eu-1182-71", **terms: object) -> Deadline:
    return compute(rule, terms, Facts(ZoneInfo("Europe/Brussels"), convention, start, DAYS_OFF))


def marked(shown: tuple[Month, ...]) -> dict[date, Day]:
    return {day.on: day for month in shown for week in month.weeks for day in week if day.in_month}


def with_mark(shown: tuple[Month, ...], mark: str) -> list[date]:
    return [on for on, day in marked(shown).items() if mark in day.marks]


def names(shown: tuple[Month, ...]) -> list[tuple[str, bool]]:
    return [(month.first.strftime("%Y-%m"), month.gap) for month in shown]


def test_weeks_run_from_monday_to_sunday_and_days_of_other_months_bear_no_marks() -> None:
    (march, _) = months(limit("days_after", days=30), DAYS_OFF)
    assert all([day.on.weekday() for day in week] == list(range(7)) for week in march.weeks)
    beside = [day for week in march.weeks for day in week if day.on.month != 3]
    assert beside
    assert not any(day.in_month or day.marks for day in beside)


def test_the_committee_s_case_by_the_regulation() -> None:
    shown = months(limit("days_after", days=30), DAYS_OFF)
    days = marked(shown)
    assert days[date(2023, 3, 18)].marks == ("start", "weekend")
    assert days[date(2023, 3, 20)].marks == ("counted",)
    assert days[date(2023, 4, 7)] == Day(date(2023, 4, 7), True, ("counted", "holiday"), "Good Friday")
    assert days[date(2023, 4, 17)].marks == ("counted", "holiday", "moved_from")
    assert days[date(2023, 4, 18)].marks == ("last",)
    assert days[date(2023, 4, 19)].marks == ()


def test_days_that_working_days_jump_over_are_not_counted() -> None:
    shown = months(limit("working_days_after", date(2023, 4, 5), working_days=5), DAYS_OFF)
    assert [on.day for on in with_mark(shown, "counted")] == [6, 11, 12, 13, 18]


def test_a_period_counted_back_ends_before_its_start() -> None:
    shown = months(limit("days_before", date(2023, 3, 27), days=2), DAYS_OFF)
    days = marked(shown)
    assert [on for on, day in days.items() if day.marks and "weekend" not in day.marks] == [
        date(2023, 3, 23),
        date(2023, 3, 27),
    ]
    assert days[date(2023, 3, 25)].marks == ("counted", "weekend", "moved_from")
    assert days[date(2023, 3, 23)].marks == ("last",)
    assert days[date(2023, 3, 27)].marks == ("start",)


def test_three_months_are_shown_whole_and_more_by_their_ends() -> None:
    assert names(months(limit("days_after", days=60))) == [
        ("2023-03", False),
        ("2023-04", False),
        ("2023-05", False),
    ]
    assert names(months(limit("days_after", days=150))) == [("2023-03", False), ("2023-08", True)]


def test_a_last_day_that_moves_into_another_month_shows_both() -> None:
    shown = months(limit("months_after", date(2023, 6, 24), months=6), DAYS_OFF)
    assert names(shown) == [("2023-06", False), ("2023-12", True), ("2024-01", False)]
    assert with_mark(shown, "moved_from") == [date(2023, 12, 24)]
    assert with_mark(shown, "last") == [date(2024, 1, 3)]


def test_a_day_that_the_text_names_is_shown_in_its_month() -> None:
    shown = months(limit("fixed", date="2024-02-29"))
    assert names(shown) == [("2024-02", False)]
    assert (with_mark(shown, "last"), with_mark(shown, "start")) == ([date(2024, 2, 29)], [])


def test_without_a_last_day_there_is_no_calendar() -> None:
    assert months(limit("immediate")) == ()


@given(
    st.dates(date(2022, 12, 1), date(2025, 1, 31)),
    st.sampled_from(["days", "working_days"]),
    st.sampled_from(["after", "before"]),
    st.integers(1, 25),
    st.sampled_from(list(CONVENTIONS)),
)
def test_as_many_days_are_marked_as_counted_as_the_text_gives(
    start: date, unit: str, direction: str, count: int, convention: str
) -> None:
    deadline = limit(f"{unit}_{direction}", start, convention, **{unit: count})
    shown = months(deadline, DAYS_OFF)
    counted, (last,) = with_mark(shown, "counted"), with_mark(shown, "last")
    assert last == deadline.due_on
    assert with_mark(shown, "start") == [start]
    assert len(counted) == count or len(shown) < len({on.replace(day=1) for on in counted})


def after(kind: str, **said: Any) -> tuple[Month, ...]:
    """The calendar of the committee's limit, with a reading of that kind."""
    anchors = ((EVER, ANNEX),)
    act = ReadingAct(1, kind, **said)
    grounds = Grounds(ZoneInfo("Europe/Brussels"), "days_after", {"days": 30}, anchors=anchors, acts=(act,))
    return months(spans(grounds)[-1].deadline, DAYS_OFF)


def test_days_that_an_extension_adds_are_not_counted_and_the_day_that_it_moved_is_shown() -> None:
    shown = after("extension", effective_on=date(2023, 4, 3), due_on=date(2023, 7, 10))
    assert names(shown) == [("2023-03", False), ("2023-04", False), ("2023-07", True)]
    counted = with_mark(shown, "counted")
    assert (counted[0], counted[-1], len(counted)) == (date(2023, 3, 19), date(2023, 4, 17), 30)
    assert with_mark(shown, "moved_from") == [date(2023, 4, 17)]
    assert with_mark(shown, "last") == [date(2023, 7, 10)]


def test_no_day_is_counted_where_a_reading_gives_the_last_one() -> None:
    shown = after("date", due_on=date(2023, 4, 10))
    assert with_mark(shown, "counted") == []
    assert with_mark(shown, "start") == [ANNEX]
    assert marked(shown)[date(2023, 4, 10)].marks == ("holiday", "last")
