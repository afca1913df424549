"""Where a webhook may lead, and how often and how much it may ask of the server."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from agreement.viewers import viewer_for
from obligations.commands import Refused, webhooks
from obligations.commands import webhooks as commands
from obligations.commands.webhooks import is_public
from obligations.delivery.webhooks import send_next
from obligations.models import Webhook
from tests import make
from tests.delivery.receiver import Receiver
from tests.delivery.webhook_data import hook, work
from tests.make import NOW

# An entry has its place at the commit.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("site", "inside"),
]
INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fec0::1",
    "192.88.99.1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_is_sent_into_a_network(address: str, settings: Settings) -> None:
    settings.WEBHOOKS_INSIDE = False
    assert not is_public(address)
    host = address.partition("%")[0]
    with pytest.raises(Refused) as refused:
        hook(make.mediator(), f"https://[{host}]/" if ":" in host else f"https://{host}/")
    assert set(refused.value.errors) == {"url"}


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https:///x",
        "https://a:b@example.org/",
        "https://:b@1.1.1.1/",
        "https://@1.1.1.1/",
        "example.org",
        "",
        "https://[::1",
    ],
)
def test_only_whole_addresses_with_https_are_taken(url: str, settings: Settings) -> None:
    settings.WEBHOOKS_INSIDE = False
    with pytest.raises(Refused):
        hook(make.mediator(), url)


def test_a_name_that_leads_inside_the_second_time_is_not_connected_to(
    receiver: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOKS_INSIDE = False
    port = int(receiver.url.split(":")[2].split("/")[0])
    found = ["93.184.215.14", "127.0.0.1"]

    def resolve(_host: str, _port: int, **_how: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found.pop(0), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    made = hook(make.mediator(), f"https://rebinds.example.org:{port}/")
    commands.send_test(webhook=made, actor=viewer_for(made.user), now=NOW)
    assert not send_next(made.pk, NOW)
    assert found == []
    assert receiver.came == []
    assert "not public" in made.deliveries.get().failed


def test_the_page_sends_anew_since_days_of_a_treatys_time_alone(receiver: Any) -> None:
    made, client = hook(make.mediator(), receiver.url), Client()
    client.force_login(made.user, "allauth.account.auth_backends.AuthenticationBackend")
    for day, answer in (("0001-01-01", 422), ("2026-01-01", 302)):
        page = f"/account/webhooks/{made.key}/replay/"
        assert client.post(page, {"since": day}).status_code == answer


def test_all_is_sent_anew_a_few_times_an_hour_on_pages_and_by_the_api_together(
    receiver: Any, settings: Settings
) -> None:
    settings.RATES = settings.RATES | {"replay": "2/h"}
    made, client = hook(make.mediator(), receiver.url), Client()
    client.force_login(made.user, "allauth.account.auth_backends.AuthenticationBackend")
    page, since = f"/account/webhooks/{made.key}/replay/", {"since": "2026-01-01"}
    assert [client.post(page, since).status_code for _ in range(2)] == [302, 302]
    assert client.get(page).status_code == 200
    refused = client.post(page, since)
    assert (refused.status_code, int(refused["Retry-After"]) > 60) == (429, True)
    at = {"since": "2026-01-01T00:00:00Z"}
    answer = client.post(f"/api/v1/webhooks/{made.key}/replay/", at, "application/json")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")


def test_a_resolver_that_does_not_answer_is_given_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(webhooks, "LOOK_UP", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_of, **_how: over.wait(60) or [])
    try:
        with pytest.raises(Refused, match="not found in time"):
            hook(make.mediator(), "https://slow.example.org/")
        with pytest.raises(TimeoutError):
            webhooks.targets("https://slow.example.org/")
    finally:
        over.set()


def test_who_makes_several_at_a_time_has_no_more_than_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    user, all_there = make.mediator(), threading.Barrier(3)
    monkeypatch.setattr(commands, "MOST", 1)

    def together(_url: str) -> str:
        all_there.wait(20)
        return ""

    monkeypatch.setattr(commands, "url_error", together)

    def one(number: int) -> None:
        try:
            with suppress(Refused):
                hook(user, f"https://example.org/{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(one, range(3)))
    assert Webhook.objects.count() == 1


def test_of_an_answer_that_does_not_end_little_is_read(receiver: Any) -> None:
    taken: list[int] = []

    def endless(handler: Receiver) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")
        with suppress(OSError):
            taken.extend(handler.wfile.write(bytes(2**20)) for _time in range(64))
        handler.close_connection = True

    receiver.answers = [endless]
    owed = make.commitment("ONE")
    hook(make.mediator(), receiver.url)
    make.finding(owed, 1)
    work()
    assert len(taken) < 64
