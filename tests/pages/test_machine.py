"""What administrators are told of the machine: its parts, what is wrong with them, and the mail that left."""

import re
from typing import Any

import pytest
from django.core.mail import send_mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError

from normalization_tracker import health
from obligations import heartbeats
from obligations import tasks as work
from obligations.words.health import PARTS
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(make.administrator(), "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_each_part_of_the_machine_has_a_name_and_a_remedy() -> None:
    parts = {*health.READY, *health.IN_DATABASE, "backup", "broker", "replica", "scanner", "store"}
    assert parts == set(PARTS)


def test_a_fault_is_told_with_what_to_do_and_commands_stand_apart(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {"worker": "the worker has shown no sign of life", "database": ""}
    monkeypatch.setattr("obligations.web.administration.views.parts_now", lambda: wrong)
    page = " ".join(signed_in.get("/administration/").content.decode().split())
    assert "1 of 2 parts does not work as it should." in page
    assert "to start them again" in page
    without = re.sub(r"<details.*?</details>", "", page)
    for word in ("manage.py", "docker", "<code>"):
        assert word not in without


def test_each_part_says_how_old_its_work_is_and_lets_it_be_sent_for(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, **how: sent.append(name))
    heartbeats.beat("sweep")
    page = " ".join(signed_in.get("/administration/").content.decode().split())
    row = page[page.index("Sweep for what is overdue") :]
    assert re.search(r"\b[0-5] s ago", row[: row.index("</tr>")])
    assert page.count("Run now:") == sum(
        bool(part.tasks) for part in PARTS.values() if part is not PARTS["scanner"]
    )
    for part, tasks in (("sweep", ["sweep"]), ("nightly", list(heartbeats.NIGHTLY))):
        sent.clear()
        answer = signed_in.post(f"/administration/health/{part}/run/", follow=True)
        assert "It was sent for." in answer.content.decode()
        assert sent == [f"obligations.tasks.{name}" for name in tasks]
        assert all(hasattr(work, task) for task in tasks), "each is a task"
    assert signed_in.post("/administration/health/database/run/").status_code == 404


def test_work_is_not_sent_for_while_the_broker_is_away(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(name: str, **how: Any) -> None:
        raise OperationalError("nobody answers")

    monkeypatch.setattr("celery.current_app.send_task", away)
    answer = signed_in.post("/administration/health/sweep/run/", follow=True)
    assert "The broker does not answer: nothing was sent for." in answer.content.decode()


def test_what_leaves_by_mail_is_noted_and_what_failed_says_why(
    signed_in: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_LEAVES = True
    settings.EMAIL_BACKEND = "normalization_tracker.mail.NotedBackend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    one = make.analyst()
    send_mail("A link", "The secret text.", None, [one.email])
    send_mail("Of others", "Text.", None, [make.mediator(of=make.agreement("other")).email])
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    with pytest.raises(OSError, match="away"):
        send_mail("Another link", "The secret text.", None, [one.email])
    page = signed_in.get("/administration/mail/").content.decode()
    assert "A link" in page
    assert "taken by the mail server" in page
    assert "the server is away" in page
    assert "Of others" not in page
    assert "secret" not in page
    with CaptureQueriesContext(connection) as queries:
        signed_in.get("/administration/mail/")
    assert len(queries) <= 8


def refuse(*_given: Any) -> int:
    raise OSError("the server is away")


def test_without_mail_the_page_says_the_next_step(signed_in: Client) -> None:
    page = signed_in.get("/administration/mail/").content.decode()
    assert "No mail server is set up" in page
    assert "Nothing was sent yet" in page
