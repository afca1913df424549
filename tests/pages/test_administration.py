"""The administrators' pages: the table of rights, accounts and mandates."""

import re
from typing import Any

import pytest
from django.test import Client

from agreement.models import LedgerEntry
from parties.access import Role
from parties.models import User
from parties.rights import MEANING, RIGHTS, Act
from tests import make

pytestmark = pytest.mark.django_db
REASON = {"reason": "Asked for."}


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(make.administrator(), "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_page_of_rights_is_the_table_that_commands_ask(signed_in: Client) -> None:
    page = signed_in.get("/administration/rights/").content.decode()
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    said = {name: ["may" in cell for cell in re.findall(r"<td>(.*?)</td>", cells)] for name, cells in rows}
    for act in Act:
        sentence = str(MEANING[act]).replace("'", "&#x27;")
        assert said[sentence] == [role in RIGHTS[act] for role in Role], act
    tiers = {name: re.findall(r"<td>(.*?)</td>", cells) for name, cells in rows}
    assert tiers["parties and mediators"] == ["with clearance", "with clearance", "reads", "reads"]
    assert tiers["in confidence"][2:] == ["reads", "the own party&#x27;s"]


def test_the_page_says_who_has_which_mandate(signed_in: Client) -> None:
    make.representative(make.party())
    page = signed_in.get("/administration/rights/").content.decode()
    assert "alpha@trial.invalid (Alpha)" in page
    assert "nobody" in page  # mediates


@pytest.mark.parametrize("path", ["", "accounts/", "accounts/1/", "rights/"])
def test_the_rooms_are_for_administrators(path: str, client: Client) -> None:
    assert client.get(f"/administration/{path}").status_code == 302
    client.force_login(make.mediator())
    assert client.get(f"/administration/{path}").status_code == 403


def test_an_account_is_made_gets_its_mandate_and_sets_its_password_by_the_link(
    signed_in: Client, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.EMAIL_HOST = "mail.invalid"
    answer = signed_in.post("/administration/accounts/", REASON | {"email": "new@trial.invalid"})
    made = User.objects.get(email="new@trial.invalid")
    assert answer["Location"] == f"/administration/accounts/{made.pk}/"
    said = REASON | {"agreement": "accord", "role": "analyst", "clearance": "parties"}
    assert signed_in.post(f"{answer['Location']}mandate/", said).status_code == 302
    assert signed_in.post(f"{answer['Location']}link/", REASON).status_code == 302
    (mail,) = mailoutbox
    assert mail.to == ["new@trial.invalid"]
    (link,) = re.findall(r"http://testserver(/account/password/reset/key/\S+)", mail.body)
    owner = Client()
    form = owner.get(link)["Location"]
    password = {"password1": make.PASSWORD, "password2": make.PASSWORD}
    assert owner.post(form, password).status_code == 302
    made.refresh_from_db()
    assert made.check_password(make.PASSWORD)
    page = signed_in.get(answer["Location"]).content.decode()
    assert "Mandate given" in page
    assert signed_in.post(f"{answer['Location']}link/", REASON).status_code == 422


def test_without_a_mail_server_the_link_is_shown_and_that_is_recorded(signed_in: Client) -> None:
    made = User.objects.create_user("new@trial.invalid")
    page = signed_in.post(f"/administration/accounts/{made.pk}/link/", REASON, follow=True).content.decode()
    assert "/account/password/reset/key/" in page
    assert LedgerEntry.objects.get().after == {"shown_to_administrator": True}


def test_what_is_refused_stands_in_the_form_and_nothing_is_changed(signed_in: Client) -> None:
    one = make.mediator()
    path = f"/administration/accounts/{one.pk}/"
    last = signed_in.post(f"{path}mandate/accord/withdraw/", REASON)
    assert last.status_code == 422
    assert "This is the last mediator of Accord" in last.content.decode()
    assert signed_in.post(f"{path}switch/", {"on": "no", "reason": ""}).status_code == 422
    assert signed_in.post(f"{path}mandate/other/withdraw/", REASON).status_code == 404
    assert one.mandates.exists()
    one.refresh_from_db()
    assert one.is_active
    assert not LedgerEntry.objects.exists()


def test_who_looks_at_the_own_account_is_told_that_a_mandate_is_recorded(signed_in: Client) -> None:
    own = User.objects.get(email="administrator@trial.invalid")
    assert "is entered in the ledger" in signed_in.get(f"/administration/accounts/{own.pk}/").content.decode()


def test_mandates_elsewhere_are_not_shown(signed_in: Client) -> None:
    one = make.mediator(of=make.agreement("other", short_title="Elsewhere"))
    assert "Elsewhere" not in signed_in.get("/administration/accounts/").content.decode()
    page = signed_in.get(f"/administration/accounts/{one.pk}/").content.decode()
    assert "Elsewhere" not in page
    said = REASON | {"agreement": "other", "role": "analyst"}
    assert signed_in.post(f"/administration/accounts/{one.pk}/mandate/", said).status_code == 422
