"""What is kept how long: one table, and nothing that is not in it or on record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessLog
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from agreement.ledger.canonical import with_states
from agreement.models import ConfidenceRead, LedgerCheck
from agreement.models.appendonly import append_only_models
from obligations import tasks
from obligations.commands.retention import KEPT, forget
from obligations.models import Draft, DriftCheck, Forgotten, Message, SweepRun, WaitingDate, Work
from parties.models import ApiToken, SentMail, SentOnce, User
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

# Tables that are neither on record nor in the table, since nothing in them grows old.
STAYS = {
    "account.emailaddress": "goes with its account",
    "account.emailconfirmation": "nothing writes it",
    "agreement.audiencebit": "one for each party",
    "agreement.chainhead": "the ledger",
    "agreement.touchedrows": "empty outside of a transaction",
    "agreement.witness": "one for each worker",
    "auth.group": "nothing writes it",
    "auth.permission": "Django's own",
    "axes.accessattemptexpiration": "nothing writes it",
    "axes.accessfailurelog": "nothing writes it",
    "contenttypes.contenttype": "Django's own",
    "mfa.authenticator": "goes with its account",
    "obligations.breach": "follows from the record",
    "obligations.breachstatus": "follows from the record",
    "obligations.clockspan": "follows from the record",
    "obligations.commitmentstatus": "follows from the record",
    "obligations.commitmenttally": "follows from the record; summed up each minute",
    "obligations.deployment": "one",
    "obligations.forgotten": "one for each line of the table",
    "obligations.heartbeat": "one for each task",
    "obligations.orphan": "two nights, by the sweep of evidence",
    "obligations.periodstatus": "follows from the record",
    "obligations.periodtally": "follows from the record; summed up each minute",
    "obligations.reminded": "names nobody; without it, reminders would be given again",
    "obligations.revision": "summed up each minute",
    "obligations.savedview": "goes with its account",
    "obligations.subscription": "goes with its account",
    "obligations.toldbreach": "follows from the record",
    "obligations.visit": "goes with its account",
    "socialaccount.socialaccount": "nothing writes it",
    "socialaccount.socialapp": "nothing writes it",
    "socialaccount.socialtoken": "nothing writes it",
    "obligations.webhook": "goes with its account",
}


def named() -> dict[str, type[Model]]:
    """By the name of each line that has rows, their model."""
    return {kept.name: kept.rows(NOW).model for kept in KEPT if kept.rows}


def test_every_table_is_on_record_or_says_how_long_it_is_kept() -> None:
    on_record = {model for model, _columns in append_only_models()} | set(with_states())
    rest = {model._meta.label_lower for model in apps.get_models() if model not in on_record}
    kept = {model._meta.label_lower for model in named().values()}
    assert rest - kept == set(STAYS), (
        "a new table has a line in KEPT (commands/retention.py), or stands in STAYS"
    )


def test_how_long_something_is_kept_says_how_many_days() -> None:
    assert [one.name for one in KEPT if one.days and str(one.days) not in one.how_long] == []


def rows_of(at: Any) -> dict[str, Callable[[], Model]]:
    """By the name of each line, what makes a row of that instant."""
    user = User.objects.get()
    webhook = user.webhooks.get()
    span = {"started_at": at, "finished_at": at}
    place = {"after_position": 0, "after_part": 0, "until_position": 0, "until_part": 0}
    message = {
        "recipient": user,
        "agreement": webhook.agreement,
        "how": "at_once",
        "made_at": at,
        "next_at": at,
    }
    token = {"user": user, "name": "a", "scope": "read", "digest": uuid4().hex}
    attempt = {"username": uuid4().hex, "ip_address": "::1", "user_agent": "", "failures_since_start": 1}
    change = {"change": uuid4(), "kind": "statement", "made_at": at, "next_at": at}
    given = {"trigger": make.trigger(of=webhook.agreement), "given_by": user, "given_at": at, "hanging": 1}
    asked = {"user": user, "kind": "file", "about": "a", "subject": uuid4().hex, "said": {}, "language": "en"}
    sent = {"user": user, "command": "a", "about": "a", "digest": "a", "result": "1"}
    place_of = {"user": user, "ip": "::1", "user_agent": ""}
    draft = {"user": user, "agreement": webhook.agreement, "kind": "bulk", "content": {}}
    read = {
        "user": user,
        "agreement": webhook.agreement,
        "confidant": make.party(of=webhook.agreement),
        "day": at.date(),
        "first_at": at,
    }
    return {
        "reads": lambda: ConfidenceRead.objects.create(what=uuid4().hex, last_at=at, **read),
        "sessions": lambda: Session.objects.create(session_key=uuid4().hex, expire_date=at),
        "places": lambda: UserSession.objects.create(session_key=uuid4().hex, last_seen_at=at, **place_of),
        "tokens": lambda: ApiToken.objects.create(expiry=at, **token),
        "drafts": lambda: Draft.objects.create(saved_at=at, **draft),
        "keys": lambda: SentOnce.objects.create(at=at, **sent),
        "messages": lambda: Message.objects.create(sent_at=at, **message, **place),
        "given_up": lambda: Message.objects.create(given_up_at=at, **message, **place),
        "mails": lambda: SentMail.objects.create(at=at, to="a@example.org", subject="a"),
        "deliveries": lambda: webhook.deliveries.create(given_up_at=at, **change),
        "attempts": lambda: dated(AccessAttempt.objects.create(**attempt), at),
        "sign_ins": lambda: dated(AccessLog.objects.create(username="a", ip_address="::1"), at),
        "work": lambda: Work.objects.create(ended_at=at, state="done", **asked, asked_at=at),
        "work_files": lambda: Work.objects.create(
            ended_at=at, state="done", **asked, asked_at=at
        ).parts.create(place=0, content=b""),
        "waiting_dates": lambda: WaitingDate.objects.create(ended_at=at, refused="No.", **given),
        "sweeps": lambda: SweepRun.objects.create(flagged=0, **span),
        "drift_checks": lambda: DriftCheck.objects.create(checked=0, found=0, differences=[], **span),
    }


def dated(row: Any, at: Any) -> Any:
    type(row).objects.filter(pk=row.pk).update(attempt_time=at)
    return row


MINUTE = timedelta(minutes=1)


def test_each_goes_after_its_time_and_not_before() -> None:
    make.webhook(make.mediator())
    days = {kept.name: timedelta(days=kept.days or 0) for kept in KEPT}
    names = rows_of(NOW).keys()
    assert names == named().keys() - {"ledger_checks"}
    stays = {name: rows_of(NOW - days[name] + MINUTE)[name]() for name in names}
    goes = {name: rows_of(NOW - days[name] - MINUTE)[name]() for name in names}
    assert forget(NOW) == dict.fromkeys(names, 1) | {"ledger_checks": 0}
    for name, model in named().items():
        left = set(model._base_manager.values_list("pk", flat=True))
        assert name not in names or (stays[name].pk in left and goes[name].pk not in left), name


def test_the_newest_verifications_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(LedgerCheck.MOST + 2):
        at = NOW + timedelta(days=day)
        LedgerCheck.objects.create(started_at=at, finished_at=at, entries=day, rows=0)
    assert forget(NOW)["ledger_checks"] == 2
    assert LedgerCheck.objects.last().entries == 2  # type: ignore[union-attr]


def test_what_went_is_counted_and_shown(client: Client) -> None:
    client.force_login(make.administrator())
    page = client.get("/administration/retention/").content.decode()
    assert page.count("not yet") == len(named())
    for _night in range(2):
        SentMail.objects.create(at=timezone.now() - timedelta(days=91), to="a@example.org", subject="a")
        tasks.forget_what_is_old()
    mails = Forgotten.objects.get(name="mails")
    assert (mails.rows, mails.in_all) == (1, 2)
    page = client.get("/administration/retention/").content.decode()
    assert "90 days after it left" in page
    assert "not yet" not in page
    assert "Rows that went then" not in page, "they are counted over the whole server"
    client.force_login(User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD))
    assert "Rows that went then" in client.get("/administration/retention/").content.decode()
