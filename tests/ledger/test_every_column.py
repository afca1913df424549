"""Every column of every table: named by the ledger, worked out anew by the drift check, or of no weight, with a reason.

A superuser changes one after the other past every trigger; the verification or the drift check names each.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Model

from agreement.commands import acknowledge, set_policy
from agreement.ledger.canonical import columns_of, covered, state_columns, with_states
from agreement.ledger.seal import seal
from agreement.models import Agreement, Calendar, Notice
from agreement.viewers import viewer_for
from obligations import drift
from obligations.commands import (
    clock,
    periods,
    release,
    spans,
    statuses,
    take_back_request,
    withdraw_statement,
)
from obligations.commands.calendars import set_holiday
from obligations.commands.care import acknowledge_breach, assign, follow
from obligations.commands.evidence import attach
from obligations.commands.gates import open_gate
from obligations.commands.meetings import tie_to_meeting
from obligations.commands.proposals import Command, carry_out, sign
from obligations.commands.replies import translate_statement
from obligations.flagging import sweep
from obligations.models import TALLIES, Commitment, Gate, Statement
from obligations.status.breaches import breaches_of
from parties.access import Viewer
from parties.models import User
from tests import make
from tests.effort import effort, in_turn
from tests.ledger.data import a_ledger, faults, superuser, take_over
from tests.packs.small import SMALL

# Of these no meaning of the record hangs.
TABLES = {
    "account.emailaddress": "where allauth writes to; what an account may do does not hang on it",
    "account.emailconfirmation": "a link that was sent",
    "agreement.audiencebit": "a bit of masks, which the drift check compares",
    "agreement.confidenceread": "who read what, for some time",
    "agreement.chainhead": "the chain itself: compared with its links",
    "agreement.chainlink": "the chain itself",
    "agreement.ledgercheck": "what a verification said; it can be made again",
    "agreement.ledgerentry": "the chain itself",
    "agreement.notice": "who is told of an entry, which is in the chain",
    "agreement.sealproof": "proven by whoever gave it",
    "agreement.touchedrows": "empty outside of a transaction",
    "parties.sentmail": "a note of what left by mail",
    "agreement.witness": "how writing a file down went",
    "agreement.witnessedhead": "a copy of what stands in a witness; compared with the chain",
    "auth.group": "nothing asks for it",
    "auth.group_permissions": "nothing asks for it",
    "auth.permission": "nothing asks for it",
    "mfa.authenticator": "how an account signs in; that one was added, removed or taken away is entered",
    **dict.fromkeys(
        ("socialaccount.socialaccount", "socialaccount.socialapp", "socialaccount.socialtoken"),
        "nothing writes it: organisations stand in the settings, and accounts are found by their address",
    ),
    "usersessions.usersession": "where an account is signed in",
    "axes.accessattempt": "attempts to sign in",
    "axes.accessattemptexpiration": "attempts to sign in",
    "axes.accessfailurelog": "attempts to sign in",
    "axes.accesslog": "attempts to sign in",
    "contenttypes.contenttype": "Django's own list of models",
    "obligations.delivery": "what is sent to a webhook",
    "obligations.webhook": "its owner's alone: whom they have told",
    "obligations.visit": "how far its owner has seen",
    "obligations.draft": "its author's alone, until it is recorded",
    "obligations.driftcheck": "what a check said; it can be made again",
    "obligations.message": "mail to be sent",
    "obligations.subscription": "its owner's alone: how they are told",
    "obligations.reminded": "of what was reminded",
    "obligations.savedview": "its owner's alone: a name for an address",
    "obligations.toldbreach": "whose breaches stand as opened in the stream of changes; the entries say the same",
    "obligations.revision": "how often something changed; what is kept by it is made again",
    "obligations.sweeprun": "when the worker worked",
    "obligations.forgotten": "when what is old was removed",
    "obligations.heartbeat": "when the machine worked",
    "obligations.deployment": "whose the store of evidence is; its mark lies in the store",
    "obligations.orphan": "which stored files the sweep may remove; it looks again each night",
    "obligations.work": "its owner's alone: what a worker was asked for; what that records is in the chain",
    "obligations.workpart": "its owner's alone: a copy of what they may see, for a week",
    "obligations.waitingdate": "a date of a trigger before it is one: what it becomes is in the chain",
    "parties.apitoken": "sign-in",
    "parties.sentonce": "what was sent twice, for two days",
    "parties.user_groups": "nothing asks for it",
    "parties.user_user_permissions": "nothing asks for it",
    "sessions.session": "sign-in",
}
COLUMNS = {
    (
        "obligations.breach",
        "opened_at",
    ): "when the row was written; whether it is closed follows from the outcome",
    (
        "obligations.breach",
        "closed_at",
    ): "when the row was written; whether it is closed follows from the outcome",
    ("obligations.breach", "commitment_id"): "what the drift check goes by: of another, it is missing here",
    ("obligations.breach", "period_id"): "what the drift check goes by: of another, it is missing here",
    (
        "obligations.clockspan",
        "commitment_id",
    ): "what the drift check goes by: of another, it is missing here",
    ("obligations.breachstatus", "is_told"): "where the sweep has to look; it looks again where that is lost",
    ("obligations.commitment", "cycle"): "worked out while a clock runs; where none does, it counts nothing",
    ("obligations.period", "key"): "its name in addresses",
    **{
        (
            model._meta.label_lower,
            "commitment_id",
        ): "what the drift check goes by: of another, it is missing here"
        for model in statuses.NAMES
    },
    ("parties.user", "key"): "its name in addresses",
    ("parties.user", "password"): "sign-in",
    ("parties.user", "last_login"): "sign-in",
    ("parties.user", "session_epoch"): "sign-in",
    ("parties.user", "language"): "how pages are read",
    ("parties.user", "id"): "named as the key of its state",
}
# What the drift check works out anew.
DERIVED = {
    "agreement.trigger": ("occurred_on",),
    "obligations.breach": (*drift.BREACH_FIELDS, "agreement_id"),
    "obligations.clockspan": spans.COLUMNS,
    "obligations.commitment": ("secret", *(name for name in clock.COLUMNS if name != "cycle")),
    "obligations.period": tuple(periods.CLOCK),
} | {
    model._meta.label_lower: tuple(name for name in statuses.columns_of(model) if name != "commitment_id")
    for model in statuses.NAMES
}
DERIVED |= {tally._meta.label_lower: (*tally.alike().split(", "), "n") for tally in TALLIES}


def named(model: type[Model]) -> set[str]:
    names = set(columns_of(model)) if model in covered() else set()
    return names | set(state_columns(model) if model in with_states() else ())


def test_every_column_is_covered_or_has_a_reason() -> None:
    forgotten = [
        f"{model._meta.label_lower}.{field.attname}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in TABLES
        for field in model._meta.concrete_fields
        if field.attname not in named(model)
        and field.attname not in DERIVED.get(model._meta.label_lower, ())
        and (model._meta.label_lower, field.attname) not in COLUMNS
        and not isinstance(field, models.GeneratedField)
        and not field.primary_key
    ]
    assert forgotten == []
    labels = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    assert not (TABLES.keys() | DERIVED.keys()) - labels


WITH_MORE = SMALL.replace(
    '    short_title: "Agreement"\n', '    short_title: "Agreement"\n    in_effect_from: 2020-03-02\n'
).replace("    tags: [levels]\n", '    tags: [levels]\n    indicators: ["Published."]\n') + (
    'calendars:\n  - {code: bank, name: "The bank\'s own", parties: [south, host], years: [2023, 2024],'
    ' days: [{date: 2024-01-02, name: "Stock-taking"}]}\n'
    "translations: [translations-sq.yaml]\n"
)
IN_ALBANIAN = """\
format: 1
translation_of: river-2020
language: sq
state: machine
names: {"North*": {name: "Veriu*", genitive: "Veriut*"}}
"""


def a_whole_ledger(folder: Path) -> Agreement:
    (folder / "translations-sq.yaml").write_text(IN_ALBANIAN)
    return a_ledger(folder, WITH_MORE)


def something_of_everything(folder: Path) -> Agreement:
    """A ledger with rows of every model that is to be named, each by its command."""
    accord = a_whole_ledger(folder)
    of_mediator = User.objects.get(email="mediator@trial.invalid")
    mediator, north = viewer_for(of_mediator), User.objects.get(email="north@trial.invalid")
    with transaction.atomic():
        second = viewer_for(make.mediator("second@trial.invalid", accord))
        make.a_mediator(accord)
        take_over()
    first, last = Statement.objects.filter(kind="claim").order_by("pk")
    owed = Commitment.objects.get(obligation__code="RA-1", party__code="north")
    said: dict[str, Any] = {"actor": mediator, "now": make.NOW, "reason": "It was agreed."}
    release(subject=first, tier="parties", **said)
    release(subject=accord.events.first(), tier="parties", **said)  # type: ignore[arg-type]
    note = make.evidence_file(owed.obligation, of_mediator)
    finding = Statement.objects.get(kind="finding")
    attach(evidence=note, statement=finding, actor=mediator, now=make.NOW)
    words = {"of_language": "en", "language": "sq", "text": "U publikua."}
    translate_statement(statement=first, actor=mediator, now=make.NOW, **words)
    withdraw_statement(statement=last, **(said | {"actor": viewer_for(north)}))
    asked = make.request(owed, actor=mediator)
    take_back_request(request=asked, **said)
    meeting = make.meeting(accord, body=owed.party, agenda=[("Adoption", "kind=one_off")], actor=mediator)
    tie_to_meeting(meeting=meeting, findings=[finding], requests=[asked], actor=mediator, now=make.NOW)
    make.reading(owed, "extend", due_on=date(2025, 1, 1), actor=mediator)
    gate = Gate.objects.filter(obligation__code="RA-1").get()
    open_gate(gate=gate, opened_on=date(2024, 1, 1), despite=True, **said)
    set_holiday(calendar=Calendar.objects.get(), day=date(2024, 3, 1), name="Works", is_holiday=True, **said)
    periods.make_periods(accord.pk, make.NOW)
    sweep(make.NOW)
    assign(obligation=owed.obligation, owner=of_mediator, actor=mediator, now=make.NOW)
    follow(obligation=owed.obligation, follows=True, actor=mediator, now=make.NOW)
    late, *_others = (one for one in breaches_of(Commitment.objects.all(), mediator, make.NOW) if one.is_open)
    of_breach = Commitment.objects.get(pk=late.commitment_id)
    acknowledge_breach(commitment=of_breach, breach=late.key, note="Seen.", actor=mediator, now=make.NOW)
    seal(make.NOW)
    assert carry_out_with_two(accord, owed, mediator, second).level == 3
    return accord


def carry_out_with_two(accord: Agreement, owed: Commitment, first: Viewer, second: Viewer) -> Statement:
    with transaction.atomic():
        administrator = make.administrator(of=accord)
        take_over()
    policy: dict[str, Any] = {"agreement": accord, "actor": viewer_for(administrator), "now": make.NOW}
    set_policy(wanted=["complete_findings"], reason="Two see more.", **policy)
    acknowledge(notice=Notice.objects.get(recipient=first.user_id), actor=first, now=make.NOW)
    arguments: dict[str, Any] = {"level": 3, "effective_on": date(2024, 2, 1), "reason": "It is done."}
    arguments |= make.OPENLY
    proposal = carry_out(Command.RECORD_FINDING, actor=first, now=make.NOW, commitment=owed, **arguments)
    agreed = {"verdict": "approve", "reason": "Checked.", "digest": proposal.digest}
    sign(proposal=proposal, actor=second, now=make.NOW, **agreed)
    return Statement.objects.get(kind="finding", level=3)


def other(field: "models.Field[Any, Any]") -> str:
    """SQL for another value than the one there, of the column's own type."""
    name = f'"{field.column}"'
    kind = field.db_type(connection) or ""
    if isinstance(field, models.BooleanField):
        return f"NOT coalesce({name}, false)"
    if kind.endswith("[]"):
        return "'{another}'" if "char" in kind else "'{4242}'"
    if kind == "jsonb":
        return """'{"another": 1}'"""
    if kind == "date":
        return f"coalesce({name}, '2001-01-01') + CASE WHEN {name} > '5000-01-01' THEN -1 ELSE 1 END"
    if kind.startswith("timestamp"):
        day = f"CASE WHEN {name} > '5000-01-01' THEN interval '-1 day' ELSE interval '1 day' END"
        return f"coalesce({name}, '2001-01-01Z') + {day}"
    if "char" in kind or kind == "text":
        return f"left('~' || coalesce({name}, ''), {field.max_length or 1000})"
    if kind == "bytea":
        return "'\\x00'"
    return f"coalesce({name}, 0) + 1"


