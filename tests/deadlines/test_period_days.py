"""Periods by their terms alone: contiguous, a year ahead, and the same however often they are made."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines import ReadingAct, end_of_day, start_of_day
from obligations.deadlines.episodes import FindingFact, episodes
from obligations.deadlines.periods import (
    AHEAD,
    PeriodDays,
    following,
    own_spans,
    periods_due,
    periods_reviewed,
    was_active,
)
from obligations.deadlines.spans import Grounds, Span, spans
from tests.deadlines.clocks import ZONE

MONTHLY = {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "first": "2025-01-31"}
days = st.dates(date(2015, 1, 1), date(2030, 12, 31))
rules = st.builds(
    lambda freq, interval, first: {"rrule": f"FREQ={freq};INTERVAL={interval}", "first": first.isoformat()},
    freq=st.sampled_from(["WEEKLY", "MONTHLY", "YEARLY"]),
    interval=st.integers(1, 9),
    first=days,
)


def recurring(*acts: ReadingAct) -> tuple[Span, ...]:
    return spans(Grounds(ZONE, "recurring", MONTHLY, acts=acts))


def stop(day: str, number: int = 1) -> ReadingAct:
    return ReadingAct(number, "suspension", date.fromisoformat(day))


def go_on(day: str, number: int = 2) -> ReadingAct:
    return ReadingAct(number, "resumption", date.fromisoformat(day))


@given(rules, st.none() | days, days)
def test_each_period_follows_upon_the_last_and_ends_on_its_due_day(
    terms: dict[str, str], since: date | None, today: date
) -> None:
    made = periods_due(terms, since, today)
    assert all(one.starts_on <= one.ends_on == one.due_on for one in made)
    assert all(later.starts_on == earlier.ends_on + timedelta(days=1) for earlier, later in pairwise(made))
    assert made[0].starts_on == min(since or made[0].ends_on, made[0].ends_on)


@given(rules, days)
def test_they_reach_a_year_ahead_and_there_is_always_a_next_one(terms: dict[str, str], today: date) -> None:
    made = [one.ends_on for one in periods_due(terms, None, today)]
    assert any(on > today for on in made)
    beyond = [on for on in made if on > today + AHEAD]
    assert len(beyond) <= 1
    assert not beyond or all(on <= today for on in made if on not in beyond)


@given(rules, days, days, st.integers(0, 900))
def test_what_was_made_on_one_day_is_part_of_what_is_made_on_a_later_one(
    terms: dict[str, str], since: date, today: date, later: int
) -> None:
    earlier, after = (periods_due(terms, since, day) for day in (today, today + timedelta(days=later)))
    assert after[: len(earlier)] == earlier


@given(st.one_of(rules, st.integers(1, 24)), days, days, st.integers(0, 900))
def test_going_on_from_what_has_begun_gives_what_there_is(
    terms: dict[str, str] | int, since: date, today: date, later: int
) -> None:
    def made(day: date) -> list[PeriodDays]:
        if isinstance(terms, int):
            return periods_reviewed(since, terms, day)
        return periods_due(terms, since, day)

    then = today + timedelta(days=later)
    begun = [one for one in made(today) if one.starts_on <= then]
    there_until = begun[-1].ends_on if begun else None
    assert begun + following(made(then), there_until) == made(then)


@given(st.integers(1, 24), st.integers(1, 24), days, days)
def test_another_length_of_review_leaves_no_gap_and_no_overlap(
    months: int, others: int, since: date, today: date
) -> None:
    begun = [one for one in periods_reviewed(since, months, today) if one.starts_on <= today]
    there_until = begun[-1].ends_on if begun else None
    all_ = begun + following(periods_reviewed(since, others, today), there_until)
    assert all(later.starts_on == earlier.ends_on + timedelta(days=1) for earlier, later in pairwise(all_))


def test_leap_days_and_the_ends_of_months_are_kept() -> None:
    made = [one.ends_on for one in periods_due({**MONTHLY, "first": "2027-11-30"}, None, date(2028, 1, 1))]
    assert [on.isoformat() for on in made[:4]] == ["2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29"]


def test_a_reading_moves_no_day_of_what_recurs() -> None:
    own = own_spans(recurring(stop("2025-06-01"), go_on("2025-06-20")), date(2025, 6, 30), ZONE)
    assert {one.due_on for one in own} == {date(2025, 6, 30)}
    assert own[-1].deadline.due_at == end_of_day(date(2025, 6, 30), ZONE)


@pytest.mark.parametrize(
    ("due_on", "owed"),
    [("2025-05-31", True), ("2025-06-30", False), ("2025-07-31", False), ("2025-08-31", True)],
)
def test_nothing_is_owed_on_a_day_on_which_the_clock_stood(due_on: str, owed: bool) -> None:
    made = own_spans(recurring(stop("2025-06-10"), go_on("2025-08-01")), date.fromisoformat(due_on), ZONE)
    assert bool(made) == owed


def test_what_was_late_when_the_clock_stopped_is_late_again_when_it_goes_on() -> None:
    own = own_spans(recurring(stop("2025-02-10"), go_on("2025-03-01")), date(2025, 1, 31), ZONE)
    first, second = episodes(own, ZONE, [FindingFact(7, date(2025, 3, 11), 3)])
    assert (first.ending, first.days_late) == ("suspended", 9)
    assert (second.flag_at, second.ending) == (start_of_day(date(2025, 3, 1), ZONE), "met")
    assert second.days_late == 39  # from its due day: no reading moved that


@pytest.mark.parametrize(
    ("first", "last", "active"),
    [
        ("2025-01-01", "2025-06-09", True),
        ("2025-06-01", "2025-06-10", True),
        ("2025-06-10", "2025-07-31", False),
        ("2025-07-01", "2025-08-01", True),
        ("2030-01-01", "2030-06-30", True),
    ],
)
def test_a_commitment_was_active_in_a_period_where_it_was_on_one_of_its_days(
    first: str, last: str, active: bool
) -> None:
    made = recurring(stop("2025-06-10"), go_on("2025-08-01"))
    assert was_active(made, date.fromisoformat(first), date.fromisoformat(last)) == active
