"""The own account: tokens are made with the password and shown once; what ends access ends all of it."""

import uuid
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from agreement.commands import switch_account
from agreement.viewers import viewer_for
from parties.models import ApiToken, User
from tests import make

pytestmark = pytest.mark.django_db
NEW = "lantern-mosaic-harbour-quill"
TOKEN = {"name": "nightly copy", "scope": "read", "days": "30"}


@pytest.fixture
def user() -> User:
    return make.mediator("mediator@trial.invalid")


def signed_in() -> Client:
    client = Client()
    client.post("/account/login/", {"login": "mediator@trial.invalid", "password": make.PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def program(user: User) -> Client:
    client = Client(headers={"Authorization": f"Token {make.token(user)}"})
    assert reads(client)
    return client


def reads(client: Client) -> bool:
    return client.get("/api/v1/tokens/").status_code == 200


def give_password(client: Client, password: str = make.PASSWORD) -> Any:
    return client.post("/account/reauthenticate/", {"password": password, "next": "/account/tokens/"})


def test_a_token_is_made_once_the_password_was_given_again_and_is_shown_once(user: User) -> None:
    client = signed_in()
    asked = client.post("/account/tokens/", TOKEN)
    assert asked["Location"].startswith("/account/reauthenticate/")
    assert not ApiToken.objects.exists()
    assert give_password(client, "not-it").status_code == 200
    assert not ApiToken.objects.exists()
    shown = give_password(client)
    token = ApiToken.objects.get()
    assert (token.name, token.scope, token.user) == ("nightly copy", "read", user)
    assert "no-store" in shown["Cache-Control"]
    secret = shown.content.decode().split('autocomplete="off">')[1].split("<")[0]
    assert reads(Client(headers={"Authorization": f"Token {secret}"}))
    listed = client.get("/account/tokens/").content.decode()
    assert "nightly copy" in listed
    assert secret not in listed


def test_the_page_of_tokens_says_what_is_wrong_with_a_form_and_makes_nothing(user: User) -> None:
    client = signed_in()
    client.post("/account/tokens/", TOKEN)
    give_password(client)
    page = client.post("/account/tokens/", {"name": "", "scope": "all", "days": "900"})
    assert page.status_code == 422
    assert ApiToken.objects.count() == 1


def test_tokens_are_revoked_one_by_one_and_all_together_by_their_owner_alone(user: User) -> None:
    programs = [program(user) for _number in range(3)]
    stranger = make.analyst()
    other = program(stranger)
    client = signed_in()
    theirs = ApiToken.objects.get(user=stranger)
    assert client.post(f"/account/tokens/{theirs.key}/revoke/").status_code == 404
    first = ApiToken.objects.filter(user=user).order_by("created").first()
    assert first is not None
    client.post(f"/account/tokens/{first.key}/revoke/")
    assert [reads(one) for one in programs] == [False, True, True]
    client.post("/account/tokens/revoke/")
    assert [reads(one) for one in (*programs, other)] == [False, False, False, True]


def test_the_pages_are_for_who_is_signed_in() -> None:
    for address in ("", "tokens/"):
        assert "/account/login/" in Client().get(f"/account/{address}")["Location"]


# What ends sessions and tokens


def test_signing_out_everywhere_ends_every_session_and_token_of_the_account_and_no_others(
    user: User,
) -> None:
    here, there, tool = signed_in(), signed_in(), program(user)
    stranger = Client()
    stranger.force_login(make.analyst(), "allauth.account.auth_backends.AuthenticationBackend")
    assert here.post("/account/sign-out-everywhere/")["Location"] == "/"
    assert [is_in(one) for one in (here, there, stranger)] == [False, False, True]
    assert not reads(tool)
    assert is_in(signed_in())


def changed(client: Client) -> None:
    words = {"oldpassword": make.PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/account/password/change/", words).status_code == 302


def reset(client: Client) -> None:
    outside = Client()
    outside.post("/account/password/reset/", {"email": "mediator@trial.invalid"})
    words = str(mail.outbox[-1].body).split()
    link = next(word for word in words if "/password/reset/key/" in word)
    form = outside.get(link.partition("testserver")[2], follow=True)
    address = form.redirect_chain[-1][0]
    assert outside.post(address, {"password1": NEW, "password2": NEW}).status_code == 302


def by_command(client: Client) -> None:
    with pytest.MonkeyPatch.context() as patch:
        asked = "django.contrib.auth.management.commands.changepassword.getpass.getpass"
        patch.setattr(asked, lambda prompt: NEW)
        call_command("changepassword", "mediator@trial.invalid")


@pytest.mark.parametrize("way", [changed, reset, by_command])
def test_a_new_password_ends_other_sessions_and_every_token_whichever_way_it_is_set(
    way: Any, user: User
) -> None:
    here, there, tool = signed_in(), signed_in(), program(user)
    way(here)
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert not is_in(there)
    assert not reads(tool)
    assert is_in(here) == (way is changed)
    assert not ApiToken.objects.exists()


def test_an_account_that_is_switched_on_again_has_none_of_its_sessions_and_tokens_back(user: User) -> None:
    make.mediator("second@trial.invalid")
    actor = viewer_for(make.administrator())
    session, tool = signed_in(), program(user)
    for on in (False, True):
        switch_account(account=user, on=on, actor=actor, now=timezone.now(), reason="Left, and came back.")
        assert not is_in(session)
        assert not reads(tool)
    assert is_in(signed_in())


def test_the_log_of_a_webhook_goes_on_over_pages(user: User) -> None:
    hook, now = make.webhook(user), timezone.now()
    for number in range(60):
        hook.deliveries.create(
            change=uuid.UUID(int=2), kind="statement", code=number + 200, made_at=now, next_at=now
        )
    client = signed_in()
    first = client.get(f"/account/webhooks/{hook.key}/")
    following = first.context["following"]
    second = client.get(f"/account/webhooks/{hook.key}/", {"after": following})
    codes = [one.code for page in (first, second) for one, _kind in page.context["deliveries"]]
    assert codes == [*range(259, 199, -1), 500]
    assert f"after={following}" in first.content.decode()
    assert second.context["following"] == ""
    assert client.get(f"/account/webhooks/{hook.key}/", {"after": "12"}).status_code == 400
