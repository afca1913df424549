"""The administrators' pages: the table of rights, accounts and mandates."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agreement.commands import invite, record_link
from agreement.models import Acknowledgement, LedgerEntry, Mandate
from agreement.viewers import viewer_for
from obligations.models import Proposal
from parties.access import Role
from parties.models import User
from parties.rights import Right
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
    for act in Right:
        sentence = str(act.meaning).replace("'", "&#x27;")
        assert said[sentence] == [role in act.roles for role in Role], act
    tiers = {name: re.findall(r"<td>(.*?)</td>", cells) for name, cells in rows}
    assert tiers["parties and mediators"] == [
        "with clearance",
        "with clearance",
        "reads",
        "with clearance",
        "reads",
    ]
    assert tiers["in confidence"][2::2] == ["reads", "the own party&#x27;s"]


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
    settings.MAIL_LEAVES = True
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
    assert signed_in.post(f"{answer['Location']}link/", {"reason": "Lost it."}).status_code == 422


def test_a_link_that_no_mail_server_took_is_told_as_that(
    signed_in: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OSError("nobody answers")

    settings.MAIL_LEAVES = True
    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", away)
    made = signed_in.post("/administration/accounts/", INVITED)["Location"]
    page = signed_in.post(f"{made}link/", REASON, follow=True).content.decode()
    assert "The mail server did not take the link for new@trial.invalid" in page


def test_without_a_mail_server_the_link_is_shown_and_that_is_recorded(signed_in: Client) -> None:
    signed_in.post("/administration/accounts/", INVITED)
    made = User.objects.get(email="new@trial.invalid")
    page = signed_in.post(f"/administration/accounts/{made.key}/link/", REASON, follow=True).content.decode()
    assert "/account/password/reset/key/" in page
    assert LedgerEntry.objects.get(command="send_link").after == {
        "shown_to_administrator": True,
        "shown_to": "administrator@trial.invalid",
    }


def test_a_link_that_is_asked_for_once_more_with_the_same_form_is_not_given_again(signed_in: Client) -> None:
    """Meanwhile the account may have a password, or a mandate where who asks has no right."""
    signed_in.post("/administration/accounts/", INVITED)
    made = User.objects.get(email="new@trial.invalid")
    path, sent = f"/administration/accounts/{made.key}/link/", REASON | {"idempotency_key": "one"}
    assert "/password/reset/key/" in signed_in.post(path, sent, follow=True).content.decode()
    made.set_password(make.PASSWORD)
    made.save()
    again = signed_in.post(path, sent, follow=True).content.decode()
    assert "/password/reset/key/" not in again
    assert "the link went out then" in again
    assert LedgerEntry.objects.filter(command="send_link").count() == 1


def test_a_link_that_is_approved_twice_goes_out_once(signed_in: Client) -> None:
    make.administrator("second@trial.invalid")
    account = User.objects.create_user("new@trial.invalid")
    Mandate.objects.create(user=account, agreement=make.agreement(), role=Role.MEDIATOR)
    other = Client()
    other.force_login(make.administrator("third@trial.invalid"))
    other.post(f"/administration/accounts/{account.key}/link/", REASON)
    proposal = Proposal.objects.get()
    sent = REASON | {"act": "approve", "digest": proposal.digest, "idempotency_key": "one"}
    path = f"/administration/proposals/{proposal.key}/"
    assert "/password/reset/key/" in signed_in.post(path, sent, follow=True).content.decode()
    assert "/password/reset/key/" not in signed_in.post(path, sent, follow=True).content.decode()


@pytest.mark.parametrize("key", ["", "x" * 200, "a\x00b"])
def test_a_key_that_is_none_is_refused_and_breaks_nothing(key: str, signed_in: Client) -> None:
    sent = REASON | {"idempotency_key": key}
    assert signed_in.post("/administration/accounts/none/switch/", sent).status_code == 404
    one = make.analyst()
    answer = signed_in.post(f"/administration/accounts/{one.key}/mandate/other/withdraw/", sent)
    assert answer.status_code == 404


def test_the_link_has_no_number_of_the_account(signed_in: Client) -> None:
    signed_in.post("/administration/accounts/", INVITED)
    made = User.objects.get(email="new@trial.invalid")
    page = signed_in.post(f"/administration/accounts/{made.key}/link/", REASON, follow=True).content.decode()
    assert f"/account/password/reset/key/{made.key}-" in page


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


def test_what_gives_power_is_told_on_the_desk_and_to_administrators_until_acknowledged(
    signed_in: Client,
) -> None:
    mediator, server = make.mediator(), Client()
    server.force_login(User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD))
    server.post("/administration/accounts/", INVITED | {"role": "mediator"})
    sentence = "new@trial.invalid was given a mandate: mediator."
    desk = Client()
    desk.force_login(mediator)
    for client, page in ((signed_in, "/administration/"), (desk, "/desk/")):
        shown = client.get(page).content.decode()
        assert sentence in shown
        assert "Asked for." in shown
        (address,) = re.findall(r'action="(/administration/notices/\w+/)"', shown)
        other = desk if client is signed_in else signed_in
        assert other.post(address).status_code == 404
        for _click in range(2):
            assert client.post(address, {"room": page.strip("/")})["Location"] == page
        assert sentence not in client.get(page).content.decode()
    assert Acknowledgement.objects.count() == 2


@pytest.fixture
def second(signed_in: Client) -> Client:
    client = Client()
    client.force_login(make.administrator("second@trial.invalid"))
    return client


def approve(client: Client, path: str) -> str:
    """The page after it."""
    digest = client.get(path).context["proposal"].digest
    said = REASON | {"act": "approve", "digest": digest}
    page: str = client.post(path, said, follow=True).content.decode()
    return page


def test_with_two_administrators_a_mandate_is_signed_under_administration(
    signed_in: Client, second: Client
) -> None:
    page = signed_in.post("/administration/accounts/", INVITED | {"role": "mediator"}, follow=True)
    assert "Another administrator of the agreement has to sign it" in page.content.decode()
    assert (
        "1 act of power waits for a second administrator" in second.get("/administration/").content.decode()
    )
    (path,) = re.findall(
        r'href="(/administration/proposals/\w+/)"', second.get("/administration/proposals/").content.decode()
    )
    own = signed_in.get(path).content.decode()
    assert "it waits for another administrator" in own
    assert 'value="approve"' not in own
    shown = second.get(path).content.decode()
    for part in ("Mandate by e-mail address: new@trial.invalid", "mediator", "Asked for.", "Accord"):
        assert part in shown
    assert "Approved and carried out." in approve(second, path)
    assert User.objects.get(email="new@trial.invalid").mandates.get().role == Role.MEDIATOR


def test_a_link_is_shown_to_the_second_administrator_and_not_before(
    signed_in: Client, second: Client
) -> None:
    one = User.objects.create_user("new@trial.invalid")
    Mandate.objects.create(user=one, agreement=make.agreement(), role=Role.MEDIATOR)
    page = signed_in.post(f"/administration/accounts/{one.key}/link/", REASON, follow=True).content.decode()
    assert "password/reset/key" not in page
    (path,) = re.findall(
        r'href="(/administration/proposals/\w+/)"', second.get("/administration/proposals/").content.decode()
    )
    assert "password/reset/key" not in second.get(path).content.decode()
    assert "password/reset/key" in approve(second, path)


def test_the_policy_says_how_many_administrators_powers_want(signed_in: Client, second: Client) -> None:
    page = signed_in.get("/administration/policy/accord/")
    assert page.context["form"]["wanted"].value() == ["powers"]
    assert "2 administrators of this agreement can sign in now" in page.content.decode()
    rights = signed_in.get("/administration/rights/").content.decode()
    assert "A second administrator signs acts of power." in rights
    signed_in.post("/administration/policy/accord/", REASON | {"wanted": ["gates"]})
    assert make.agreement().sign_off == ["powers"]
    (path,) = re.findall(
        r'href="(/administration/proposals/\w+/)"', second.get("/administration/proposals/").content.decode()
    )
    assert "the opening of gates" in second.get(path).content.decode()
    approve(second, path)
    assert make.agreement().sign_off == ["gates"]
    rights = signed_in.get("/administration/rights/").content.decode()
    assert "One administrator alone gives powers" in rights


def test_the_list_says_who_signed_in_when_and_nothing_of_accounts_that_the_server_keeps(
    signed_in: Client,
) -> None:
    one, never = make.analyst(), make.mediator()
    of_both = User.objects.create_user("both@trial.invalid", last_login=make.NOW)
    for of in (make.agreement("other", short_title="Elsewhere"), make.agreement()):
        Mandate.objects.create(user=of_both, agreement=of, role=Role.MEDIATOR)
    User.objects.filter(pk=one.pk).update(last_login=make.NOW)
    page = " ".join(signed_in.get("/administration/accounts/").content.decode().split())
    rows = {who.email: page.partition(f">{who.email}<")[2] for who in (one, never, of_both)}
    rows = {email: row.partition("</tr>")[0] for email, row in rows.items()}
    assert "2 Mar 2026" in rows[one.email]
    assert "waits for its first sign-in" in rows[never.email]
    assert "2 Mar 2026" not in rows[of_both.email]


def test_the_list_takes_a_fixed_number_of_queries(signed_in: Client) -> None:
    counted = []
    for step in (3, 57):
        for n in range(step):
            make.analyst(f"one{step}-{n}@trial.invalid")
        with CaptureQueriesContext(connection) as queries:
            signed_in.get("/administration/accounts/")
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 11


def test_the_policy_has_a_page_that_says_what_holds(signed_in: Client) -> None:
    page = signed_in.get("/administration/policy/").content.decode()
    assert "each mediator records alone" in page
    assert 'href="/administration/policy/accord/"' in page
