"""Signing in by an organisation's own server, which here is a small one of the tests, asked over HTTP."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from celery import current_app
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import Settings

from agreement.models import Agreement
from agreement.viewers import viewer_for
from normalization_tracker.checks import oidc_providers
from obligations import tasks
from obligations.models import Statement, Work
from parties.models import User
from parties.unsent import author_mark
from tests import make
from tests.pages.desk_data import filled, overdue

pytestmark = pytest.mark.django_db
OFFICE = {"id": "office", "name": "The Office", "client_id": "tracker", "secret": "of-the-tests"}


@dataclass
class Office:
    """The organisation's server. `says` is of who signs in there; `asked` is what the token was asked with."""

    says: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    audience: str = "tracker"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def serve(self) -> ThreadingHTTPServer:
        office = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self, body: dict[str, Any]) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def do_GET(self) -> None:
                self.answer(office.configuration() if "well-known" in self.path else office.says)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                office.asked = parse_qs(body)
                token = jwt.encode(office.claims(), office.key, "ES256", {"kid": "one"})
                self.answer({"access_token": "of-one", "token_type": "Bearer", "id_token": token})

            def log_message(self, *said: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self.server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def configuration(self) -> dict[str, Any]:
        named = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
        return {"issuer": self.url, **{name: f"{self.url}/{name}" for name in named}}

    def claims(self) -> dict[str, Any]:
        now = int(time.time())
        return self.says | {"iss": self.url, "aud": self.audience, "iat": now, "exp": now + 60}


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    made = Office()
    server = made.serve()
    given = OFFICE | {"server_url": made.url, "domains": ["trial.invalid"]}
    settings.OIDC_PROVIDERS = [given]
    rest = {"server_url": made.url, "domains": given["domains"]}
    app = {"provider_id": "office", "settings": rest} | {
        name: given[name] for name in ("client_id", "secret", "name")
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield made
    server.shutdown()
    server.server_close()


def sign_in(client: Client, office: Office, process: str = "", **says: Any) -> Any:
    """Goes there and comes back, as who the office says."""
    office.says = {"sub": "of-the-office-1", "email": "mediator@trial.invalid", "email_verified": True} | says
    there = client.get(f"/account/oidc/office/?next=/desk/{process}")
    assert there["Location"].startswith(f"{office.url}/authorization_endpoint?")
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/account/oidc/office/callback/"]
    return client.get("/account/oidc/office/callback/", {"code": "once", "state": asked["state"][0]})


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_an_account_with_the_address_that_the_office_has_verified_is_signed_in(
    client: Client, office: Office
) -> None:
    user = make.mediator("mediator@trial.invalid")
    page = client.get("/account/login/?next=/desk/").content.decode()
    assert 'href="/account/oidc/office/?next=/desk/"' in page
    assert sign_in(client, office, email="Mediator@Trial.invalid")["Location"] == "/desk/"
    assert office.asked["code_verifier"]
    assert is_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.get(pk=user.pk).check_password(make.PASSWORD)


@pytest.mark.parametrize("checks_tokens", [False, True])
def test_what_was_sent_when_the_session_had_ended_is_given_back_after_signing_in_there_in_another_tab(
    office: Office, checks_tokens: bool
) -> None:
    owed, mediator = overdue(), make.mediator("mediator@trial.invalid")
    client = Client(enforce_csrf_checks=checks_tokens)
    data = filled(reason="Seen & written.", written_by=author_mark(mediator.pk))
    page = unescape(client.post(f"/desk/findings/{owed.pk}/?queue=overdue", data).content.decode())
    assert 'target="_blank" rel="noopener" href="/account/oidc/office/"' in page
    kept = {name: value_of(page, name) for name in ("unsent", "csrfmiddlewaretoken")}
    early = client.post("/account/login/", kept | {"login": "", "password": ""}).content.decode()
    assert value_of(unescape(early), "unsent") == kept["unsent"], "who has not signed in there loses nothing"
    sign_in(client, office)
    given = client.post("/account/login/", kept | {"login": "", "password": ""}, follow=True)
    assert "Seen & written." in unescape(given.content.decode())
    assert not Statement.objects.exists()


def value_of(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].partition('"')[0]


@pytest.mark.parametrize(
    "says",
    [
        {"email_verified": False},
        {"email_verified": "false"},
        {"email": "nobody@trial.invalid"},
        {"email": "elsewhere@other.invalid"},
        {"email": "med\N{LATIN SMALL LETTER DOTLESS I}ator@trial.invalid"},
        {"email": ""},
        {"process": "&process=connect"},
    ],
)
def test_nobody_else_is_let_in_and_no_account_is_made(
    says: dict[str, Any], client: Client, office: Office
) -> None:
    make.mediator("mediator@trial.invalid")
    make.mediator("elsewhere@other.invalid")
    answer = sign_in(client, office, **says)
    assert answer["Location"] == "/account/login/"
    assert "ask an administrator" in str([*get_messages(answer.wsgi_request)][-1])
    assert not is_in(client)
    assert User.objects.count() == 2


def test_an_account_that_is_switched_off_or_a_token_for_another_is_refused(
    client: Client, office: Office
) -> None:
    user = make.mediator("mediator@trial.invalid")
    office.audience = "another"
    assert "did not succeed" in str([*get_messages(sign_in(client, office).wsgi_request)][-1])
    office.audience = "tracker"
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert sign_in(client, office)["Location"] == "/account/login/"
    assert not is_in(client)


def test_the_second_step_follows_as_after_a_password(client: Client, office: Office) -> None:
    secret = make.factor(make.mediator("mediator@trial.invalid"))
    assert sign_in(client, office)["Location"] == "/account/login/second/"
    assert not is_in(client)
    assert client.post("/account/login/second/", {"code": make.code(secret)})["Location"] == "/desk/"
    assert is_in(client)


def counting(settings: Settings, *values: str) -> None:
    (app,) = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    app["settings"]["second_factor"] = list(values)


def may_work(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("says", "counts"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "urn:two"}, True),
        ({"amr": ["pwd"], "acr": "urn:one"}, False),
        ({"amr": "mfa"}, False),
        ({"amr": [["mfa"], {"mfa": 1}, None], "acr": ["urn:two"]}, False),
        ({}, False),
    ],
)
def test_a_second_factor_that_was_given_there_counts_where_the_settings_name_how_it_is_said(
    client: Client, office: Office, settings: Settings, says: dict[str, Any], counts: bool
) -> None:
    make.mediator("mediator@trial.invalid")
    Agreement.objects.update(second_factor=["mediator"])
    counting(settings, "mfa", "urn:two")
    sign_in(client, office, **says)
    assert may_work(client) == counts


