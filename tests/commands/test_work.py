"""Work that waits for a worker: done once and whole, told truly, cancelled without a trace, its owner's alone."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, connections
from django.utils import translation

from agreement.models import ConfidenceRead, LedgerEntry, Mandate
from agreement.viewers import viewer_for
from obligations import tasks
from obligations.bulk import later, run
from obligations.bulk.run import preview
from obligations.bulk.sheet import Row
from obligations.commands import Refused, record_finding
from obligations.commands import work as commands
from obligations.commands.drafts import save_sheet
from obligations.commands.work import ask_for_work, cancel_work, run_again
from obligations.models import Commitment, Draft, Statement, Work, WorkPart
from obligations.work import steps
from obligations.work.files import answer_with, ask_for_file
from obligations.work.run import MOST_TRIES
from parties.access import Tier
from parties.models import User
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = "http://localhost/"
ALL = "/api/v1/commitments/?format=xlsx"
ROWS = 4
tell = steps.Steps.tell


@pytest.fixture(autouse=True)
def each_test_runs_the_task_itself(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each step is told. Gives the names of what is sent for."""
    sent: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: sent.append(name))
    monkeypatch.setattr(steps, "PAUSE", 0)
    return sent


def a_sheet(of: User) -> Draft:
    """Of findings on as many commitments."""
    for number in range(ROWS):
        make.commitment(f"O-{number}", days=10 + number)
    common = {
        "party": "alpha",
        "level": "1",
        "effective_on": "2024-02-02",
        "reason": "Seen.",
        "tier": "public",
    }
    rows = [{"number": n + 1, "cells": {"obligation": f"O-{n}", **common}, "errors": {}} for n in range(ROWS)]
    content = {"name": "January", "rows": rows}
    return save_sheet(agreement=make.agreement(), actor=viewer_for(of), now=NOW, content=content)


def asked(of: User, draft: Draft | None = None) -> Work:
    """A sheet that waits to be recorded."""
    draft = draft or a_sheet(of)
    viewer = viewer_for(of)
    shown = preview(draft.agreement, [Row(**row) for row in draft.content["rows"]], viewer, NOW).digest
    return later.record_later(draft=draft, shown=shown, actor=viewer, now=NOW)


def a_file(of: User, address: str = ALL) -> Work:
    return ask_for_file(address=address, root=ROOT, actor=viewer_for(of), now=NOW)


def bytes_of(work: Work, viewer: User) -> bytes:
    work.refresh_from_db()
    return b"".join(answer_with(work, viewer_for(viewer)))


def nothing_recorded() -> bool:
    entered = LedgerEntry.objects.filter(command="record_finding").exists()
    return not (entered or Statement.objects.exists()) and Draft.objects.exists()


def all_recorded() -> bool:
    """Once."""
    entries = LedgerEntry.objects.filter(command="record_finding").count()
    return Statement.objects.count() == entries == ROWS and not Draft.objects.exists()


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


def elsewhere(act: Callable[[], Any]) -> Any:
    """What it gives on a connection of its own."""

    def alone() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result(timeout=60)


def state_of(work: Work) -> str:
    work.refresh_from_db()
    return str(work.state)


def test_a_sheet_is_recorded_as_its_preview_said_and_its_owner_is_told(
    each_test_runs_the_task_itself: list[str],
) -> None:
    mediator = make.mediator()
    work = asked(mediator)
    assert (work.state, work.total, work.seen_at) == ("waiting", None, None)
    assert each_test_runs_the_task_itself == [tasks.do_work.name]
    assert nothing_recorded()
    tasks.do_work()
    assert all_recorded()
    assert state_of(work) == "done"
    assert (work.done, work.total, work.result) == (2 * ROWS, 2 * ROWS, {"recorded": ROWS})


def test_how_far_it_is_is_counted_goes_up_alone_and_others_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    work, told = asked(make.mediator()), []

    def watched(self: steps.Steps) -> None:
        tell(self)
        row = elsewhere(lambda: Work.objects.get())
        told.append((row.state, row.done, row.total))
        assert elsewhere(nothing_recorded)

    monkeypatch.setattr(steps.Steps, "tell", watched)
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
    monkeypatch.setattr(steps, "PAUSE", 3600)
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


def test_the_same_asked_for_twice_or_at_once_is_one() -> None:
    mediator = make.mediator()
    draft = a_sheet(mediator)
    first = asked(mediator, draft)
    assert asked(mediator, draft) == first

    def ask(_: int) -> int:
        try:
            return a_file(mediator).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
    assert Work.objects.count() == 2


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


def test_an_account_has_so_much_open_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_OPEN", 2)
    mediator = make.mediator()
    for party in ("a", "b"):
        a_file(mediator, f"{ALL}&party={party}")
    with pytest.raises(Refused, match="not done yet"):
        a_file(mediator, f"{ALL}&party=c")
    a_file(make.mediator("other@trial.invalid"))
    tasks.do_work()
    a_file(mediator, f"{ALL}&party=c")


