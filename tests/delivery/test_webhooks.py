"""Webhooks: a real receiver is told of each change once by its id, in order, and of nothing that is hidden."""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from pytest_django import Settings
from standardwebhooks import Webhook as Signing
from standardwebhooks import WebhookVerificationError

from agreement.models import Agreement
from agreement.viewers import viewer_for
from obligations.commands import Refused, targets
from obligations.commands import webhooks as commands
from obligations.commands.releases import release
from obligations.commands.targets import is_public
from obligations.commands.webhooks import make_webhook, rotate_secret, secrets_of, switch_on
from obligations.delivery import webhooks
from obligations.delivery.cursor import opened
from obligations.delivery.stream import read
from obligations.delivery.webhooks import gather, send_next
from obligations.models import Delivery, Webhook
from parties.access import Tier
from parties.models import User
from tests import make
from tests.delivery.receiver import Receiver, receiving

# An entry has its place at the commit.
pytestmark = pytest.mark.django_db(transaction=True)
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HIDDEN = "qzhidden"


@pytest.fixture
def receiver() -> Iterator[type[Receiver]]:
    with receiving() as found:
        yield found


@pytest.fixture(autouse=True)
def own_machine(settings: Settings) -> Iterator[Any]:
    settings.WEBHOOKS_INSIDE, settings.SITE_ADDRESS = True, "https://tracker.example.org"
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


def hook(owner: User, url: str, kinds: tuple[str, ...] = ()) -> Webhook:
    return make_webhook(
        agreement=make.agreement(), url=url, kinds=kinds, actor=viewer_for(owner), now=MORNING
    )


def work(now: datetime = MORNING) -> None:
    gather(now)
    for pk in Webhook.objects.values_list("pk", flat=True):
        while send_next(pk, now):
            pass


def told(receiver: type[Receiver]) -> list[dict[str, Any]]:
    return [json.loads(said) for _path, _headers, said in receiver.came]


def ids(receiver: type[Receiver]) -> list[str]:
    return [one["data"]["id"] for one in told(receiver)]


def test_each_change_arrives_once_in_order_and_signed_and_nothing_of_before(receiver: Any) -> None:
    owed, user = make.commitment("ONE"), make.mediator()
    make.finding(owed, 1)
    made = hook(user, receiver.url)
    before = read(viewer_for(user), MORNING, {}).places
    for level in (0, 1, 2, 3):
        make.finding(owed, level, reason=f"Said {level}.")
    work()
    work()
    wanted = read(viewer_for(user), MORNING, before).changes
    assert len(wanted) >= 4
    assert ids(receiver) == [one.id for one in wanted]
    (secret,) = secrets_of(made, MORNING)
    for path, headers, said in receiver.came:
        assert path == "/hook?of=mine"
        assert "Said" not in said
        Signing(secret).verify(said, headers)
        assert json.loads(said)["data"]["id"] == headers["webhook-id"]
    first = told(receiver)[0]
    assert first["type"] == "statement"
    assert first["data"]["api_url"].startswith("https://tracker.example.org/api/v1/statements/")
    cursor = opened(first["data"]["cursor"])
    assert [one.id for one in read(viewer_for(user), MORNING, cursor).changes] == ids(receiver)[1:]


def test_a_webhook_of_some_kinds_is_told_of_these_alone(receiver: Any) -> None:
    owed = make.commitment("ONE")
    hook(make.mediator(), receiver.url, ("reading",))
    make.finding(owed, 1)
    make.reading(owed, "suspend", reason="Agreed.")
    work()
    assert [one["type"] for one in told(receiver)] == ["reading"]


def cut_off(handler: Receiver) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"begun")


def silent(handler: Receiver) -> None:
    handler.connection.recv(1)


def drips(handler: Receiver) -> None:
    """A header without an end, a letter now and then."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    try:
        while not stopped.wait(0.05):
            handler.wfile.write(b"x")
    except OSError:
        pass


def hangs_up(handler: Receiver) -> None:
    """Without a word, and in a way that the sender learns of at once."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


stopped = threading.Event()


def babbles(handler: Receiver) -> None:
    """Bytes that no column of text holds, where the status belongs."""
    handler.wfile.write(b"\0\x85\0\r\n\r\n")
    handler.close_connection = True


