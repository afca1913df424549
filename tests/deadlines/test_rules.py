"""What a time limit's terms give. No database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines import Facts, TermsError, check_terms, compute, day_in, end_of_day, start_of_day
from obligations.deadlines.explain import sentence, sum_of

BRUSSELS = ZoneInfo("Europe/Brussels")
ANNEX = date(2023, 3, 18)
days = st.dates(date(1950, 1, 1), date(2100, 1, 1))
zones = st.sampled_from(
    ["Europe/Brussels", "Europe/Belgrade", "UTC", "Pacific/Auckland", "America/Santiago"]
).map(ZoneInfo)


def after(_: int, trigger_on: date | None = ANNEX) -> Facts:
    return Facts(BRUSSELS, "calendar", trigger_on)


@pytest.mark.parametrize(
    ("count", "last_day", "instant"),
    [
        (30, date(2023, 4, 17), datetime(2023, 4, 17, 22, tzinfo=UTC)),
        (150, date(2023, 8, 15), datetime(2023, 8, 15, 22, tzinfo=UTC)),
        (1, date(2023, 3, 19), datetime(2023, 3, 19, 23, tzinfo=UTC)),
        (8, date(2023, 3, 26), datetime(2023, 3, 26, 22, tzinfo=UTC)),  # the night in which clocks go forward
    ],
)
def test_days_after_a_trigger_end_at_midnight_in_brussels(
    count: int, last_day: date, instant: datetime
) -> None:
    limit = compute("days_after", {"days": count}, after(count))
    assert (limit.due_on, limit.due_at, limit.clock) == (last_day, instant, "dated")


def test_the_day_of_the_trigger_is_not_counted() -> None:
    assert compute("days_after", {"days": 1}, after(1)).due_on == ANNEX + timedelta(days=1)


def test_an_undated_trigger_leaves_the_clock_pending() -> None:
    for rule, terms in (("days_after", {"days": 30}), ("immediate", {}), ("urgent", {})):
        limit = compute(rule, terms, after(30, trigger_on=None))
        assert (limit.clock, limit.due_on, limit.due_at) == ("pending", None, None)


def test_immediately_is_no_date() -> None:
    limit = compute("immediate", {"qualifier": "urgent"}, after(0))
    assert (limit.clock, limit.due_at, limit.runs_from) == ("immediate", None, ANNEX)


def test_without_a_limit_there_is_no_clock() -> None:
    assert compute("none", {}, after(0)).clock == "none"


def test_a_fixed_day_needs_no_trigger() -> None:
    limit = compute("fixed", {"date": "2024-02-29"}, after(0, None))
    assert limit.due_at == datetime(2024, 2, 29, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "terms", "says"),
    [
        ("soon", {}, "unknown rule 'soon'"),
        ("days_after", {}, "days must be"),
        ("days_after", {"days": 0}, "days must be"),
        ("days_after", {"days": True}, "days must be"),
        ("days_after", {"days": "30"}, "days must be"),
        ("days_after", {"days": 40_000}, "days must be"),
        ("days_after", {"days": 3, "weeks": 1}, "unknown terms: weeks"),
        ("fixed", {"date": "2023-02-30"}, "date must be"),
        ("fixed", {}, "date must be"),
        ("none", {"days": 3}, "unknown terms: days"),
    ],
)
def test_terms_that_no_rule_reads_are_refused(rule: str, terms: dict[str, object], says: str) -> None:
    with pytest.raises(TermsError, match=says):
        check_terms(rule, terms)


def test_the_sum_stands_beside_its_result() -> None:
    limit = compute("days_after", {"days": 150}, after(150))
    assert sum_of(limit) == "18 Mar 2023 + 150 days, calendar"
    told = sentence(limit, "Europe/Brussels")
    assert told == "18 Mar 2023 + 150 days, calendar = Tuesday 15 Aug 2023, until midnight in Brussels"


def test_what_has_no_date_says_so() -> None:
    assert "no time limit" in sentence(compute("none", {}, after(0)), "Europe/Brussels")
    assert "no date yet" in sentence(compute("immediate", {}, after(0, None)), "Europe/Brussels")
    assert "names no day" in sentence(compute("immediate", {}, after(0)), "Europe/Brussels")


@given(days, zones)
def test_a_day_ends_where_the_next_begins(day: date, zone: ZoneInfo) -> None:
    assert end_of_day(day, zone) == start_of_day(day + timedelta(days=1), zone)
    assert day_in(end_of_day(day, zone), zone) == day + timedelta(days=1)
    assert day_in(end_of_day(day, zone) - timedelta(microseconds=1), zone) <= day


@given(days, st.integers(1, 1000), zones)
def test_a_period_is_monotone_and_never_before_its_trigger(day: date, count: int, zone: ZoneInfo) -> None:
    facts = Facts(zone, "calendar", day)
    this, longer = (compute("days_after", {"days": n}, facts) for n in (count, count + 1))
    assert this.due_on
    assert this.due_at
    assert longer.due_on
    assert longer.due_at
    assert day < this.due_on < longer.due_on
    assert this.due_at < longer.due_at
    assert this.due_at > start_of_day(day, zone)


@given(days, st.integers(1, 1000), zones)
def test_the_steps_sum_to_the_result(day: date, count: int, zone: ZoneInfo) -> None:
    limit = compute("days_after", {"days": count}, Facts(zone, "calendar", day))
    steps = {step.kind: step for step in limit.steps}
    start, period = steps["trigger"].on, steps["period"].length
    assert start is not None
    assert period is not None
    assert start + timedelta(days=period) == steps["last_day"].on == limit.due_on
    assert steps["instant"].at == limit.due_at
