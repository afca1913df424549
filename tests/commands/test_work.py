"""Work that waits for a worker: done once and whole, told truly, cancelled without a trace."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import OperationalError, connection, connections

from agreement.models import Mandate
from agreement.viewers import viewer_for
from obligations import tasks
from obligations.bulk import run
from obligations.commands import record_finding
from obligations.commands.work import cancel_work, run_again
from obligations.models import Commitment, Draft, Statement, Work
from obligations.work import run as work_run
from obligations.work.run import MOST_TRIES
from tests import make
from tests.commands.work_data import (
    ROWS,
    a_file,
    all_recorded,
    asked,
    elsewhere,
    nothing_is_sent_for,
    nothing_recorded,
    state_of,
    tell,
)
from tests.make import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return nothing_is_sent_for(monkeypatch)


def at_row(number: int, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """When the worker comes to record that row, after all were looked at."""
    rows: list[int] = []

    def watched(**given: Any) -> Any:
        if given["tried"] is None:
            rows.append(1)
            if len(rows) == number:
                act()
        return record_finding(**given)

    monkeypatch.setattr(run, "record_finding", watched)


def test_a_sheet_is_recorded_as_its_preview_said_and_its_owner_is_told(sent: list[str]) -> None:
    mediator = make.mediator()
    work = asked(mediator)
    assert (work.state, work.total, work.seen_at) == ("waiting", None, None)
    assert sent == [tasks.do_work.name]
    assert nothing_recorded()
    tasks.do_work()
    assert all_recorded()
    assert state_of(work) == "done"
    assert (work.done, work.total, work.result) == (2 * ROWS, 2 * ROWS, {"recorded": ROWS})


def test_how_far_it_is_is_counted_goes_up_alone_and_others_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    work, told = asked(make.mediator()), []

    def watched(self: work_run.Steps) -> None:
        tell(self)
        row = elsewhere(lambda: Work.objects.get())
        told.append((row.state, row.done, row.total))
        assert elsewhere(nothing_recorded)

    monkeypatch.setattr(work_run.Steps, "tell", watched)
    tasks.do_work()
    assert told == [
        ("running", 0, None),
        ("running", 0, 2 * ROWS),
        *(("running", n, 2 * ROWS) for n in range(1, 2 * ROWS + 1)),
    ]
    assert state_of(work) == "done"


@pytest.mark.parametrize("row", [1, ROWS])
def test_what_is_cancelled_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch, row: int) -> None:
    mediator = make.mediator()
    work = asked(mediator)

    def cancel() -> Work:
        return cancel_work(work=work, actor=viewer_for(mediator), now=NOW)

    seen: list[bool] = []
    at_row(row, monkeypatch, lambda: seen.append(elsewhere(cancel).is_ending))
    tasks.do_work()
    assert seen == [True]
    assert state_of(work) == "cancelled"
    assert nothing_recorded()
    tasks.do_work()
    assert nothing_recorded()


def test_what_is_cancelled_after_its_last_step_is_not_recorded_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mediator = make.mediator()
    work = asked(mediator)
    monkeypatch.setattr(work_run, "PAUSE", 3600)
    at_row(
        ROWS,
        monkeypatch,
        lambda: elsewhere(lambda: cancel_work(work=work, actor=viewer_for(mediator), now=NOW)),
    )
    tasks.do_work()
    assert state_of(work) == "cancelled"
    assert nothing_recorded()


def test_what_waits_is_cancelled_at_once_and_what_is_done_stays() -> None:
    mediator = make.mediator()
    work, actor = asked(mediator), viewer_for(mediator)
    assert cancel_work(work=work, actor=actor, now=NOW).state == "cancelled"
    tasks.do_work()
    assert nothing_recorded()
    again = run_again(work=work, actor=actor, now=NOW)
    assert again != work
    tasks.do_work()
    assert all_recorded()
    again.refresh_from_db()
    assert cancel_work(work=again, actor=actor, now=NOW).state == "done"


def test_nobody_cancels_or_repeats_the_work_of_others() -> None:
    work, other = asked(make.mediator()), viewer_for(make.mediator("other@trial.invalid"))
    cancel_work(work=work, actor=other, now=NOW)
    assert state_of(work) == "waiting"
    assert work not in Work.objects.of(other)


def worker_that_is_killed(monkeypatch: pytest.MonkeyPatch) -> int:
    """A worker that is killed as it records the second row; its exit status."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        for one in connections.all(initialized_only=True):
            one.connection = None
        try:
            at_row(2, monkeypatch, lambda: os.kill(os.getpid(), signal.SIGKILL))
            tasks.do_work()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_what_a_killed_worker_left_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    work = asked(make.mediator())
    assert worker_that_is_killed(monkeypatch) == -signal.SIGKILL
    assert (state_of(work), work.tries, work.done) == ("running", 1, ROWS + 1)
    assert nothing_recorded()
    tasks.do_work()
    tasks.do_work()
    assert all_recorded()
    assert (state_of(work), work.tries) == ("done", 2)