def columns() -> Iterator[tuple[type[Model], "models.Field[Any, Any]"]]:
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        for field in model._meta.concrete_fields:
            if field.primary_key or isinstance(field, models.GeneratedField):
                continue
            if field.attname in named(model) | set(DERIVED.get(label, ())):
                yield model, field


def told() -> set[str]:
    """What the verification, or else the drift check, says."""
    if found := faults():
        return set(found)
    done = drift.check(datetime.now(UTC), lambda: datetime.now(UTC))
    return {json.dumps(one) for one in done.differences}


@pytest.mark.django_db(transaction=True)
def test_a_superusers_change_of_any_column_is_named(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_WITNESS = str(tmp_path / "heads.jsonl")
    settings.EVIDENCE_DIR = str(tmp_path / "evidence")
    something_of_everything(tmp_path)
    assert told() == set()
    keys = {
        model: model._base_manager.order_by("pk").values_list("pk", flat=True).first()
        for model, _field in columns()
    }
    assert {model._meta.label_lower for model, key in keys.items() if key is None} == set()
    refused, unnamed, changed = set(), [], 0
    with superuser() as cursor:
        for model, field in in_turn(list(columns()), 5):
            table, name = model._meta.db_table, f"{model._meta.label_lower}.{field.attname}"
            key = keys[model]
            cursor.execute(
                f'CREATE TEMPORARY TABLE kept AS SELECT "{field.column}" FROM {table} WHERE id = %s', [key]
            )
            cursor.connection.commit()
            try:
                cursor.execute(f'UPDATE {table} SET "{field.column}" = {other(field)} WHERE id = %s', [key])
                cursor.connection.commit()
            except psycopg2.IntegrityError:
                cursor.connection.rollback()
                refused.add(name)
            else:
                changed += 1
                if not told():
                    unnamed.append(name)
                cursor.execute(
                    f'UPDATE {table} SET "{field.column}" = (SELECT "{field.column}" FROM kept) WHERE id = %s',
                    [key],
                )
            cursor.execute("DROP TABLE kept")
            cursor.connection.commit()
    assert unnamed == []
    assert changed > effort(25, 150), refused
    assert told() == set()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_a_superuser_adds_or_removes_is_named(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_WITNESS = str(tmp_path / "heads.jsonl")
    a_whole_ledger(tmp_path)
    for model in with_states():
        table = model._meta.db_table
        key = model._base_manager.order_by("pk").values_list("pk", flat=True).first()
        if key is None or not with_states()[model].always:
            continue
        with superuser() as cursor:
            cursor.execute(f"CREATE TABLE kept AS SELECT * FROM {table} WHERE id = %s", [key])
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [key])
        assert f"{model._meta.label_lower} {key}, which it names, is not there" in " ".join(faults()), table
        with superuser() as cursor:
            names = ", ".join(
                f'"{field.column}"'
                for field in model._meta.concrete_fields
                if not isinstance(field, models.GeneratedField)
            )
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM kept")
            cursor.execute("DROP TABLE kept")
    with superuser() as cursor:
        cursor.execute(
            "INSERT INTO agreement_mandate (id, user_id, agreement_id, role, party_id, clearance)"
            " SELECT id + 1000, user_id + 1000, agreement_id, role, party_id, clearance FROM agreement_mandate"
            " LIMIT 1"
        )
    assert [one.split(":")[1] for one in faults()] == [" no entry names this row"]
