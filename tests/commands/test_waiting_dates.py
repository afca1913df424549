"""Dates of triggers on which so much hangs that a worker records them: all at once, or nothing."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connections

from agreement.models import LedgerEntry, Mandate, Trigger, TriggerDate
from agreement.viewers import viewer_for
from obligations import drift, tasks
from obligations.commands import Refused, clock, set_trigger_date, triggers
from obligations.models import Commitment, Statement, WaitingDate
from parties.once import Key, sent_with
from tests import make
from tests.make import NOW
from tests.pages.desk_data import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
HELD = date(2026, 2, 1)
reset_all = clock.reset_all


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers, "AT_ONCE", 2)
    monkeypatch.setattr(triggers, "BATCH", 2)
    # Each test runs the task itself.
    monkeypatch.setattr(current_app, "send_task", lambda *given, **options: None)


def on_which_hang(commitments: int = 3) -> Trigger:
    trigger = make.trigger("T-LATER", on=None)
    for number in range(commitments):
        make.commitment(f"O-{number}", days=10 + number, trigger=trigger)
    return trigger


def give(trigger: Trigger, on: date | None = HELD, reason: str = "Held.") -> TriggerDate | WaitingDate:
    return set_trigger_date(trigger=trigger, actor=make.a_mediator(), now=NOW, occurred_on=on, reason=reason)


def clocks() -> list[tuple[str, date | None]]:
    return list(Commitment.objects.order_by("pk").values_list("clock", "due_on"))


def nothing_shows(trigger: Trigger) -> bool:
    trigger.refresh_from_db()
    entered = LedgerEntry.objects.filter(command="set_trigger_date").exists()
    pending = {clock for clock, _due in clocks()} == {"pending"}
    return pending and not (entered or trigger.occurred_on or TriggerDate.objects.exists())


def all_shows(trigger: Trigger) -> bool:
    """Once."""
    trigger.refresh_from_db()
    days = [due_on for _clock, due_on in clocks()]
    wanted = [date(2026, 2, 11 + number) for number in range(len(days))]
    return (
        days == wanted
        and trigger.occurred_on == TriggerDate.objects.get().occurred_on == HELD
        and LedgerEntry.objects.filter(command="set_trigger_date").count() == 1
        and not list(drift.drifted(list(Commitment.objects.values_list("pk", flat=True)), NOW))
    )


def in_the_middle(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """When the worker comes to its second batch of clocks."""
    batches: list[int] = []

    def watched(*given: Any, **more: Any) -> None:
        batches.append(1)
        if len(batches) == 2:
            act()
        reset_all(*given, **more)

    monkeypatch.setattr(clock, "reset_all", watched)


def elsewhere(act: Callable[[], Any]) -> Any:
    """What it gives on a connection of its own."""

    def alone() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result(timeout=60)


def test_nothing_of_it_shows_until_the_worker_has_done_all_of_it() -> None:
    trigger = on_which_hang()
    waiting = give(trigger)
    assert isinstance(waiting, WaitingDate)
    assert (waiting.state, waiting.done, waiting.hanging) == ("waiting", 0, 3)
    assert nothing_shows(trigger)
    tasks.work_out_dates()
    assert all_shows(trigger)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.done) == ("recorded", 3)


def test_one_date_that_cannot_be_worked_out_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = make.trigger("T-1", on=None), make.trigger("T-2", on=None)
    for number in range(3):
        make.commitment(f"A-{number}", days=10, trigger=broken)
        make.commitment(f"B-{number}", days=10, trigger=whole)
    for trigger in (broken, whole):
        give(trigger)
    record = triggers.give

    def fails_for_one(trigger: Trigger, *given: Any, **more: Any) -> TriggerDate:
        if trigger.code == "T-1":
            raise RuntimeError("a fault")
        return record(trigger, *given, **more)

    monkeypatch.setattr(triggers, "give", fails_for_one)
    with pytest.raises(RuntimeError, match="a fault"):
        tasks.work_out_dates()
    assert [one.trigger.code for one in WaitingDate.objects.filter(ended_at=None)] == ["T-1"]
    assert TriggerDate.objects.get().trigger == whole


def test_what_hangs_on_few_commitments_is_recorded_at_once() -> None:
    assert isinstance(give(on_which_hang(2)), TriggerDate)
    assert not WaitingDate.objects.exists()


def test_others_see_how_far_it_is_and_nothing_of_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    trigger, seen = on_which_hang(), []
    give(trigger)

    def look() -> tuple[int, bool]:
        return WaitingDate.objects.get().done, nothing_shows(Trigger.objects.get(pk=trigger.pk))

    in_the_middle(monkeypatch, lambda: seen.append(elsewhere(look)))
    tasks.work_out_dates()
    assert seen == [(2, True)]
    assert all_shows(trigger)


def test_a_second_date_is_refused_while_one_waits_and_does_not_wait_for_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trigger, refused = on_which_hang(), []
    give(trigger)

    def another() -> str:
        with pytest.raises(Refused) as caught:
            give(trigger, date(2026, 2, 2), "Corrected.")
        return str(caught.value)

    assert "is being worked out" in another()
    in_the_middle(monkeypatch, lambda: refused.append(elsewhere(another)))
    tasks.work_out_dates()
    assert len(refused) == 1
    assert all_shows(trigger)
    assert isinstance(give(trigger, date(2026, 2, 2), "Corrected."), WaitingDate)


def test_the_same_act_sent_again_is_the_same_date() -> None:
    trigger = on_which_hang()
    assert give(trigger) == give(trigger)
    tasks.work_out_dates()
    assert all_shows(trigger)


def worker_that_is_killed(monkeypatch: pytest.MonkeyPatch) -> int:
    """A worker that has done one batch of clocks, and is killed in the next one; its exit status."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        inherited = [(one, one.connection) for one in connections.all(initialized_only=True)]
        for one, _theirs in inherited:
            one.connection = None
        try:
            in_the_middle(monkeypatch, lambda: os.kill(os.getpid(), signal.SIGKILL))
            tasks.work_out_dates()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_worker_that_is_killed_leaves_nothing_half_done_and_the_next_one_does_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trigger = on_which_hang()
    give(trigger)
    for _ in range(3):
        assert worker_that_is_killed(monkeypatch) == -signal.SIGKILL
    assert nothing_shows(trigger)
    tasks.work_out_dates()
    tasks.work_out_dates()
    assert all_shows(trigger)


