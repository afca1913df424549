"""Work that an account asks for: one piece of the same, so much at a time, and its owner's alone. Files above all."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.utils import translation

from agreement.models import ConfidenceRead, Mandate
from agreement.viewers import viewer_for
from obligations import tasks
from obligations.commands import Refused
from obligations.commands import work as commands
from obligations.commands.work import ask_for_work, cancel_work
from obligations.models import Work, WorkPart
from obligations.work import run
from parties.access import Tier
from parties.models import User
from tests import make
from tests.commands.work_data import (
    ALL,
    ROOT,
    a_file,
    a_sheet,
    asked,
    bytes_of,
    elsewhere,
    nothing_is_sent_for,
    state_of,
    tell,
)
from tests.make import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return nothing_is_sent_for(monkeypatch)


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

    def watched(self: run.Steps) -> None:
        told.append(self.done)
        if self.done == 2:
            elsewhere(lambda: cancel_work(work=work, actor=viewer_for(mediator), now=NOW))
        tell(self)

    monkeypatch.setattr(run.Steps, "tell", watched)
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