def test_without_the_setting_and_after_a_password_it_counts_no_more(
    client: Client, office: Office, settings: Settings
) -> None:
    user = make.mediator("mediator@trial.invalid")
    Agreement.objects.update(second_factor=["mediator"])
    sign_in(client, office, amr=["mfa"])
    assert not may_work(client)
    counting(settings, "mfa")
    sign_in(Client(), office, amr=["mfa"])
    assert not may_work(client), "another session's"
    client.logout()
    sign_in(client, office, amr=["mfa"])
    assert may_work(client)
    assert viewer_for(user).lacks_second_factor, "mail and tokens want one of the account's own"
    client.post("/account/logout/")
    client.post("/account/login/", {"login": user.email, "password": make.PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    assert not may_work(client)


@pytest.mark.django_db(transaction=True)
def test_what_is_asked_of_a_worker_with_a_second_factor_that_was_given_there_is_done_with_it(
    client: Client, office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.mediator("mediator@trial.invalid")
    make.commitment()
    Agreement.objects.update(second_factor=["mediator"])
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: None)
    counting(settings, "mfa")
    settings.PUBLIC_READING = False
    sign_in(client, office, amr=["mfa"])
    client.post("/work/file/", {"address": "/api/v1/commitments/?format=ndjson"})
    tasks.do_work()
    work = Work.objects.get()
    assert client.get(f"/work/{work.key}/file/").getvalue().count(b"\n") == 1
    client.logout()
    sign_in(client, office, amr=["pwd"])
    assert client.get(f"/work/{work.key}/file/").status_code != 200
    assert viewer_for(work.user).held_back().grants == ()


def test_an_office_that_does_not_answer_or_that_one_left_leads_back_to_sign_in(
    client: Client, office: Office
) -> None:
    there = client.get("/account/oidc/office/")
    state = parse_qs(urlsplit(there["Location"]).query)["state"][0]
    left = client.get("/account/oidc/office/callback/", {"error": "access_denied", "state": state})
    assert left["Location"] == "/account/login/"
    office.server.shutdown()
    office.server.server_close()
    assert client.get("/account/oidc/office/")["Location"] == "/account/login/"
    assert client.get("/account/oidc/nowhere/").status_code == 404


def test_a_provider_that_lacks_what_it_needs_is_told_at_the_start(settings: Settings) -> None:
    whole = OFFICE | {"server_url": "https://login.example.org", "domains": ["example.org"]}
    settings.OIDC_PROVIDERS = [whole]
    assert list(oidc_providers()) == []
    settings.OIDC_PROVIDERS = [whole | {"domains": []}, whole | {"server_url": "http://login.example.org"}]
    assert [what for what, _hint in oidc_providers()] == [
        "OIDC_PROVIDERS lacks domains of office.",
        "OIDC_PROVIDERS lacks https:// in server_url of office.",
    ]
