"""What a time limit's terms give. No database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines import Facts, TermsError, check_terms, compute, day_in, end_of_day, start_of_day
from obligations.deadlines.conventions import CONVENTIONS
from obligations.deadlines.explain import sentence, sum_of
from obligations.deadlines.rules import RULES, alternatives
from tests.deadlines.calendars import DAYS_OFF

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
        ("days_before", {"days": 0}, "days must be"),
        ("working_days_after", {"days": 3}, "working_days must be"),
        ("working_days_after", {"working_days": 5_001}, "from 1 to 5000"),
        ("weeks_after", {"weeks": 5_219}, "from 1 to 5218"),
        ("months_before", {"months": 1_201}, "from 1 to 1200"),
        ("years_after", {"years": 101}, "from 1 to 100"),
        ("years_after", {"years": 1.0}, "years must be"),
        ("months_after", {"months": 3, "until": "2024-01-01"}, "unknown terms: until"),
        ("end_of_period", {}, "period must be"),
        ("end_of_period", {"period": "2024-H3"}, "period must be"),
        ("end_of_period", {"period": "2024-H01"}, "period must be"),
        ("end_of_period", {"period": "2024-Q5"}, "period must be"),
        ("end_of_period", {"period": "2024-13"}, "period must be"),
        ("end_of_period", {"period": "2024-5"}, "period must be"),
        ("end_of_period", {"period": "2024-W53"}, "period must be"),
        ("end_of_period", {"period": "2024-W00"}, "period must be"),
        ("end_of_period", {"period": "1899"}, "period must be"),
        ("end_of_period", {"period": True}, "period must be"),
        ("end_of_period", {"period": "2024", "days": 3}, "unknown terms: days"),
        ("recurring", {"first": "2024-01-01"}, "rrule must be"),
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


@pytest.mark.parametrize(
    ("period", "calendar", "moved"),
    [
        ("2024", "2024-12-31", "2025-01-03"),
        (2023, "2023-12-31", "2024-01-03"),
        ("2024-H1", "2024-06-30", "2024-07-01"),
        ("2024-H2", "2024-12-31", "2025-01-03"),
        ("2024-Q1", "2024-03-31", "2024-04-02"),
        ("2023-Q3", "2023-09-30", "2023-10-02"),
        ("2024-02", "2024-02-29", "2024-02-29"),
        ("2023-02", "2023-02-28", "2023-02-28"),
        ("2024-12", "2024-12-31", "2025-01-03"),
        ("2024-W12", "2024-03-24", "2024-03-25"),
        ("2020-W53", "2021-01-03", "2021-01-04"),
    ],
)
def test_a_named_period_ends_on_its_last_day_or_where_that_moves(
    period: str | int, calendar: str, moved: str
) -> None:
    check_terms("end_of_period", {"period": period})
    for convention, due_on in (("calendar", calendar), ("eu-1182-71", moved), ("working-days", moved)):
        limit = compute("end_of_period", {"period": period}, Facts(BRUSSELS, convention, None, DAYS_OFF))
        assert limit.due_on == date.fromisoformat(due_on)
        assert (limit.steps[0].on, limit.steps[0].name) == (date.fromisoformat(calendar), str(period))


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_no_convention_moves_a_day_that_the_text_names(convention: str) -> None:
    easter = {"date": "2023-04-17"}
    assert compute("fixed", easter, Facts(BRUSSELS, convention, None, DAYS_OFF)).due_on == date(2023, 4, 17)


@pytest.mark.parametrize("zone", ["Europe/Brussels", "Europe/Belgrade"])
@pytest.mark.parametrize(
    ("count", "instant"),
    [
        (1, datetime(2024, 3, 30, 23, tzinfo=UTC)),
        (2, datetime(2024, 3, 31, 22, tzinfo=UTC)),  # the day on which clocks go forward
        (211, datetime(2024, 10, 26, 22, tzinfo=UTC)),
        (212, datetime(2024, 10, 27, 23, tzinfo=UTC)),  # the day on which they go back
    ],
)
def test_a_day_on_which_clocks_change_ends_at_midnight_there(
    zone: str, count: int, instant: datetime
) -> None:
    facts = Facts(ZoneInfo(zone), "calendar", date(2024, 3, 29))
    assert compute("days_after", {"days": count}, facts).due_at == instant


def test_what_recurs_has_no_last_day_of_its_own() -> None:
    terms = {"rrule": "FREQ=MONTHLY;INTERVAL=6", "first": "2024-06-30", "until": "2026-12-31"}
    check_terms("recurring", terms)
    limit = compute("recurring", terms, Facts(BRUSSELS))
    assert (limit.clock, limit.due_on, limit.due_at) == ("recurring", None, None)
    (step,) = limit.steps
    assert (step.on, step.to, step.length, step.unit) == (date(2024, 6, 30), date(2026, 12, 31), 6, "months")


def test_a_pending_limit_tells_what_will_be_counted() -> None:
    limit = compute("weeks_before", {"weeks": 2}, Facts(BRUSSELS, "eu-1182-71"))
    assert limit.clock == "pending"
    (step,) = limit.steps
    assert (step.kind, step.length, step.unit, step.direction) == ("period", 2, "weeks", "before")


def test_rules_tell_whether_they_count_from_an_event() -> None:
    anchored = {name: rule.anchored for name, rule in RULES.items()}
    assert [name for name, direction in anchored.items() if direction is None] == [
        "none",
        "fixed",
        "end_of_period",
        "recurring",
    ]
    assert all(direction == "before" for name, direction in anchored.items() if name.endswith("_before"))
    assert {anchored[name] for name in ("immediate", "urgent", "days_after", "working_days_after")} == {
        "after"
    }


def test_other_conventions_say_what_they_would_give() -> None:
    facts = Facts(BRUSSELS, "calendar", ANNEX, DAYS_OFF)
    assert alternatives("days_after", {"days": 30}, facts) == (
        ("calendar", date(2023, 4, 17)),
        ("eu-1182-71", date(2023, 4, 18)),
        ("working-days", date(2023, 5, 5)),
    )


@pytest.mark.parametrize(
    ("rule", "terms", "trigger_on"),
    [
        ("none", {}, ANNEX),
        ("immediate", {}, ANNEX),
        ("recurring", {"rrule": "FREQ=YEARLY", "first": "2024-01-01"}, ANNEX),
        ("days_after", {"days": 30}, None),
    ],
)
def test_without_a_last_day_there_are_no_alternatives(
    rule: str, terms: dict[str, object], trigger_on: date | None
) -> None:
    assert alternatives(rule, terms, Facts(BRUSSELS, "calendar", trigger_on)) == ()


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
