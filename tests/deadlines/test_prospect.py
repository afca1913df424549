"""What one more finding would do to a clock, and ages in words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines import PROSPECTIVE, FindingFact, episodes, prospect
from obligations.words.numbers import ago, days_until
from tests.deadlines.clocks import fixed_on, undated

ZONE = ZoneInfo("Europe/Brussels")
DUE = date(2023, 8, 15)


def new(on: date, level: int | None) -> FindingFact:
    return FindingFact(PROSPECTIVE, on, level)


def found(key: int, on: date, level: int | None) -> FindingFact:
    return FindingFact(key, on, level)


def test_complete_after_the_due_date_is_met_late() -> None:
    told = prospect(fixed_on(DUE), ZONE, [], new(date(2024, 1, 10), 3))
    assert (told.effect, told.days_late) == ("met_late", 148)


def test_complete_on_the_due_date_is_met_on_time() -> None:
    assert prospect(fixed_on(DUE), ZONE, [], new(DUE, 3)).effect == "met_on_time"


def test_less_than_complete_leaves_the_clock_running() -> None:
    assert prospect(fixed_on(DUE), ZONE, [], new(date(2024, 1, 10), 2)).effect == "runs_on"


def test_less_after_a_completion_starts_another_cycle() -> None:
    told = prospect(fixed_on(DUE), ZONE, [found(1, date(2024, 1, 10), 3)], new(date(2025, 2, 3), 2))
    assert (told.effect, told.cycle, told.undone_on) == ("reopened", 2, date(2024, 1, 10))


def test_complete_again_changes_nothing() -> None:
    assert (
        prospect(fixed_on(DUE), ZONE, [found(1, date(2024, 1, 10), 3)], new(date(2025, 2, 3), 3)).effect
        == "stays_met"
    )


def test_an_earlier_day_than_the_completion_that_stands_moves_it() -> None:
    told = prospect(fixed_on(DUE), ZONE, [found(1, date(2024, 1, 10), 3)], new(date(2023, 9, 1), 3))
    assert (told.effect, told.days_late) == ("met_late", 17)


def test_a_later_finding_outlives_an_earlier_one() -> None:
    known = [found(1, date(2024, 1, 10), 2)]
    assert prospect(fixed_on(DUE), ZONE, known, new(date(2023, 9, 1), 3)).effect == "history"


@pytest.mark.parametrize("level", [None, 3])
def test_without_a_due_date_or_a_level_no_clock_is_moved(level: int | None) -> None:
    assert prospect(undated() if level else fixed_on(DUE), ZONE, [], new(DUE, level)).effect == "no_clock"


@given(
    st.lists(st.tuples(st.integers(0, 900), st.sampled_from([None, 0, 1, 2, 3])), max_size=8),
    st.integers(0, 900),
    st.integers(0, 3),
)
def test_what_is_told_is_what_recording_does(
    past: list[tuple[int, int | None]], day: int, level: int
) -> None:
    start = date(2023, 1, 1)
    known = [
        found(key, start + timedelta(days=on), said)
        for key, (on, said) in enumerate(sorted(past, key=lambda p: p[0]), 1)
    ]
    fact = new(start + timedelta(days=day), level)
    told = prospect(fixed_on(DUE), ZONE, known, fact)
    after = episodes(fixed_on(DUE), ZONE, sorted([*known, fact], key=lambda f: f.effective_on))
    ends = {"met_late", "met_on_time", "stays_met"}
    if told.effect in ends:
        assert not after[-1].is_open
    if told.effect in ("runs_on", "reopened"):
        assert after[-1].is_open
    if told.effect == "met_late":
        assert after[-1].days_late == told.days_late


def test_a_regress_that_a_later_completion_follows_is_history() -> None:
    known = [found(1, date(2023, 1, 1), 3), found(2, date(2023, 1, 2), 3)]
    assert prospect(fixed_on(DUE), ZONE, known, new(date(2023, 1, 1), 0)).effect == "history"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0 s ago"), (59, "59 s ago"), (60, "1 min ago"), (3600, "1 h ago"), (172800, "2 days ago")],
)
def test_an_age_is_told_in_its_largest_unit(seconds: int, words: str) -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert ago(now - timedelta(seconds=seconds), now) == words


def test_days_are_counted_from_today_in_the_zone() -> None:
    just_after_midnight_there = datetime(2023, 8, 14, 22, 30, tzinfo=UTC)
    assert days_until(date(2023, 8, 16), just_after_midnight_there, ZONE) == 1
