"""Sessions: listed and ended one by one, over after a time by role; and a sign-in with a new device is told."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from agreement.models import LedgerEntry
from normalization_tracker.checks import session_limits
from obligations.web.base import sessions
from parties.devices import in_words
from parties.models import SentMail, User
from parties.unsent import author_mark
from tests import make

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"


@pytest.fixture
def user() -> User:
    return make.mediator("mediator@trial.invalid")


def signed_in(agent: str = FIREFOX, **data: str) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/account/login/", {"login": "mediator@trial.invalid", "password": make.PASSWORD} | data)
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def in_minutes(minutes: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def test_sessions_are_listed_and_ended_one_by_one(user: User) -> None:
    here, there = signed_in(FIREFOX), signed_in(EDGE)
    page = here.get("/account/sessions/").content.decode()
    assert page.index("Firefox on Linux") < page.index("Edge on Windows")
    assert page.count("this one") == 1
    (other,) = re.findall(r'action="(/account/sessions/\w+/end/)"', page)
    assert all(one.session_key not in page for one in UserSession.objects.all())
    assert here.post(other)["Location"] == "/account/sessions/"
    assert not is_in(there)
    assert is_in(here)
    assert here.post(other).status_code == 404
    assert LedgerEntry.objects.filter(command="end_session").count() == 1


def test_nobody_ends_the_session_of_another(user: User) -> None:
    page = signed_in().get("/account/sessions/")
    here = signed_in(EDGE).get("/account/sessions/").content.decode()
    (mark,) = re.findall(r"/account/sessions/(\w+)/end/", here)
    stranger = Client()
    stranger.force_login(make.analyst(), "allauth.account.auth_backends.AuthenticationBackend")
    assert stranger.post(f"/account/sessions/{mark}/end/").status_code == 404
    assert page.status_code == 200
    assert UserSession.objects.filter(user=user).count() == 2


def test_a_session_without_a_page_for_too_long_is_over_and_what_was_written_is_kept(
    user: User, settings: Settings
) -> None:
    settings.SESSION_IDLE_MINUTES = {"administrator": 5, "mediator": 30}
    client = signed_in()
    for minutes in (20, 40):
        with in_minutes(minutes):
            assert is_in(client)
    with in_minutes(71):
        form = {"written_by": author_mark(user.pk), "reason": "Typed & lost?"}
        page = client.post("/desk/findings/1/", form).content.decode()
        assert "Your session has ended" in page
        assert 'name="unsent"' in page
        assert not is_in(client)


def test_what_is_asked_while_a_session_that_is_over_is_being_ended_is_not_given(
    user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SESSION_IDLE_MINUTES = {"mediator": 30}
    client = signed_in()
    beside = Client()
    beside.cookies["sessionid"] = client.cookies["sessionid"].value
    given: list[bool] = []

    def ended(request: HttpRequest) -> None:
        monkeypatch.undo()
        given.append(is_in(beside))
        logout(request)

    monkeypatch.setattr(sessions, "logout", ended)
    with in_minutes(31):
        assert not is_in(client)
    assert given == [False]


def test_a_session_ends_after_its_hours_however_busy_and_by_the_shortest_of_the_roles(
    user: User, settings: Settings
) -> None:
    settings.SESSION_HOURS = {"administrator": 1, "mediator": 8}
    client = signed_in()
    with in_minutes(7 * 60 + 59):
        assert is_in(client)
        assert "ends 8 hours after signing in" in client.get("/account/sessions/").content.decode()
    with in_minutes(8 * 60 + 1):
        assert not is_in(client)
    keeper = User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD)
    client.force_login(keeper, "allauth.account.auth_backends.AuthenticationBackend")
    assert is_in(client)
    with in_minutes(61):
        assert not is_in(client)


def test_a_page_notes_at_most_once_a_minute_that_the_session_is_used(user: User) -> None:
    client = signed_in()
    (before,) = UserSession.objects.values_list("last_seen_at", flat=True)
    assert is_in(client)
    assert UserSession.objects.get().last_seen_at == before
    with in_minutes(2):
        assert is_in(client)
        assert UserSession.objects.get().last_seen_at == timezone.now()


def test_a_new_device_is_told_by_mail_and_a_known_one_is_not(
    user: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = signed_in(FIREFOX)
        first.post("/account/logout/")
        first.post("/account/login/", {"login": user.email, "password": make.PASSWORD})
        assert mail.outbox == []
        signed_in(EDGE)
    (told,) = mail.outbox
    assert told.to == [user.email]
    assert "Edge on Windows, from the address 127.0.0.1" in told.body
    page = first.get("/account/sessions/").content.decode()
    assert page.count("Firefox on Linux, from 127.0.0.1") == 2


def test_who_signs_in_with_a_new_device_gets_in_while_no_mail_leaves(
    user: User,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.MAIL_TRANSPORT = "tests.pages.test_sessions.NoMail"
    settings.EMAIL_BACKEND = "normalization_tracker.mail.NotedBackend"
    signed_in(FIREFOX).post("/account/logout/")
    signed_in(FIREFOX)
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(EDGE)
    assert f"A mail to the account {user.key} did not leave: SMTPRecipientsRefused" in caplog.text
    assert user.email not in caplog.text
    assert SentMail.objects.get().failed


class NoMail(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        raise SMTPRecipientsRefused(dict.fromkeys(email_messages[0].to, (550, b"no")))


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (EDGE, "Edge on Windows"),
        ("curl/8", "curl/8"),
        ("", "an unknown program"),
    ],
)
def test_a_device_is_named_in_words(agent: str, words: str) -> None:
    assert in_words(agent) == words


@pytest.mark.parametrize("given", [{"nobody": 1}, {"mediator": 0}])
def test_limits_of_what_is_no_role_are_told_at_the_start(given: dict[str, int], settings: Settings) -> None:
    assert list(session_limits()) == []
    settings.SESSION_HOURS = given
    assert [what for what, _hint in session_limits()] == [
        f"SESSION_HOURS names no role, or no time: {next(iter(given))}."
    ]
