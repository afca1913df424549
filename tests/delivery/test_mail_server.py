"""Mail by a server that is away, slow, half-open or closes at the wrong moment, and by workers that are killed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from agreement.viewers import viewer_for
from normalization_tracker.health import mail as mail_is_well
from obligations.commands.care import follow
from obligations.delivery.mail import gather, send_all, send_next
from obligations.models import Message
from tests import make
from tests.delivery.mail_server import WAYS, MailServer, mail_server

pytestmark = pytest.mark.django_db(transaction=True)
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as made, time_machine.travel(MORNING, tick=False):
        settings.SITE_ADDRESS = "https://tracker.example.org"
        settings.EMAIL_BACKEND = "normalization_tracker.mail.NotedBackend"
        settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        settings.MAIL_LEAVES = True
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", made.port, False
        settings.EMAIL_TIMEOUT = 0.05
        yield made


@pytest.fixture
def waiting(server: MailServer) -> Message:
    """A message that is to leave."""
    owed, user = make.commitment("ONE", make.party("alpha")), make.analyst()
    follow(agreement=owed.agreement, follows=True, actor=viewer_for(user), now=timezone.now())
    gather(timezone.now())
    make.evidence_link(owed.obligation)
    gather(timezone.now())
    Message.objects.update(next_at=timezone.now())
    return Message.objects.get()


def test_through_an_hour_of_every_failure_it_arrives_and_what_came_twice_has_one_id(
    server: MailServer, waiting: Message
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        for _turn in range(30):
            server.way = WAYS[1:][Message.objects.get().attempts % len(WAYS[1:])]
            send_all(timezone.now)
            clock.shift(timedelta(minutes=2))
        assert Message.objects.get().attempts == len(WAYS) - 1
        assert mail_is_well() == "the mail server has not taken a message for an hour"
        server.way = "takes"
        clock.shift(timedelta(hours=1))
        send_all(timezone.now)
    assert Message.objects.get().sent_at is not None
    assert set(server.taken) == {f"<{waiting.key}@tracker.example.org>"}
    assert mail_is_well() == ""


@pytest.mark.usefixtures("waiting")
def test_a_worker_that_is_killed_after_it_sent_and_before_it_noted_that_sends_again_with_the_same_id(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: Any, **named: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("obligations.delivery.mail.note_sent", killed)
        with pytest.raises(SystemExit):
            send_next(timezone.now())
    assert Message.objects.get().attempts == 0
    assert send_next(timezone.now())
    assert len(server.taken) == 2
    assert len(set(server.taken)) == 1
    assert not send_next(timezone.now())


def test_a_test_mail_says_in_words_what_became_of_it_and_what_to_set(
    server: MailServer, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    call_command("sendtestmail", "you@example.org")
    said = capsys.readouterr().out
    assert f"by 127.0.0.1:{server.port} without TLS, without signing in" in said
    assert "It was taken." in said
    assert mail_is_well() == ""
    for way, words in (("refuses", "the sender"), ("half-open", "said nothing"), ("away", "EMAIL_PORT")):
        server.way = way
        with pytest.raises(CommandError, match=words):
            call_command("sendtestmail", "you@example.org")
    assert mail_is_well() == "the last mail did not leave: manage.py sendtestmail says why"
    settings.MAIL_LEAVES, settings.MAIL_FOLDER = False, "/tmp/nowhere"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    call_command("sendtestmail", "you@example.org")
    assert "left for nowhere: set EMAIL_HOST" in capsys.readouterr().out
