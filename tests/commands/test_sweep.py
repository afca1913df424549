"""The sweep: each overdue commitment flagged once, whatever happens around it."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from agreement.models import LedgerEntry
from obligations import flagging, tasks
from obligations.commands import clock
from obligations.flagging import sweep
from obligations.models import Breach, Commitment, SweepRun
from obligations.status.reading import MEDIATORS_BIT
from tests import make
from tests.make import NOW

DUE_AT = datetime(2023, 8, 15, 22, tzinfo=UTC)


@pytest.mark.django_db
def test_overdue_begins_with_the_midnight_that_ends_the_due_day() -> None:
    make.commitment(days=150)
    assert sweep(DUE_AT - timedelta(microseconds=1)) == 0
    assert sweep(DUE_AT) == 1
    assert Breach.objects.get().overdue_since == DUE_AT


@pytest.mark.django_db
def test_a_day_that_no_sweep_ran_on_is_not_lost() -> None:
    make.commitment(days=150)
    assert sweep(DUE_AT + timedelta(days=400)) == 1
    assert Breach.objects.get().overdue_since == DUE_AT


@pytest.mark.django_db
def test_what_has_no_date_is_never_flagged() -> None:
    make.commitment("O-1")
    make.commitment("O-2", rule="immediate", trigger=make.trigger())
    make.commitment("O-3", rule="days_after", terms={"days": 3}, trigger=make.trigger("T-LATER", on=None))
    assert sweep(NOW) == 0


@pytest.mark.django_db
def test_a_batch_enters_the_ledger_with_its_breaches() -> None:
    make.commitment(days=150)
    sweep(NOW)
    entry = LedgerEntry.objects.get(command="flag_overdue")
    assert entry.after == {"breaches": [Breach.objects.get().pk]}
    assert entry.actor is None


@pytest.mark.django_db
def test_batches_go_on_until_nothing_is_left() -> None:
    for number in range(5):
        make.commitment(f"O-{number}", days=150)
    assert sweep(NOW, batch=2) == 5


@pytest.mark.django_db
def test_the_task_notes_that_it_came_to_its_end() -> None:
    make.commitment(days=150)
    tasks.sweep()
    assert SweepRun.objects.latest().flagged == 1


@pytest.mark.django_db
def test_a_sweep_asks_a_fixed_number_of_queries(django_assert_num_queries: Any) -> None:
    for number in range(5):
        make.commitment(f"O-{number}", days=150)
    # Two batches, each in a savepoint; the second finds nothing, and the first enters the ledger. And twice so of what
    # audiences are told, where the first turns the breaches that it locked.
    with django_assert_num_queries(2 * 3 + 1 + 2 * 3 + 2):
        sweep(NOW)


@pytest.mark.django_db
def test_beat_sends_the_sweep_each_minute_and_lets_an_old_one_expire() -> None:
    entry: Any = settings.CELERY_BEAT_SCHEDULE["flag-overdue-commitments"]
    assert entry["task"] == tasks.sweep.name
    assert entry["options"]["expires"] < entry["schedule"] <= 60


def many(count: int) -> None:
    """So many overdue commitments of one obligation each."""
    of, by = make.agreement(), make.party()
    for number in range(count):
        made = Commitment.objects.create(
            agreement=of, obligation=make.obligation(f"O-{number}", days=150), party=by
        )
        clock.start([made])


def each_flagged_once(count: int) -> bool:
    per_commitment = Breach.objects.open().values_list("commitment_id", flat=True)
    return (
        len(per_commitment) == len(set(per_commitment)) == count == Breach.objects.count()
        and not Commitment.objects.filter(overdue_since=None, flag_at__lte=NOW, life="active").exists()
    )


@pytest.mark.django_db(transaction=True)
def test_eight_sweeps_at_once_flag_each_commitment_once() -> None:
    make.mediator()
    many(200)

    def one(_: int) -> int:
        try:
            return sweep(NOW, batch=7)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        flagged = list(pool.map(one, range(8)))
    assert sum(flagged) == 200
    assert each_flagged_once(200)


def swept_by_a_process_that_is_killed() -> int:
    """A process that does one batch, starts another, and is killed before that is committed; its exit status."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        # On a connection of its own: one that the parent holds would stay open when the child is killed.
        inherited = [(one, one.connection) for one in connections.all(initialized_only=True)]
        for one, _theirs in inherited:
            one.connection = None
        try:
            flagging.flag_batch(NOW, 5)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(flagging.FLAG_A_BATCH, {"now": NOW, "batch": 50, "mediators": MEDIATORS_BIT})
                os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_sweep_ten_times_leaves_nothing_half_done() -> None:
    make.mediator()
    make.mediator("second@trial.invalid")
    many(100)
    for _ in range(10):
        assert swept_by_a_process_that_is_killed() == -signal.SIGKILL
    assert Breach.objects.count() == 50
    sweep(NOW)
    assert each_flagged_once(100)


@pytest.mark.django_db(transaction=True)
def test_a_finding_and_a_sweep_at_once_leave_no_breach_open_on_a_completed_commitment() -> None:
    make.mediator("told@trial.invalid")
    for number in range(20):
        make.commitment(f"O-{number}", days=150)
    actor = make.a_mediator()

    def find(commitment: Commitment) -> None:
        try:
            make.finding(commitment, 3, date(2024, 1, 10), actor=actor)
        finally:
            connections.close_all()

    def look(_: int) -> None:
        try:
            sweep(NOW, batch=1)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(find, commitment) for commitment in Commitment.objects.all()]
        jobs += [pool.submit(look, number) for number in range(6)]
        for job in jobs:
            job.result()
    flagging.sweep(NOW)
    assert set(Breach.objects.values_list("outcome", flat=True)) == {"met_late"}
    assert Breach.objects.count() == 20
