"""The administrators' pages: the table of rights, accounts and mandates."""

import re
from typing import Any

import pytest
from django.test import Client

from agreement.commands import invite, record_link
from agreement.models import LedgerEntry, Mandate
from agreement.viewers import viewer_for
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


@pytest.mark.parametrize("path", ["", "accounts/", "accounts/none/", "rights/"])
def test_the_rooms_are_for_administrators(path: str, client: Client) -> None:
    assert client.get(f"/administration/{path}").status_code == 302
    client.force_login(make.mediator())
    assert client.get(f"/administration/{path}").status_code == 403


INVITED = REASON | {"agreement": "accord", "role": "analyst", "email": "new@trial.invalid"}


def test_an_account_is_made_with_its_mandate_and_sets_its_password_by_the_link(
    signed_in: Client, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.EMAIL_HOST = "mail.invalid"
    answer = signed_in.post("/administration/accounts/", INVITED | {"clearance": "parties"})
    made = User.objects.get(email="new@trial.invalid")
    assert answer["Location"] == f"/administration/accounts/{made.key}/"
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
    signed_in.post("/administration/accounts/", INVITED)
    made = User.objects.get(email="new@trial.invalid")
    page = signed_in.post(f"/administration/accounts/{made.key}/link/", REASON, follow=True).content.decode()
    assert "/account/password/reset/key/" in page
    assert LedgerEntry.objects.get(command="send_link").after == {"shown_to_administrator": True}


def test_what_is_refused_stands_in_the_form_and_nothing_is_changed(signed_in: Client) -> None:
    one = make.mediator()
    path = f"/administration/accounts/{one.key}/"
    last = signed_in.post(f"{path}mandate/accord/withdraw/", REASON)
    assert last.status_code == 422
    assert "This is the last mediator of Accord" in last.content.decode()
    assert signed_in.post(f"{path}switch/", {"on": "no", "reason": ""}).status_code == 422
    assert signed_in.post(f"{path}mandate/other/withdraw/", REASON).status_code == 404
    assert one.mandates.exists()
    one.refresh_from_db()
    assert one.is_active
    assert not LedgerEntry.objects.exists()


def test_who_looks_at_the_own_account_is_told_that_another_decides(signed_in: Client) -> None:
    own = User.objects.get(email="administrator@trial.invalid")
    page = signed_in.get(f"/administration/accounts/{own.key}/").content.decode()
    assert "nobody gives a mandate to themselves" in page
    assert "Give or change a mandate" not in page


def test_the_mandate_form_chooses_no_power_beforehand(signed_in: Client) -> None:
    one = make.analyst()
    for path in ("/administration/accounts/", f"/administration/accounts/{one.key}/"):
        form = signed_in.get(path).context["form" if path.endswith("accounts/") else "mandate_form"]
        assert form["role"].field.choices[0] == ("", "Choose one")
        assert not form["role"].value()
        assert form["clearance"].value() == "public"
        assert [code for code, _name in form["agreement"].field.choices] == ["accord"]
    refused = signed_in.post(f"/administration/accounts/{one.key}/mandate/", REASON | {"agreement": "accord"})
    assert refused.status_code == 422
    assert "role" in refused.context["mandate_form"].errors
    other = make.agreement("other")
    Mandate.objects.create(user_id=administrator_of(signed_in), agreement=other, role=Role.ADMINISTRATOR)
    form = signed_in.get("/administration/accounts/").context["form"]
    assert [code for code, _name in form["agreement"].field.choices] == ["", "accord", "other"]
    assert not form["agreement"].value()


def administrator_of(client: Client) -> int:
    return int(client.session["_auth_user_id"])


def test_switching_wants_to_be_told_which_way(signed_in: Client) -> None:
    one = make.analyst()
    assert signed_in.post(f"/administration/accounts/{one.key}/switch/", REASON).status_code == 422
    one.refresh_from_db()
    assert one.is_active


def test_accounts_of_another_agreement_are_in_no_list_and_at_no_address(signed_in: Client) -> None:
    elsewhere = make.mediator(of=make.agreement("other", short_title="Elsewhere"))
    assert elsewhere.email not in signed_in.get("/administration/accounts/").content.decode()
    for key in (elsewhere.key, str(elsewhere.pk), "none"):
        assert signed_in.get(f"/administration/accounts/{key}/").status_code == 404
        for act in ("link", "switch", "mandate", "mandate/other/withdraw"):
            assert signed_in.post(f"/administration/accounts/{key}/{act}/", REASON).status_code == 404


def test_mandates_elsewhere_are_not_shown_and_the_server_keeps_the_account(signed_in: Client) -> None:
    one = User.objects.create_user("one@trial.invalid")
    for of in (make.agreement("other", short_title="Elsewhere"), make.agreement()):
        Mandate.objects.create(user=one, agreement=of, role=Role.MEDIATOR)
    page = signed_in.get(f"/administration/accounts/{one.key}/").content.decode()
    for text in ("Elsewhere", "has no password", "Show the link", "Switch it off"):
        assert text not in page
    assert "kept by the administrators of the server" in page
    for act in ("link", "switch"):
        answer = signed_in.post(f"/administration/accounts/{one.key}/{act}/", REASON | {"on": "no"})
        assert answer.status_code == 403
        assert "password/reset/key" not in answer.content.decode()
    said = REASON | {"agreement": "other", "role": "analyst"}
    assert signed_in.post(f"/administration/accounts/{one.key}/mandate/", said).status_code == 422


def test_what_was_entered_of_an_account_elsewhere_is_not_shown(signed_in: Client, client: Client) -> None:
    """What belongs to no agreement, such as a link, is told to those alone whose agreements it was about."""
    other = make.agreement("other")
    keeper = viewer_for(User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD))
    said: dict[str, Any] = {"actor": keeper, "now": make.NOW, "reason": "Of another matter."}
    one = invite(email="one@trial.invalid", agreement=other, role=Role.MEDIATOR, **said).user
    record_link(account=one, shown=True, **said)
    invite(email=one.email, agreement=make.agreement(), role=Role.ANALYST, **(said | {"reason": "Of ours."}))
    page = signed_in.get(f"/administration/accounts/{one.key}/").content.decode()
    assert "Of ours." in page
    assert "Of another matter." not in page


def test_entries_under_the_number_that_an_account_had_are_found(signed_in: Client) -> None:
    one = make.analyst()
    LedgerEntry.objects.create(
        agreement=make.agreement(),
        at=make.NOW,
        command="give_mandate",
        subject=f"account {one.pk}",
        reason="Long ago.",
    )
    assert "Long ago." in signed_in.get(f"/administration/accounts/{one.key}/").content.decode()


def test_after_its_last_mandate_here_an_account_is_gone_from_here(signed_in: Client) -> None:
    one = make.analyst()
    answer = signed_in.post(f"/administration/accounts/{one.key}/mandate/accord/withdraw/", REASON)
    assert answer["Location"] == "/administration/accounts/"
    assert one.email not in signed_in.get("/administration/accounts/").content.decode()
