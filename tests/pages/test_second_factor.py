"""The second factor: who is led to it, how it is set up and used, and that it is never kept in the clear."""

import re
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from agreement.models import Agreement, LedgerEntry
from parties.models import User
from parties.second_factor import has_factor
from parties.unsent import author_mark
from tests import make

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def nothing_used() -> None:
    cache.clear()


@pytest.fixture
def user() -> User:
    return make.mediator("mediator@trial.invalid")


@pytest.fixture
def wanted(user: User) -> None:
    Agreement.objects.update(second_factor=["mediator"])


def give_password(client: Client, **data: str) -> Any:
    credentials = {"login": "mediator@trial.invalid", "password": make.PASSWORD}
    return client.post("/account/login/", credentials | data)


def give_code(client: Client, code: str) -> Any:
    return client.post("/account/login/second/", {"code": code})


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def codes_of(page: str) -> list[str]:
    return re.findall(r"<li><code>(\d+)</code>", page)


def test_who_needs_a_second_factor_can_do_nothing_before_it_is_set_up(client: Client, wanted: None) -> None:
    assert give_password(client)["Location"] == "/account/work/"
    pages = ["/account/work/", "/desk/", "/account/", "/account/tokens/", "/compliance/", "/unknown/"]
    answers = {page: client.get(page) for page in pages}
    led = {page: answer.get("Location") for page, answer in answers.items() if page != "/unknown/"}
    assert set(led.values()) == {"/account/second-factor/"}
    assert answers["/unknown/"].status_code == 404
    page = client.get("/account/second-factor/").content.decode()
    assert "Your account needs a second factor" in page
    assert "Who is mediator in" in page
    for address in ("/api/v1/commitments/", "/api/v1/tokens/", "/api/v1/webhooks/"):
        assert client.get(address).status_code == 403
    assert client.delete("/api/v1/tokens/").status_code == 403


def test_a_token_does_nothing_while_the_account_needs_a_second_factor(user: User, wanted: None) -> None:
    program = Client(headers={"Authorization": f"Token {make.token(user)}"})
    refused = program.get("/api/v1/commitments/")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith(":second-factor-missing")
    make.factor(user)
    assert program.get("/api/v1/commitments/").status_code == 200


def test_who_keeps_the_servers_accounts_needs_one_where_administrators_do(
    client: Client, settings: Settings
) -> None:
    keeper = User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD)
    client.force_login(keeper, BACKEND)
    assert client.get("/administration/").status_code == 200
    settings.SECOND_FACTOR = ["administrator"]
    assert client.get("/administration/")["Location"] == "/account/second-factor/"


