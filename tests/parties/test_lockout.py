"""Who guesses at accounts is stopped, and their owners are not; from which address a request comes."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client, RequestFactory

from normalization_tracker.broker import address_of
from parties.rates import client_address
from tests import make
from tests.make import NOW, PASSWORD

pytestmark = pytest.mark.django_db
OWNER = "mediator@trial.invalid"
HOME, AWAY = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def few(settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT, settings.LOCKOUT_OF_ACCOUNT, settings.LOCKOUT_OF_ADDRESS = 3, 7, 4


def sign_in(at: str, login: str = OWNER, password: str = PASSWORD) -> int:
    """The status of the answer: 302 signed in, 200 a wrong password, 429 stopped."""
    words = {"login": login, "password": password}
    return Client().post("/account/login/", words, REMOTE_ADDR=at).status_code


def guess(at: str, times: int, login: str = OWNER) -> list[int]:
    return [sign_in(at, login, "wrong") for _time in range(times)]


def test_an_address_that_guesses_is_stopped_and_locks_the_account_for_no_other_address() -> None:
    make.mediator(OWNER)
    assert guess(AWAY, 4) == [200, 200, 429, 429]
    assert sign_in(AWAY) == 429
    assert sign_in(HOME) == 302


def test_guessing_on_from_one_address_does_not_add_up_to_a_lock_for_others() -> None:
    make.mediator(OWNER)
    guess(AWAY, 20)
    assert sign_in(HOME) == 302


def test_an_hour_after_the_last_guess_that_was_looked_at_the_address_may_try_again() -> None:
    make.mediator(OWNER)
    with time_machine.travel(NOW, tick=False):
        guess(AWAY, 3)
    with time_machine.travel(NOW + timedelta(minutes=59), tick=False):
        assert sign_in(AWAY) == 429
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        assert sign_in(AWAY) == 302


def test_guesses_from_many_addresses_stop_strange_ones_and_not_the_owner_at_a_known_one() -> None:
    make.mediator(OWNER)
    make.analyst()
    assert sign_in(HOME) == 302
    for number in range(4):
        guess(f"203.0.113.{number}", 2)
    assert sign_in("203.0.113.99") == 429
    assert sign_in(HOME) == 302
    assert sign_in("203.0.113.99", "analyst@trial.invalid") == 302


def test_an_owner_at_a_strange_address_gets_in_by_the_link_to_the_mailbox_and_is_known_there_after() -> None:
    make.mediator(OWNER)
    for number in range(4):
        guess(f"203.0.113.{number}", 2)
    assert sign_in(HOME) == 429
    client, new = Client(REMOTE_ADDR=HOME), "lantern-mosaic-harbour-quill"
    client.post("/account/password/reset/", {"email": OWNER})
    link = next(word for word in str(mail.outbox[0].body).split() if "/reset/key/" in word)
    form = client.get(link.partition("testserver")[2], follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": new, "password2": new})
    assert client.get("/account/").status_code == 200
    assert sign_in(HOME, password=new) == 302


def test_an_address_that_tries_many_accounts_is_stopped_and_who_works_there_signs_in() -> None:
    make.mediator(OWNER)
    make.analyst()
    assert sign_in(HOME) == 302
    for number in range(4):
        sign_in(HOME, f"somebody{number}@trial.invalid", "Spring-2026-x")
    assert sign_in(HOME, "analyst@trial.invalid", "Spring-2026-x") == 429
    assert sign_in(HOME, "analyst@trial.invalid") == 429
    assert sign_in(HOME) == 302
    assert sign_in(AWAY, "analyst@trial.invalid") == 302


def test_failures_are_counted_without_the_cache_and_nobody_else_is_locked_out(cache_is_away: None) -> None:
    make.mediator(OWNER)
    make.analyst()
    assert guess(AWAY, 4) == [200, 200, 429, 429]
    assert sign_in(HOME) == 302
    assert sign_in(AWAY, "analyst@trial.invalid") == 302
    asked = Client().post("/account/password/reset/", {"email": OWNER})
    assert asked.status_code == 302


def stopped() -> Any:
    return Client().post("/account/login/", {"login": OWNER, "password": PASSWORD}, REMOTE_ADDR=AWAY)


def test_a_page_that_stops_an_attempt_says_when_to_come_again_and_the_way_out(settings: Any) -> None:
    make.mediator(OWNER)
    guess(AWAY, 3)
    assert "ask whoever runs this server" in stopped().content.decode()
    settings.MAIL_LEAVES = True
    answer = stopped()
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert "/account/password/reset/" in answer.content.decode()


def test_links_for_a_new_password_are_counted_by_mailbox() -> None:
    make.mediator(OWNER)
    statuses = [Client().post("/account/password/reset/", {"email": OWNER}).status_code for _time in range(6)]
    assert statuses == [302] * 5 + [429]
    assert len(mail.outbox) == 5


def test_that_no_mail_leaves_tells_nobody_whether_there_is_an_account(settings: Any) -> None:
    make.mediator(OWNER)
    settings.EMAIL_BACKEND = "tests.pages.test_sessions.NoMail"
    for email in (OWNER, "nobody@trial.invalid"):
        assert Client().post("/account/password/reset/", {"email": email}).status_code == 302


# The address


@pytest.mark.parametrize(
    ("proxies", "connected", "passed_on", "counted"),
    [
        (0, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (1, "10.0.0.2", "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.2", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.2", "6.6.6.6, 203.0.113.9, 10.0.0.3", "203.0.113.9"),
        (2, "10.0.0.2", "203.0.113.9", "10.0.0.2"),
        (1, "10.0.0.2", "", "10.0.0.2"),
        (1, "10.0.0.2", "unknown", "10.0.0.2"),
        (1, "10.0.0.2", "203.0.113.9:4711", "203.0.113.9"),
        (1, "10.0.0.2", "[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::"),
        (0, "2001:db8:1:2:ffff::1", "", "2001:db8:1:2::"),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (0, "", "", "0.0.0.0"),
    ],
)
def test_the_address_of_a_client_is_counted_from_the_right_past_the_proxies_that_are_ours(
    proxies: int, connected: str, passed_on: str, counted: str, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": passed_on} if passed_on else None
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=connected)
    assert client_address(request) == counted


def test_behind_a_proxy_attempts_are_counted_by_the_client_and_not_by_the_proxy(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    make.mediator(OWNER)
    for at, status in ((AWAY, 429), (HOME, 302)):
        if at == AWAY:
            for number in range(3):
                words = {"login": OWNER, "password": "wrong"}
                forged = {"X-Forwarded-For": f"6.6.6.{number}, {AWAY}"}
                Client().post("/account/login/", words, headers=forged, REMOTE_ADDR="10.0.0.2")
        right = {"login": OWNER, "password": PASSWORD}
        answer = Client().post(
            "/account/login/", right, headers={"X-Forwarded-For": at}, REMOTE_ADDR="10.0.0.2"
        )
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("broker", "cache"),
    [
        ("redis://valkey:6379/0", "redis://valkey:6379/0"),
        ("redis+socket:///tmp/a%20b/valkey.sock?virtual_host=2", "unix:///tmp/a%20b/valkey.sock?db=2"),
        (
            "rediss://valkey:6379/0?ssl_cert_reqs=CERT_REQUIRED",
            "rediss://valkey:6379/0?ssl_cert_reqs=required",
        ),
    ],
)
def test_the_cache_is_on_the_server_of_the_broker_however_its_address_is_written(
    broker: str, cache: str
) -> None:
    assert address_of(broker) == cache
