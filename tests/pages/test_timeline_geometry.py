"""The geometry of a timeline: every day has its place, and nothing stands on anything else."""

from datetime import date
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.web.timeline.geometry import (
    LABEL_ROOM,
    Extent,
    lanes_of,
    placed,
    scale_over,
    taken,
    ticks,
)

days = st.dates(date(1, 1, 1), date(9999, 12, 31))
likely = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(st.lists(st.one_of(days, likely), min_size=1, max_size=6))
def test_every_day_has_a_place_in_the_order_of_days(given: list[date]) -> None:
    scale = scale_over(given, 10, 900, 100)
    places = [scale.x(day) for day in sorted(given)]
    assert places == sorted(places)
    assert places[0] >= 10
    assert places[-1] <= 10 + scale.width
    assert scale.width >= 900


@given(st.lists(likely, min_size=1, max_size=6))
def test_the_scale_is_a_year_long_at_least_and_a_year_never_narrower_than_asked(given: list[date]) -> None:
    scale = scale_over(given, 0, 900, 120)
    length = (scale.last - scale.first).days
    assert length >= 365
    assert scale.width / length * 365 >= 119.9
    assert scale.first <= min(given)
    assert scale.last > max(given)


@given(st.lists(st.one_of(days, likely), min_size=1, max_size=6))
def test_labels_of_the_axis_have_room(given: list[date]) -> None:
    found = ticks(scale_over(given, 0, 900, 20))
    assert found
    assert all(later.x - earlier.x >= LABEL_ROOM * 0.9 for earlier, later in pairwise(found))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2023, 2, 27), date(2024, 3, 1), [date(2023, 2, 1), date(2023, 3, 1)]),
        (date(2023, 2, 27), date(2026, 11, 1), [date(2023, 4, 1), date(2023, 7, 1)]),
        (date(2011, 2, 1), date(2026, 11, 1), [date(2012, 1, 1), date(2013, 1, 1)]),
    ],
)
def test_the_axis_is_marked_as_finely_as_there_is_room(first: date, last: date, expected: list[date]) -> None:
    assert [tick.day for tick in ticks(scale_over([first, last], 0, 1000, 60))][:2] == expected


extents = st.builds(
    lambda start, length, label: Extent(start, start + length, label),
    st.floats(0, 900),
    st.one_of(st.just(10.0), st.floats(0, 600)),
    st.text("x", max_size=40),
)


@given(st.lists(extents, max_size=25))
def test_nothing_stands_on_anything_else(given: list[Extent]) -> None:
    places = placed(given, 1000)
    for (one, where), (other, there) in combinations(zip(given, places, strict=True), 2):
        if where.lane == there.lane:
            first, second = sorted([taken(one, 1000), taken(other, 1000)])
            assert first[1] <= second[0]
    assert lanes_of(places) <= len(given)


@given(st.lists(extents, min_size=1, max_size=25))
def test_no_lane_is_empty(given: list[Extent]) -> None:
    places = placed(given, 1000)
    assert {one.lane for one in places} == set(range(lanes_of(places)))


def test_what_is_far_apart_shares_a_lane_and_a_label_at_the_edge_stands_before_its_mark() -> None:
    near, far = Extent(0, 10, "near"), Extent(500, 510, "far")
    assert [one.lane for one in placed([near, far], 1000)] == [0, 0]
    (edge,) = placed([Extent(980, 990, "at the edge")], 1000)
    assert (edge.ends_there, edge.label_x) == (True, 974)