def test_what_an_account_asks_for_at_once_is_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_OPEN", 1)
    mediator, together = make.mediator(), Barrier(8)

    def ask(limit: int) -> bool:
        together.wait(timeout=60)
        try:
            return bool(a_file(mediator, f"{ALL}&limit={limit}"))
        except Refused:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(1, 9))) == 1
    assert Work.objects.count() == 1


def test_who_has_no_mandate_keeps_no_worker_busy() -> None:
    with pytest.raises(PermissionDenied):
        a_file(make.user("nobody@trial.invalid"))


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


def test_a_file_is_what_its_address_answers_and_is_given_to_its_owner_alone() -> None:
    mediator, other = make.mediator(), make.mediator("other@trial.invalid")
    make.commitment("O-1")
    work = a_file(mediator, "/api/v1/commitments/?format=ndjson")
    tasks.do_work()
    assert bytes_of(work, mediator).count(b"\n") == 1
    assert (work.done, work.total) == (1, 1)
    assert work.result["file"].startswith("commitments-accord-")
    with pytest.raises(PermissionDenied):
        bytes_of(work, other)


def test_a_file_is_refused_to_an_owner_whose_mandate_has_ended_or_changed() -> None:
    mediator = make.mediator()
    make.commitment("O-1")
    work = a_file(mediator)
    tasks.do_work()
    assert bytes_of(work, mediator)
    Mandate.objects.update(role="analyst")
    with pytest.raises(PermissionDenied, match="mandates have changed"):
        bytes_of(work, mediator)
    Mandate.objects.all().delete()
    with pytest.raises(PermissionDenied):
        bytes_of(work, mediator)


def test_a_file_has_what_its_owner_may_see_when_it_is_made_and_what_was_read_is_noted() -> None:
    mediator, analyst = make.mediator(), make.analyst()
    owed = make.commitment("O-1")
    alpha = make.representative(make.party())
    make.claim(owed, alpha, reason="qzhidden", tier=Tier.IN_CONFIDENCE, confidant=make.party())
    address = "/api/v1/statements/?format=ndjson"
    by_mediator, by_analyst = a_file(mediator, address), a_file(analyst, address)
    tasks.do_work()
    tasks.do_work()
    assert b"qzhidden" in bytes_of(by_mediator, mediator)
    assert bytes_of(by_analyst, analyst) == b""
    assert {read.user_id for read in ConfidenceRead.objects.all()} == {mediator.pk}


@pytest.mark.parametrize(
    "address",
    [
        "/desk/",
        "/nowhere/?format=xlsx",
        "/api/v1/commitments/",
        "/api/v1/tokens/?format=xlsx",
        "http://elsewhere.invalid/api/v1/commitments/?format=xlsx",
        "/api/v1/commitments/?format=xlsx\x00",
        "/api/v1/commitments/?format=xlsx&agreement=%00",
        "//[",
        "http://[",
        "",
    ],
)
def test_nothing_but_a_file_of_ours_is_made(address: str) -> None:
    with pytest.raises(Refused, match="no file at this address"):
        a_file(make.mediator(), address)


def test_the_same_file_in_another_language_is_another() -> None:
    mediator = make.mediator()
    with translation.override("en"):
        first = a_file(mediator)
    with translation.override("sr"):
        second = a_file(mediator)
        assert a_file(mediator) == second
    assert (first.language, second.language) == ("en", "sr")


def test_what_waits_of_an_agreement_that_its_owner_left_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mediator, other = make.mediator(), make.agreement("other")
    Mandate.objects.create(user=mediator, agreement=other, role="mediator")
    first = a_file(mediator, f"{ALL}&agreement=other")
    monkeypatch.setattr(settings, "PUBLIC_READING", False)
    Mandate.objects.filter(agreement=other).delete()
    assert a_file(mediator, f"{ALL}&agreement=other") == first


def test_what_an_address_asks_in_vain_fails_with_a_sentence() -> None:
    work = a_file(make.mediator(), f"{ALL}&nonsense=1")
    tasks.do_work()
    assert state_of(work) == "failed"
    assert "asks for something that there is not" in work.failure
    assert not WorkPart.objects.exists()


def test_a_file_that_is_cancelled_while_it_is_made_is_kept_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    mediator = make.mediator()
    for number in range(3):
        make.commitment(f"O-{number}")
    work = a_file(mediator)
    told: list[int] = []

    def watched(self: steps.Steps) -> None:
        told.append(self.done)
        if self.done == 2:
            elsewhere(lambda: cancel_work(work=work, actor=viewer_for(mediator), now=NOW))
        tell(self)

    monkeypatch.setattr(steps.Steps, "tell", watched)
    tasks.do_work()
    assert told == [0, 0, 1, 2]
    assert state_of(work) == "cancelled"
    assert not WorkPart.objects.exists()


def test_what_an_account_had_done_goes_with_it() -> None:
    mediator = make.mediator()
    ask_for_work(
        kind=Work.Kind.FILE, about="A", said={"of": ALL, "root": ROOT}, actor=viewer_for(mediator), now=NOW
    )
    tasks.do_work()
    assert WorkPart.objects.exists()
    User.objects.filter(pk=mediator.pk).delete()
    assert not Work.objects.exists()
