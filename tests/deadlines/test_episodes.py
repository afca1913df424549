"""When a clock ran, when it was stopped, when it ran again. No database."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines import (
    FindingFact,
    Timeliness,
    complete_day,
    days_late,
    episodes,
    timeliness,
)
from tests.deadlines.clocks import fixed_on

BRUSSELS = ZoneInfo("Europe/Brussels")
DUE = date(2023, 8, 15)
DUE_SPANS = fixed_on(DUE)

facts = st.lists(
    st.tuples(st.dates(date(2023, 6, 1), date(2023, 12, 31)), st.sampled_from([None, 0, 1, 2, 3])), max_size=8
).map(
    lambda said: [
        FindingFact(n, on, level) for n, (on, level) in enumerate(sorted(said, key=lambda s: s[0]), 1)
    ]
)


def said(*findings: tuple[date, int | None]) -> list[FindingFact]:
    return [FindingFact(number, on, level) for number, (on, level) in enumerate(findings, start=1)]


def test_a_clock_that_nobody_stopped_is_one_open_episode() -> None:
    (run,) = episodes(DUE_SPANS, BRUSSELS, said((date(2023, 9, 1), 2)))
    assert run.is_open
    assert run.flag_at == datetime(2023, 8, 15, 22, tzinfo=UTC)


def test_complete_after_the_due_day_is_late_by_the_days_between() -> None:
    (run,) = episodes(DUE_SPANS, BRUSSELS, said((date(2024, 1, 10), 3)))
    assert (run.closed_by, run.met_on, run.days_late) == (1, date(2024, 1, 10), 148)


def test_complete_on_the_due_day_is_in_time() -> None:
    (run,) = episodes(DUE_SPANS, BRUSSELS, said((DUE, 3)))
    assert run.days_late == 0


def test_a_regress_starts_a_second_episode_on_the_day_that_it_speaks_of() -> None:
    first, second = episodes(DUE_SPANS, BRUSSELS, said((date(2024, 1, 10), 3), (date(2024, 6, 1), 2)))
    assert not first.is_open
    assert (second.opened_by, second.undone) == (2, 1)
    assert second.flag_at == datetime(2024, 5, 31, 22, tzinfo=UTC)


def test_a_regress_before_the_due_day_is_overdue_from_the_due_day() -> None:
    _, second = episodes(DUE_SPANS, BRUSSELS, said((date(2023, 7, 1), 3), (date(2023, 7, 9), 1)))
    assert second.flag_at == datetime(2023, 8, 15, 22, tzinfo=UTC)


def test_not_assessable_moves_no_clock() -> None:
    (run,) = episodes(DUE_SPANS, BRUSSELS, said((date(2023, 8, 1), 3), (date(2023, 9, 1), None)))
    assert not run.is_open


def test_a_lower_finding_about_an_earlier_day_takes_nothing_back() -> None:
    (run,) = episodes(DUE_SPANS, BRUSSELS, said((date(2023, 7, 1), 1), (date(2023, 8, 1), 3)))
    assert not run.is_open


@given(facts)
def test_episodes_take_turns_and_agree_with_the_completion_that_stands(findings: list[FindingFact]) -> None:
    runs = episodes(DUE_SPANS, BRUSSELS, findings)
    assert all(not run.is_open for run in runs[:-1])
    assert runs[-1].is_open == (complete_day(findings) is None)
    assert len({run.opened_by for run in runs}) == len(runs)
    assert all(run.in_time_until >= DUE for run in runs)
    if not runs[-1].is_open:
        assert runs[-1].met_on == complete_day(findings)


@given(facts, st.dates(date(2023, 6, 1), date(2024, 6, 1)))
def test_timeliness_says_overdue_exactly_where_an_episode_runs_past_its_instant(
    findings: list[FindingFact], today: date
) -> None:
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    runs = episodes(DUE_SPANS, BRUSSELS, findings)
    state = timeliness(
        life="active",
        clock="dated",
        due_at=runs[0].flag_at,
        in_time_until=DUE,
        complete_since=complete_day(findings),
        soon_days=30,
        at=now,
    )
    assert (state == Timeliness.OVERDUE) == (runs[-1].is_open and runs[0].flag_at <= now)
    late = days_late(DUE_SPANS[-1], runs, complete_day(findings), today)
    assert late is None or late > 0