def test_an_app_is_set_up_with_recovery_codes_that_are_shown_once(
    client: Client,
    user: User,
    wanted: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    give_password(client)
    client.get("/desk/")
    other = Client()
    other.force_login(user, BACKEND)
    page = client.get("/account/second-factor/app/").content.decode()
    assert "<svg" in page and "<?xml" not in page  # noqa: PT018
    (shown,) = re.findall(r'<code class="key">(.*?)</code>', page)
    secret = re.sub(r"<[^>]+>|\s", "", shown)
    with django_capture_on_commit_callbacks(execute=True):
        wrong = client.post("/account/second-factor/app/", {"code": "000000"})
        assert "Incorrect code" in wrong.content.decode()
        assert not has_factor(user)
        done = client.post("/account/second-factor/app/", {"code": make.code(secret)})
    assert done["Location"] == "/account/second-factor/recovery-codes/"
    assert "added to your account" in mail.outbox[0].body
    assert len(codes_of(client.get(done["Location"]).content.decode())) == 10
    again = client.get(done["Location"]).content.decode()
    assert codes_of(again) == []
    assert "10 are left" in again
    assert client.post(done["Location"], {"kept": "on"})["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert not is_in(other)
    assert LedgerEntry.objects.get(command="add_factor").after == {"factor": "totp"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        assert all(secret not in data for (data,) in cursor.fetchall())
        cursor.execute("SELECT count(*) FROM django_session WHERE session_data LIKE %s", [f"%{secret}%"])
        assert cursor.fetchone() == (0,)


def test_the_code_of_the_app_is_asked_after_the_password(client: Client, user: User) -> None:
    secret = make.factor(user)
    assert give_password(client, next="/desk/")["Location"] == "/account/login/second/"
    assert not is_in(client)
    assert "Second step" in client.get("/account/login/second/").content.decode()
    assert give_code(client, make.code(secret))["Location"] == "/desk/"
    assert is_in(client)


def test_the_link_for_a_new_password_leads_to_the_second_step_too(client: Client, user: User) -> None:
    secret = make.factor(user)
    client.post("/account/password/reset/", {"email": user.email})
    (link,) = re.findall(r"/account/password/reset/key/\S+", str(mail.outbox[0].body))
    form = client.get(link, follow=True)
    new = {"password1": "lantern-mosaic-harbour-quill", "password2": "lantern-mosaic-harbour-quill"}
    client.post(form.redirect_chain[-1][0], new)
    assert not is_in(client)
    give_code(client, make.code(secret))
    assert is_in(client)


def test_a_code_that_was_used_lets_nobody_in_again(client: Client, user: User) -> None:
    code = make.code(make.factor(user))
    other = Client()
    for each in (client, other):
        give_password(each)
        give_code(each, code)
    assert is_in(client)
    assert not is_in(other)


def test_a_recovery_code_lets_in_once(client: Client, user: User) -> None:
    make.factor(user)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    give_password(client)
    give_code(client, codes[0])
    assert is_in(client)
    cache.clear()
    other = Client()
    give_password(other)
    assert "Incorrect code" in give_code(other, codes[0]).content.decode()
    give_code(other, codes[1])
    assert is_in(other)


def test_wrong_codes_are_counted_as_wrong_passwords_are(
    client: Client, user: User, settings: Settings
) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    secret = make.factor(user)
    client.post("/account/login/", {"login": user.email, "password": "wrong"})
    give_password(client)
    answers = [give_code(client, "000000").status_code for _ in range(2)]
    assert answers == [200, 429]
    assert give_code(client, make.code(secret)).status_code == 429
    assert not is_in(client)
    assert give_password(Client()).status_code == 429
    assert AccessAttempt.objects.get().failures_since_start == 3


def test_what_was_unsent_survives_the_second_step(client: Client, user: User) -> None:
    secret = make.factor(user)
    form = {"written_by": author_mark(user.pk), "reason": "Typed & lost?"}
    page = client.post("/desk/findings/1/", form).content.decode()
    (carried,) = re.findall(r'name="unsent" value="([^"]+)"', page)
    give_password(client, unsent=unescape(carried))
    assert "Typed" not in client.get("/account/unsent/", follow=True).content.decode()
    assert give_code(client, make.code(secret))["Location"] == "/account/unsent/"
    assert "Typed &amp; lost?" in client.get("/account/unsent/").content.decode()


def test_what_is_written_while_a_second_factor_becomes_needed_is_kept(client: Client, user: User) -> None:
    client.force_login(user, BACKEND)
    Agreement.objects.update(second_factor=["mediator"])
    form = {"written_by": author_mark(user.pk), "reason": "Typed & lost?"}
    assert client.post("/desk/findings/1/", form)["Location"] == "/account/second-factor/"
    make.factor(user)
    gone_on = client.post("/account/second-factor/recovery-codes/", {"kept": "on"})
    assert "Typed &amp; lost?" in client.get(gone_on["Location"]).content.decode()


def test_the_password_is_asked_again_before_a_factor_is_changed(client: Client, user: User) -> None:
    secret = make.factor(user)
    client.force_login(user, BACKEND)  # long ago: nothing says when
    for name in ("mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"):
        assert client.get(reverse(name))["Location"].startswith("/account/reauthenticate/")
    again = f"/account/second-factor/again/?next={reverse('mfa_deactivate_totp')}"
    client.post(again, {"code": make.code(secret), "next": reverse("mfa_deactivate_totp")})
    assert client.post(reverse("mfa_deactivate_totp"))["Location"] == "/account/second-factor/"
    assert not Authenticator.objects.exists()
    assert LedgerEntry.objects.get(command="remove_factor").before == {"factor": "totp"}


def test_a_program_trades_password_and_code_for_a_token(user: User, settings: Settings) -> None:
    secret = make.factor(user)
    client = Client()
    body = {"email": user.email, "password": make.PASSWORD, "name": "a program"}

    def trade(**more: str) -> Any:
        return client.post("/api/v1/tokens/", body | more, content_type="application/json")

    without = trade()
    assert without.status_code == 401
    assert without.json()["type"].endswith(":code-needed")
    assert trade(code="000000").status_code == 401
    assert AccessAttempt.objects.get().failures_since_start == 1
    assert trade(code=make.code(secret)).status_code == 201
    settings.AXES_FAILURE_LIMIT = 1
    assert trade(code="000000").status_code == 429


def test_an_account_that_lacks_one_gets_no_token_by_its_password(user: User, wanted: None) -> None:
    body = {"email": user.email, "password": make.PASSWORD, "name": "a program"}
    assert Client().post("/api/v1/tokens/", body, content_type="application/json").status_code == 403