def test_what_ends_its_worker_each_time_fails_in_the_end_and_can_be_run_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mediator = make.mediator()
    work = asked(mediator)
    for _ in range(3):
        worker_that_is_killed(monkeypatch)
    tasks.do_work()
    assert state_of(work) == "failed"
    assert "ended in the middle of it 3 times" in work.failure
    assert nothing_recorded()
    run_again(work=work, actor=viewer_for(mediator), now=NOW)
    tasks.do_work()
    assert all_recorded()


def test_what_was_to_be_cancelled_when_its_worker_was_killed_is_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mediator = make.mediator()
    work = asked(mediator)
    worker_that_is_killed(monkeypatch)
    work.refresh_from_db()
    cancel_work(work=work, actor=viewer_for(mediator), now=NOW)
    tasks.do_work()
    assert state_of(work) == "cancelled"
    assert nothing_recorded()


def test_workers_at_once_do_each_piece_once() -> None:
    mediator = make.mediator()
    asked(mediator)
    a_file(mediator)

    def work(_: int) -> None:
        try:
            tasks.do_work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    tasks.do_work()
    assert all_recorded()
    assert list(Work.objects.values_list("tries", "state")) == [(1, "done"), (1, "done")]


def test_the_database_away_leaves_it_for_the_next_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    work = asked(make.mediator())

    def away() -> None:
        raise OperationalError("away")

    at_row(2, monkeypatch, away)
    with pytest.raises(OperationalError):
        tasks.do_work()
    monkeypatch.setattr(run, "record_finding", record_finding)
    tasks.do_work()
    assert all_recorded()
    assert state_of(work) == "done"


def test_what_others_are_writing_to_waits_until_they_are_done_and_keeps_no_other_waiting() -> None:
    mediator = make.mediator()
    work, file = asked(mediator), a_file(mediator)
    writing = connection.copy()
    try:
        writing.set_autocommit(False)
        with writing.cursor() as cursor, connection.cursor() as patience:
            cursor.execute("SELECT FROM obligations_commitment FOR UPDATE")
            patience.execute("SET lock_timeout = '50ms'")
        for _more_often_than_it_is_tried in range(MOST_TRIES + 1):
            tasks.do_work()
        assert (state_of(work), work.tries, state_of(file)) == ("waiting", 0, "done")
    finally:
        writing.close()
        connection.close()
    tasks.do_work()
    assert all_recorded()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RuntimeError("a fault"), "Something went wrong on the server."),
        (SoftTimeLimitExceeded(), "It took longer than work may take"),
    ],
)
def test_what_cannot_be_done_says_why_and_keeps_no_other_waiting(
    monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    mediator = make.mediator()
    work, other = asked(mediator), a_file(mediator)

    def fail() -> None:
        raise error

    at_row(2, monkeypatch, fail)
    tasks.do_work()
    tasks.do_work()
    assert state_of(work) == "failed"
    assert sentence in work.failure
    assert nothing_recorded()
    assert state_of(other) == "done"


def test_a_record_that_changed_since_the_preview_is_told_and_the_sheet_stays() -> None:
    work = asked(make.mediator())
    make.finding(Commitment.objects.first(), 2)  # type: ignore[arg-type]
    tasks.do_work()
    assert state_of(work) == "failed"
    assert "The record has changed" in work.failure
    assert Statement.objects.count() == 1
    assert Draft.objects.exists()


def test_what_may_not_be_recorded_any_more_is_refused() -> None:
    work = asked(make.mediator())
    Mandate.objects.all().delete()
    tasks.do_work()
    assert state_of(work) == "failed"
    assert work.failure
    assert nothing_recorded()


def test_it_is_sent_for_each_minute_so_that_a_broker_that_is_away_keeps_nothing_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*given: Any, **options: Any) -> None:
        raise OSError("nobody answers")

    monkeypatch.setattr(current_app, "send_task", away)
    asked(make.mediator())
    tasks.do_work()
    assert all_recorded()
    entry: Any = settings.CELERY_BEAT_SCHEDULE["do-work"]
    assert entry["task"] == tasks.do_work.name
    assert entry["options"]["expires"] < entry["schedule"] == 60
