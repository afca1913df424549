"""A closed account: what was personal is gone, what is on record stays, and it opens nothing again."""

from datetime import date
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.core.exceptions import PermissionDenied
from django.test import Client

from agreement.commands import close_account, give_mandate, switch_account, withdraw_mandate
from agreement.commands.notes import note_reads
from agreement.ledger.verify import verify
from agreement.models import ConfidenceRead, LedgerEntry
from agreement.viewers import viewer_for
from obligations.commands.desk import save_draft
from obligations.models import Draft, Statement
from parties.access import Role, Viewer
from parties.confidences import Confidence
from parties.errors import Refused
from parties.models import ApiToken, SentMail, User
from tests import make
from tests.ledger.data import take_over
from tests.make import NOW

pytestmark = pytest.mark.django_db
ADDRESS = "leaver@trial.invalid"


@pytest.fixture
def keeper() -> Viewer:
    make.mediator()
    return viewer_for(User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD))


@pytest.fixture
def leaver(keeper: Viewer) -> User:
    made = make.mediator(ADDRESS)
    User.objects.filter(pk=made.pk).update(name="A Name")
    return User.objects.get(pk=made.pk)


def act(keeper: Viewer) -> dict[str, Any]:
    return {"actor": keeper, "now": NOW, "reason": "They left."}


def let_go(leaver: User, keeper: Viewer) -> None:
    withdraw_mandate(account=leaver, agreement=make.agreement(), **act(keeper))
    switch_account(account=leaver, on=False, **act(keeper))


@pytest.mark.django_db(transaction=True)  # entries have their place in the chain from the commit
def test_what_was_personal_goes_and_what_was_said_stays(leaver: User, keeper: Viewer) -> None:
    said = make.finding(make.commitment(), 2, date(2024, 1, 1), actor=viewer_for(leaver))
    make.token(leaver)
    save_draft(
        kind=Draft.Kind.BULK, agreement=make.agreement(), actor=viewer_for(leaver), now=NOW, content={}
    )
    AccessLog.objects.create(username=ADDRESS, ip_address="::1")
    AccessAttempt.objects.create(username=ADDRESS, ip_address="::1", failures_since_start=1)
    SentMail.objects.create(at=NOW, to=ADDRESS, subject="A reminder")
    client = Client()
    client.force_login(leaver)
    take_over()
    let_go(leaver, keeper)
    closed = close_account(account=leaver, **act(keeper))
    assert (closed.email, closed.name) == (f"closed-{leaver.key}@account.invalid", "A Name")
    assert closed.is_closed
    for model in (ApiToken, Draft, AccessLog, AccessAttempt, SentMail):
        assert not model._default_manager.exists(), model
    assert Statement.objects.get(pk=said.pk).recorded_by == closed
    entry = LedgerEntry.objects.get(command="close_account")
    assert (entry.reason, ADDRESS in entry.content) == ("They left.", False)
    assert client.get("/account/").status_code == 302
    assert [fault for fault in verify().faults if "user" in fault.what] == []


def test_who_never_acted_has_no_name_left(leaver: User, keeper: Viewer) -> None:
    let_go(leaver, keeper)
    assert close_account(account=leaver, **act(keeper)).name == ""


def test_what_they_read_in_confidence_is_told_until_its_time(leaver: User, keeper: Viewer) -> None:
    one = Confidence(make.agreement().pk, make.party().pk, "statement abc")
    note_reads(user=leaver.pk, read=[one], now=NOW)
    let_go(leaver, keeper)
    closed = close_account(account=leaver, **act(keeper))
    assert ConfidenceRead.objects.get().user == closed


def test_it_is_closed_by_who_keeps_the_server_and_after_all_else(leaver: User, keeper: Viewer) -> None:
    with pytest.raises(PermissionDenied):
        close_account(account=leaver, **act(viewer_for(make.administrator())))
    with pytest.raises(Refused, match="Switch it off and withdraw its mandates first"):
        close_account(account=leaver, **act(keeper))
    let_go(leaver, keeper)
    close_account(account=leaver, **act(keeper))
    leaver.refresh_from_db()
    told = {"account": leaver, **act(keeper)}
    for again in (
        lambda: close_account(**told | {"reason": "Once more."}),
        lambda: switch_account(on=True, **told),
        lambda: give_mandate(agreement=make.agreement(), role=Role.ANALYST, **told),
    ):
        with pytest.raises(Refused, match="It is closed, and stays so"):
            again()


def test_the_page_offers_it_to_who_keeps_the_server(leaver: User, keeper: Viewer) -> None:
    client = Client()
    client.force_login(User.objects.get(email="keeper@trial.invalid"))
    page = f"/administration/accounts/{leaver.key}/"
    assert "Close the account" not in client.get(page).content.decode()
    let_go(leaver, keeper)
    assert "Close the account" in client.get(page).content.decode()
    answer = client.post(f"{page}close/", {"reason": "They left."}, follow=True).content.decode()
    assert "It is closed" in answer
    assert "Close the account" not in answer
    assert ADDRESS not in answer