@pytest.mark.parametrize(
    "answer",
    [500, 404, 301, cut_off, hangs_up, silent, drips, babbles],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_what_is_not_taken_is_sent_again_with_its_id_before_all_that_came_later(
    receiver: Any, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "LIMIT", 0.3)
    receiver.answers = [answer]
    owed, user = make.commitment("ONE"), make.mediator()
    hook(user, receiver.url)
    make.finding(owed, 1)
    make.finding(owed, 2)
    work()
    assert len(receiver.came) == 1
    work(MORNING + timedelta(seconds=59))
    assert len(receiver.came) == 1
    work(MORNING + timedelta(minutes=1))
    first, again, *later = ids(receiver)
    assert first == again
    assert later
    assert again not in later
    assert {path for path, _headers, _said in receiver.came} == {"/hook?of=mine"}
    assert not Delivery.objects.waiting().exists()


def test_after_an_hour_of_every_trouble_all_has_arrived_in_order(receiver: Any) -> None:
    troubles = [500, hangs_up, 301, cut_off, 429, 404]
    receiver.answers = list(troubles)
    owed, user = make.commitment("ONE"), make.mediator()
    hook(user, receiver.url)
    for minute in range(0, 120, 2):
        if minute % 20 == 0:
            make.finding(owed, minute // 20 % 3, reason=f"Seen {minute}.")
        work(MORNING + timedelta(minutes=minute))
    wanted = [one.id for one in read(viewer_for(user), MORNING, {}).changes if one.kind == "statement"]
    statements = [one["data"]["id"] for one in told(receiver) if one["type"] == "statement"]
    assert len(wanted) == 6
    assert list(dict.fromkeys(statements)) == wanted
    assert len(receiver.came) == len(set(ids(receiver))) + len(troubles)


def test_after_three_days_it_is_switched_off_with_a_mail_and_goes_on_where_it_was(receiver: Any) -> None:
    receiver.answers = [503] * 100
    owed, user = make.commitment("ONE"), make.mediator()
    made = hook(user, receiver.url)
    make.finding(owed, 1)
    now = MORNING
    while not Webhook.objects.filter(off_at__isnull=False).exists():
        work(now)
        now += timedelta(hours=1)
    assert timedelta(days=3) < now - MORNING < timedelta(days=4)
    assert len(receiver.came) < 40
    (told_by_mail,) = mail.outbox
    assert told_by_mail.to == [user.email]
    assert f"https://tracker.example.org/account/webhooks/{made.key}/" in told_by_mail.body
    make.finding(owed, 2)
    work(now)
    count, receiver.answers = len(receiver.came), []
    switch_on(webhook=made, actor=viewer_for(user), now=now)
    work(now)
    arrived = ids(receiver)[count:]
    assert arrived[0] == ids(receiver)[0]
    assert len(arrived) == len(set(arrived)) >= 2


def test_who_wants_nothing_any_more_is_sent_nothing_at_once(receiver: Any) -> None:
    receiver.answers = [410]
    owed = make.commitment("ONE")
    hook(make.mediator(), receiver.url)
    make.finding(owed, 1)
    work()
    assert Webhook.objects.get().off_at == MORNING


def test_what_a_webhook_was_sent_since_a_day_is_sent_anew_with_the_same_ids(
    receiver: Any, own_machine: Any
) -> None:
    owed, user = make.commitment("ONE"), make.mediator()
    made = hook(user, receiver.url)
    make.finding(owed, 1, now=MORNING)
    own_machine.move_to(MORNING + timedelta(days=1))
    make.finding(owed, 2, now=MORNING + timedelta(days=1))
    work()
    before = ids(receiver)
    commands.replay(webhook=made, since=MORNING + timedelta(hours=5), actor=viewer_for(user), now=MORNING)
    work()
    again = ids(receiver)[len(before) :]
    assert again
    assert again == before[-len(again) :]
    assert len(again) < len(before)


def test_both_secrets_sign_for_a_day_after_a_new_one_was_made(receiver: Any) -> None:
    owed, user = make.commitment("ONE"), make.mediator()
    made = hook(user, receiver.url, ("statement",))
    (old,) = secrets_of(made, MORNING)
    rotated = rotate_secret(webhook=made, actor=viewer_for(user), now=MORNING)
    new = secrets_of(rotated, MORNING)[0]
    assert new != old
    make.finding(owed, 1)
    work()
    _path, headers, said = receiver.came[-1]
    for secret in (old, new):
        Signing(secret).verify(said, headers)
    make.finding(owed, 2)
    later = MORNING + timedelta(hours=24)
    with time_machine.travel(later, tick=False):
        work(later)
        _path, headers, said = receiver.came[-1]
        Signing(new).verify(said, headers)
        with pytest.raises(WebhookVerificationError):
            Signing(old).verify(said, headers)


def test_who_lost_the_mandate_after_it_was_gathered_is_told_nothing_then_and_later(receiver: Any) -> None:
    owed, user = make.commitment("ONE"), make.mediator()
    made = hook(user, receiver.url)
    make.finding(owed, 1)
    gather(MORNING)
    user.mandates.all().delete()
    work()
    make.finding(owed, 2)
    work()
    assert receiver.came == []
    assert not made.deliveries.exists()
    with pytest.raises(PermissionDenied):
        commands.send_test(webhook=made, actor=viewer_for(user), now=MORNING)


def test_nothing_hidden_is_told_before_its_release_and_then_as_a_release(receiver: Any) -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    owed = make.commitment("ONE", alpha)
    owner = make.representative(beta)
    hook(owner, receiver.url)
    hidden: dict[str, Any] = {"tier": Tier.MEDIATORS, "reason": HIDDEN}
    said = make.finding(owed, 1, **hidden)
    make.claim(owed, make.representative(alpha), 2, tier=Tier.IN_CONFIDENCE, confidant=alpha, reason=HIDDEN)
    make.request(owed, alpha, tier=Tier.IN_CONFIDENCE, words=HIDDEN)
    work()
    assert receiver.came == []
    mediator = make.a_mediator()
    release(subject=said, tier=Tier.PARTIES, reason="Agreed.", actor=mediator, now=MORNING)
    work()
    assert [(one["type"], one["data"]["key"]) for one in told(receiver)] == [("release", said.key)]
    assert HIDDEN not in str(receiver.came)


def test_a_test_is_sent_once_also_past_what_waits(receiver: Any) -> None:
    receiver.answers = [500, 500]
    owed, user = make.commitment("ONE"), make.mediator()
    made = hook(user, receiver.url)
    make.finding(owed, 1)
    work()
    commands.send_test(webhook=made, actor=viewer_for(user), now=MORNING)
    work()
    assert [one["type"] for one in told(receiver)] == ["statement", "webhook.test"]
    work(MORNING + timedelta(days=1))
    assert [one["type"] for one in told(receiver)].count("webhook.test") == 1


def dies(*_noted: Any) -> None:
    raise KeyboardInterrupt


def test_a_worker_that_dies_after_sending_sends_the_same_id_again(
    receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed = make.commitment("ONE")
    made = hook(make.mediator(), receiver.url, ("statement",))
    make.finding(owed, 1)
    gather(MORNING)
    with monkeypatch.context() as patched:
        patched.setattr(webhooks, "note_arrived", dies)
        with pytest.raises(KeyboardInterrupt):
            send_next(made.pk, MORNING)
    work()
    first, again = ids(receiver)
    assert first == again


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
    commands.send_test(webhook=made, actor=viewer_for(made.user), now=MORNING)
    assert not send_next(made.pk, MORNING)
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
    monkeypatch.setattr(targets, "LOOK_UP", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_of, **_how: over.wait(60) or [])
    try:
        with pytest.raises(Refused, match="not found in time"):
            hook(make.mediator(), "https://slow.example.org/")
        with pytest.raises(TimeoutError):
            targets.targets("https://slow.example.org/")
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


def test_whose_owner_lacks_a_second_factor_that_is_wanted_is_told_once_there_is_one(receiver: Any) -> None:
    owed = make.commitment("ONE")
    hook(make.mediator(), receiver.url)
    make.finding(owed, 1)
    gather(MORNING)
    make.finding(owed, 2)
    Agreement.objects.update(second_factor=["mediator"])
    work()
    assert receiver.came == []
    Agreement.objects.update(second_factor=[])
    work()
    assert [one["type"] for one in told(receiver)].count("statement") == 2
