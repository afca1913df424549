"""The two moments between which one asks what changed: how they are written, and which instants lie between them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.changes.window import Window, WindowError, window_of

ZONE = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def window(since: str = "", until: str = "") -> Window:
    return window_of(since, until, NOW, ZONE)


def test_it_is_the_last_seven_days_where_nothing_is_said() -> None:
    asked = window()
    assert (asked.since, asked.until) == (datetime(2026, 2, 22, 23, 0, tzinfo=UTC), NOW)
    assert asked.to_the_present


def test_without_a_beginning_it_is_the_seven_days_before_the_end() -> None:
    assert window(until="2024-05-31").since == datetime(2024, 5, 23, 22, 0, tzinfo=UTC)
    assert window(until="2024-05-31T12:00:00Z").since == datetime(2024, 5, 23, 22, 0, tzinfo=UTC)
    assert window(until="2026-03-02").since == window().since


def test_days_are_whole_days_of_the_agreements_zone() -> None:
    asked = window("2024-01-01", "2024-07-01")
    assert asked.since == datetime(2023, 12, 31, 23, 0, tzinfo=UTC)
    assert asked.until == datetime(2024, 7, 1, 22, 0, tzinfo=UTC)
    assert not asked.to_the_present


@pytest.mark.parametrize(
    "written",
    [
        "2024-01-31T12:00:00Z",
        "2024-01-31T13:00:00+01:00",
        "2024-01-31T13:00:00 01:00",
        "2024-01-31T13:00",
        "2024-01-31 13:00",
    ],
)
def test_an_instant_is_in_its_own_zone_or_in_the_agreements(written: str) -> None:
    assert window(written).since == datetime(2024, 1, 31, 12, 0, tzinfo=UTC)


def test_today_reaches_to_now_and_no_further() -> None:
    assert window("2026-03-01", "2026-03-02").until == NOW


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        "2024-02-30",
        "20240131",
        "2024-W01-1",
        "2024-01-31T25:00",
        "2024-01-3\N{ARABIC-INDIC DIGIT ONE}",
        "2024-01-31\x00",
    ],
)
@pytest.mark.parametrize("name", ["since", "until"])
def test_what_is_neither_a_day_nor_an_instant_is_refused_by_name(name: str, written: str) -> None:
    with pytest.raises(WindowError) as refused:
        window(**{name: written})
    assert refused.value.errors == {name: "Give a day as 2024-01-31, or an instant as 2024-01-31T12:00:00Z."}


@pytest.mark.parametrize(
    "written", ["9999-12-31", "9999-12-31T23:00:00-12:00", "2026-03-03", "2026-03-02T23:30:00Z"]
)
def test_a_day_to_come_is_refused(written: str) -> None:
    for name in ("since", "until"):
        with pytest.raises(WindowError) as refused:
            window(**{name: written})
        assert name in refused.value.errors


@pytest.mark.parametrize("written", ["0001-01-01", "1899-12-31", "0001-01-01T00:00:00+14:00"])
def test_a_day_before_1900_is_refused(written: str) -> None:
    with pytest.raises(WindowError):
        window(written)


def test_a_beginning_after_the_end_is_refused() -> None:
    with pytest.raises(WindowError) as refused:
        window("2024-02-02", "2024-02-01")
    assert refused.value.errors == {"since": "This is not before the end."}
    with pytest.raises(WindowError):
        window("2026-03-02T10:00:01")
    assert window("2024-02-01", "2024-02-01").holds(datetime(2024, 2, 1, 12, 0, tzinfo=UTC))


def test_both_that_are_wrong_are_named() -> None:
    with pytest.raises(WindowError) as refused:
        window("x", "y")
    assert set(refused.value.errors) == {"since", "until"}


instants = st.datetimes(datetime(2020, 1, 1), datetime(2026, 3, 2, 8)).map(lambda at: at.replace(tzinfo=UTC))


@given(bounds=st.lists(instants, min_size=2, max_size=4, unique=True).map(sorted), at=instants)
def test_windows_that_follow_each_other_hold_each_instant_once(bounds: list[datetime], at: datetime) -> None:
    windows = [Window(since, until, NOW) for since, until in pairwise(bounds)]
    assert sum(one.holds(at) for one in windows) == (bounds[0] <= at < bounds[-1])


@given(at=instants)
def test_up_to_now_nothing_is_left_out(at: datetime) -> None:
    asked = Window(datetime(2020, 1, 1, tzinfo=UTC), NOW, NOW)
    assert asked.holds(at)
    assert asked.holds(NOW)
    assert not asked.holds(NOW + timedelta(microseconds=1))
