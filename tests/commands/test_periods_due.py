"""The clock of each time that something recurring is due: flagged, met, taken back, stopped; by the findings on it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from agreement.models import LedgerEntry
from agreement.viewers import viewer_for
from obligations import drift
from obligations.commands import Refused
from obligations.commands.periods import make_periods
from obligations.flagging import sweep
from obligations.models import Breach, Commitment, Period
from tests import make
from tests.lasting import MONTHLY, due, monthly, periods
from tests.make import NOW

pytestmark = pytest.mark.django_db


def breaches(of: Commitment) -> list[tuple[str, int, str, int | None]]:
    rows = Breach.objects.filter(commitment=of).order_by("period__due_on", "cycle")
    return [(str(b.period and b.period.due_on), b.cycle, b.outcome, b.days_late) for b in rows]


def in_2026(**fields: Any) -> Commitment:
    """Due at the end of January and of February 2026, and each month from then on."""
    return monthly(terms={**MONTHLY, "first": "2026-01-31"}, **fields)


def test_the_sweep_flags_each_time_that_was_missed() -> None:
    owed = in_2026()
    assert sweep(NOW) == 2
    assert breaches(owed) == [("2026-01-31", 1, "", None), ("2026-02-28", 1, "", None)]
    assert Breach.objects.first().overdue_since == datetime(2026, 1, 31, 23, tzinfo=UTC)  # type: ignore[union-attr]
    assert sweep(NOW) == 0


def test_the_ledger_has_each() -> None:
    in_2026()
    sweep(NOW)
    entry = LedgerEntry.objects.get(command="flag_overdue")
    assert entry.subject == "1 commitments"
    assert entry.after == {"breaches": sorted(Breach.objects.values_list("pk", flat=True))}


def test_commitments_and_times_that_are_due_are_flagged_by_the_same_sweep_in_batches() -> None:
    owed = in_2026()
    late = make.commitment("LATE", days=30)
    assert sweep(NOW, batch=1) == 3
    assert [len(breaches(owed)), len(breaches(late))] == [2, 1]


def test_a_completion_in_its_period_keeps_the_time_from_being_flagged() -> None:
    owed = in_2026()
    make.finding(owed, 3, date(2026, 1, 31))
    assert sweep(NOW) == 1
    assert [day for day, *_ in breaches(owed)] == ["2026-02-28"]


def test_a_late_completion_that_names_its_period_ends_the_breach_by_its_days() -> None:
    owed = in_2026()
    sweep(NOW)
    make.finding(owed, 3, date(2026, 2, 5), period=due(owed, "2026-01-31"))
    assert breaches(owed) == [("2026-01-31", 1, "met_late", 5), ("2026-02-28", 1, "", None)]


def test_the_next_time_counts_from_the_intended_day_though_the_last_was_done_late() -> None:
    owed = in_2026()
    make.finding(owed, 3, date(2026, 2, 25), period=due(owed, "2026-01-31"))
    assert due(owed, "2026-02-28").flag_at == datetime(2026, 2, 28, 23, tzinfo=UTC)
    make_periods(None, NOW)
    assert [str(one.due_on) for one in periods(owed)][:3] == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_a_completion_that_is_taken_back_starts_the_clock_of_that_time_anew() -> None:
    owed = in_2026()
    sweep(NOW)
    january = due(owed, "2026-01-31")
    make.finding(owed, 3, date(2026, 2, 5), period=january)
    make.finding(owed, 1, date(2026, 2, 10), period=january)
    assert sweep(NOW) == 1
    assert breaches(owed)[:2] == [("2026-01-31", 1, "met_late", 5), ("2026-01-31", 2, "", None)]


def test_the_clocks_of_other_times_do_not_move() -> None:
    owed = in_2026()
    before = due(owed, "2026-03-31").flag_at
    make.finding(owed, 3, date(2026, 2, 5))
    assert due(owed, "2026-02-28").flag_at is None
    assert (due(owed, "2026-01-31").flag_at, due(owed, "2026-03-31").flag_at) == (
        datetime(2026, 1, 31, 23, tzinfo=UTC),
        before,
    )


def test_no_time_is_flagged_that_was_due_while_the_clock_stood() -> None:
    owed = in_2026(now=datetime(2026, 1, 10, tzinfo=UTC))
    make.reading(owed, "suspend", effective_on=date(2026, 1, 11))
    assert sweep(NOW) == 0
    make.reading(owed, "resume", effective_on=date(2026, 2, 20))
    assert sweep(NOW) == 1
    assert [day for day, *_ in breaches(owed)] == ["2026-02-28"]


def test_a_stop_of_the_clock_ends_the_breach_of_a_time_and_going_on_opens_the_next() -> None:
    owed = in_2026()
    sweep(NOW - timedelta(days=20))
    make.reading(owed, "suspend", effective_on=date(2026, 2, 11))
    assert breaches(owed) == [("2026-01-31", 1, "suspended", 10)]
    make.reading(owed, "resume", effective_on=date(2026, 2, 20))
    sweep(NOW)
    assert breaches(owed) == [
        ("2026-01-31", 1, "suspended", 10),
        ("2026-01-31", 2, "", None),
        ("2026-02-28", 2, "", None),
    ]


def test_what_was_found_before_the_periods_were_made_counts() -> None:
    owed = make.commitment(kind="recurring", rule="recurring", terms={**MONTHLY, "first": "2026-01-31"})
    make.finding(owed, 3, date(2026, 1, 20))
    make_periods(None, NOW)
    assert sweep(NOW) == 1


# To which period a finding belongs


def test_only_a_period_of_the_same_commitment_that_had_begun_can_be_named() -> None:
    owed, other = in_2026(), in_2026(code="OTHER")
    for wrong in (due(other, "2026-01-31"), due(owed, "2026-03-31")):
        with pytest.raises(Refused) as refused:
            make.finding(owed, 3, date(2026, 2, 5), period=wrong)
        assert list(refused.value.errors) == ["period"]


def test_a_party_names_no_period() -> None:
    owed = in_2026()
    with pytest.raises(Refused, match="Only a finding"):
        make.claim(
            owed,
            make.representative(owed.party),
            3,
            date(2026, 2, 5),
            period=due(owed, "2026-01-31"),
        )


def test_the_period_of_the_day_itself_is_not_kept_twice() -> None:
    owed = in_2026()
    assert make.finding(owed, 3, date(2026, 2, 5), period=due(owed, "2026-02-28")).period is None


# What it costs


@pytest.mark.parametrize("times", [2, 20])
def test_a_finding_asks_the_same_queries_whatever_the_number_of_times(
    times: int, django_assert_max_num_queries: Any
) -> None:
    first = date(2026, 2, 28) - timedelta(days=31 * times)
    owed = monthly(terms={**MONTHLY, "first": first.isoformat()})
    actor = viewer_for(make.mediator())
    with django_assert_max_num_queries(32):
        make.finding(owed, 2, date(2026, 2, 5), actor=actor)


# Side by side, and by hand


@pytest.mark.django_db(transaction=True)
def test_findings_and_sweeps_at_once_leave_each_time_either_found_or_flagged() -> None:
    made = [in_2026(code=f"O-{number}") for number in range(10)]
    actor = make.a_mediator()

    def find(owed: Commitment) -> None:
        try:
            make.finding(owed, 3, date(2026, 2, 5), actor=actor, period=due(owed, "2026-01-31"))
        finally:
            connections.close_all()

    def look(_: int) -> None:
        try:
            sweep(NOW, batch=1)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(find, owed) for owed in made] + [pool.submit(look, n) for n in range(6)]
        for job in jobs:
            job.result()
    sweep(NOW)
    for owed in made:
        assert breaches(owed) == [("2026-01-31", 1, "met_late", 5), ("2026-02-28", 1, "", None)]


def test_the_clock_of_a_time_that_was_changed_by_hand_is_told_by_the_drift_check() -> None:
    owed = in_2026()
    make.finding(owed, 3, date(2026, 2, 5), period=due(owed, "2026-01-31"))
    sweep(NOW)
    assert drift.check(NOW, lambda: NOW).found == 0
    Period.objects.filter(pk=due(owed, "2026-03-31").pk).update(flag_at=None)
    done = drift.check(NOW, lambda: NOW)
    assert [(one["what"], one["field"]) for one in done.differences] == [("REPORT alpha, period", "flag_at")]
    assert due(owed, "2026-03-31").flag_at is None