def test_workers_at_once_record_it_once() -> None:
    trigger = on_which_hang()
    give(trigger)

    def work(_: int) -> int:
        try:
            return triggers.work_out_dates(lambda: NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1
    assert all_shows(trigger)


def test_a_finding_that_comes_meanwhile_stands_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    trigger = on_which_hang(5)
    give(trigger)
    last = Commitment.objects.order_by("pk").last()
    assert last is not None
    in_the_middle(monkeypatch, lambda: elsewhere(lambda: make.finding(last, 3, date(2026, 2, 20))))
    assert triggers.work_out_dates(lambda: NOW) == 1
    monkeypatch.setattr(clock, "reset_all", reset_all)
    assert Statement.objects.count() == 1
    assert all_shows(trigger)


def test_who_may_give_no_date_any_more_is_told_that_it_was_refused() -> None:
    trigger = on_which_hang()
    give(trigger)
    Mandate.objects.all().delete()
    tasks.work_out_dates()
    waiting = WaitingDate.objects.get()
    assert waiting.state == "refused"
    assert waiting.refused
    assert nothing_shows(trigger)


def test_a_refused_date_that_is_sent_again_after_another_is_answered_as_it_was() -> None:
    trigger = on_which_hang()
    with sent_with(lambda: Key("a-key", alone=True)):
        refused = give(trigger)
        mandates = list(Mandate.objects.all())
        Mandate.objects.all().delete()
        tasks.work_out_dates()
        Mandate.objects.bulk_create(mandates)
    give(trigger, None, "Nothing was held.")
    tasks.work_out_dates()
    assert list(WaitingDate.objects.still_told()) == []
    with sent_with(lambda: Key("a-key", alone=True)):
        assert give(trigger) == refused


def test_it_is_sent_for_as_it_is_given_and_each_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: sent.append(name))
    give(on_which_hang())
    assert sent == [tasks.work_out_dates.name]
    entry: Any = settings.CELERY_BEAT_SCHEDULE["work-out-dates"]
    assert entry["task"] == tasks.work_out_dates.name
    assert entry["options"]["expires"] < entry["schedule"] == 60


def test_a_broker_that_is_away_keeps_no_date_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*given: Any, **options: Any) -> None:
        raise OSError("nobody answers")

    monkeypatch.setattr(current_app, "send_task", away)
    trigger = on_which_hang()
    give(trigger)
    tasks.work_out_dates()
    assert all_shows(trigger)


def test_the_page_of_the_agreement_says_so_to_mediators_alone() -> None:
    trigger = on_which_hang()
    give(trigger)
    waiting = WaitingDate.objects.get()
    waiting.note(2)
    other = make.mediator()
    mediator, analyst = signed_in(other), signed_in(make.analyst())

    def page(client: Any) -> str:
        return " ".join(client.get("/agreements/accord/").content.decode().split())

    assert "It is being worked out: 2 of 3 commitments." in page(mediator)
    assert "worked out" not in page(analyst)
    Mandate.objects.filter(user__email="mediator@accord.invalid").delete()
    tasks.work_out_dates()
    assert "It was not recorded:" in page(mediator)
    said: dict[str, Any] = {"occurred_on": None, "reason": "Nothing was held."}
    set_trigger_date(trigger=trigger, actor=viewer_for(other), now=NOW, **said)
    assert "The date is taken back." in page(mediator)
