"""Webhooks: a real receiver is told of each change once by its id, in order, and of nothing that is hidden."""

import json
import socket
import struct
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from standardwebhooks import Webhook as Signing
from standardwebhooks import WebhookVerificationError

from agreement.models import Agreement
from agreement.viewers import viewer_for
from obligations.commands import webhooks as commands
from obligations.commands.releases import release
from obligations.commands.webhooks import rotate_secret, secrets_of, switch_on
from obligations.delivery import webhooks
from obligations.delivery.cursor import opened
from obligations.delivery.stream import read
from obligations.delivery.webhooks import gather, send_next
from obligations.models import Delivery, Webhook
from parties.access import Tier
from tests import make
from tests.delivery.receiver import Receiver
from tests.delivery.webhook_data import hook, ids, told, work
from tests.make import NOW

# An entry has its place at the commit.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("site", "inside"),
]
HIDDEN = "qzhidden"


def test_each_change_arrives_once_in_order_and_signed_and_nothing_of_before(receiver: Any) -> None:
    owed, user = make.commitment("ONE"), make.mediator()
    make.finding(owed, 1)
    made = hook(user, receiver.url)
    before = read(viewer_for(user), NOW, {}).places
    for level in (0, 1, 2, 3):
        make.finding(owed, level, reason=f"Said {level}.")
    work()
    work()
    wanted = read(viewer_for(user), NOW, before).changes
    assert len(wanted) >= 4
    assert ids(receiver) == [one.id for one in wanted]
    (secret,) = secrets_of(made, NOW)
    for path, headers, said in receiver.came:
        assert path == "/hook?of=mine"
        assert "Said" not in said
        Signing(secret).verify(said, headers)
        assert json.loads(said)["data"]["id"] == headers["webhook-id"]
    first = told(receiver)[0]
    assert first["type"] == "statement"
    assert first["data"]["api_url"].startswith("https://tracker.example.org/api/v1/statements/")
    cursor = opened(first["data"]["cursor"])
    assert [one.id for one in read(viewer_for(user), NOW, cursor).changes] == ids(receiver)[1:]


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
    work(NOW + timedelta(seconds=59))
    assert len(receiver.came) == 1
    work(NOW + timedelta(minutes=1))
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
        work(NOW + timedelta(minutes=minute))
    wanted = [one.id for one in read(viewer_for(user), NOW, {}).changes if one.kind == "statement"]
    statements = [one["data"]["id"] for one in told(receiver) if one["type"] == "statement"]
    assert len(wanted) == 6
    assert list(dict.fromkeys(statements)) == wanted
    assert len(receiver.came) == len(set(ids(receiver))) + len(troubles)


def test_after_three_days_it_is_switched_off_with_a_mail_and_goes_on_where_it_was(receiver: Any) -> None:
    receiver.answers = [503] * 100
    owed, user = make.commitment("ONE"), make.mediator()
    made = hook(user, receiver.url)
    make.finding(owed, 1)
    now = NOW
    while not Webhook.objects.filter(off_at__isnull=False).exists():
        work(now)
        now += timedelta(hours=1)
    assert timedelta(days=3) < now - NOW < timedelta(days=4)
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
    assert Webhook.objects.get().off_at == NOW


def test_what_a_webhook_was_sent_since_a_day_is_sent_anew_with_the_same_ids(
    receiver: Any, on_the_day: Any
) -> None:
    owed, user = make.commitment("ONE"), make.mediator()
    made = hook(user, receiver.url)
    make.finding(owed, 1, now=NOW)
    on_the_day.move_to(NOW + timedelta(days=1))
    make.finding(owed, 2, now=NOW + timedelta(days=1))
    work()
    before = ids(receiver)
    commands.replay(webhook=made, since=NOW + timedelta(hours=5), actor=viewer_for(user), now=NOW)
    work()
    again = ids(receiver)[len(before) :]
    assert again
    assert again == before[-len(again) :]
    assert len(again) < len(before)


def test_both_secrets_sign_for_a_day_after_a_new_one_was_made(receiver: Any) -> None:
    owed, user = make.commitment("ONE"), make.mediator()
    made = hook(user, receiver.url, ("statement",))
    (old,) = secrets_of(made, NOW)
    rotated = rotate_secret(webhook=made, actor=viewer_for(user), now=NOW)
    new = secrets_of(rotated, NOW)[0]
    assert new != old
    make.finding(owed, 1)
    work()
    _path, headers, said = receiver.came[-1]
    for secret in (old, new):
        Signing(secret).verify(said, headers)
    make.finding(owed, 2)
    later = NOW + timedelta(hours=24)
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
    gather(NOW)
    user.mandates.all().delete()
    work()
    make.finding(owed, 2)
    work()
    assert receiver.came == []
    assert not made.deliveries.exists()
    with pytest.raises(PermissionDenied):
        commands.send_test(webhook=made, actor=viewer_for(user), now=NOW)


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
    release(subject=said, tier=Tier.PARTIES, reason="Agreed.", actor=mediator, now=NOW)
    work()
    assert [(one["type"], one["data"]["key"]) for one in told(receiver)] == [("release", said.key)]
    assert HIDDEN not in str(receiver.came)


def test_a_test_is_sent_once_also_past_what_waits(receiver: Any) -> None:
    receiver.answers = [500, 500]
    owed, user = make.commitment("ONE"), make.mediator()
    made = hook(user, receiver.url)
    make.finding(owed, 1)
    work()
    commands.send_test(webhook=made, actor=viewer_for(user), now=NOW)
    work()
    assert [one["type"] for one in told(receiver)] == ["statement", "webhook.test"]
    work(NOW + timedelta(days=1))
    assert [one["type"] for one in told(receiver)].count("webhook.test") == 1


def dies(*_noted: Any) -> None:
    raise KeyboardInterrupt


def test_a_worker_that_dies_after_sending_sends_the_same_id_again(
    receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed = make.commitment("ONE")
    made = hook(make.mediator(), receiver.url, ("statement",))
    make.finding(owed, 1)
    gather(NOW)
    with monkeypatch.context() as patched:
        patched.setattr(webhooks, "note_arrived", dies)
        with pytest.raises(KeyboardInterrupt):
            send_next(made.pk, NOW)
    work()
    first, again = ids(receiver)
    assert first == again


def test_whose_owner_lacks_a_second_factor_that_is_wanted_is_told_once_there_is_one(receiver: Any) -> None:
    owed = make.commitment("ONE")
    hook(make.mediator(), receiver.url)
    make.finding(owed, 1)
    gather(NOW)
    make.finding(owed, 2)
    Agreement.objects.update(second_factor=["mediator"])
    work()
    assert receiver.came == []
    Agreement.objects.update(second_factor=[])
    work()
    assert [one["type"] for one in told(receiver)].count("statement") == 2
