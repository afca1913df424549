"""Every column of every table: named by the ledger, worked out anew by the drift check, or of no weight, with a reason.

A superuser changes one after the other past every trigger; the verification or the drift check names each.
"""

from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Model

from agreement.commands import acknowledge, set_policy
from agreement.ledger.canonical import columns_of
from agreement.ledger.covered import covered, state_columns, with_states
from agreement.models import Agreement, Calendar, Notice
from agreement.viewers import viewer_for
from obligations import drift
from obligations.commands import clock, occurrences, release, spans, take_back_ask, withdraw_statement
from obligations.commands.calendars import set_holiday
from obligations.commands.evidence import attach
from obligations.commands.gates import open_gate
from obligations.commands.proposals import Command, carry_out, sign
from obligations.flagging import sweep
from obligations.models import Commitment, Gate, Statement
from parties.access import Viewer
from parties.models import User
from tests import make
from tests.ledger.data import a_ledger, take_over
from tests.packs.small import SMALL

# Of these no meaning of the record hangs.
TABLES = {
    "account.emailaddress": "where allauth writes to; what an account may do does not hang on it",
    "account.emailconfirmation": "a link that was sent",
    "agreement.chainhead": "the chain itself: compared with its links",
    "agreement.chainlink": "the chain itself",
    "agreement.ledgercheck": "what a verification said; it can be made again",
    "agreement.ledgerentry": "the chain itself",
    "agreement.ledgerseal": "compared with the chain",
    "agreement.notice": "who is told of an entry, which is in the chain",
    "agreement.sealproof": "proven by whoever gave it",
    "agreement.touchedrows": "empty outside of a transaction",
    "agreement.witness": "how writing a file down went",
    "agreement.witnessedhead": "a copy of what stands in a witness; compared with the chain",
    "auth.group": "nothing asks for it",
    "auth.group_permissions": "nothing asks for it",
    "auth.permission": "nothing asks for it",
    "axes.accessattempt": "attempts to sign in",
    "axes.accessattemptexpiration": "attempts to sign in",
    "axes.accessfailurelog": "attempts to sign in",
    "axes.accesslog": "attempts to sign in",
    "contenttypes.contenttype": "Django's own list of models",
    "obligations.draft": "its author's alone, until it is recorded",
    "obligations.driftcheck": "what a check said; it can be made again",
    "obligations.outbox": "mail to be sent",
    "obligations.sweeprun": "when the worker worked",
    "obligations.heartbeat": "when the machine worked",
    "obligations.deployment": "whose the store of evidence is; its mark lies in the store",
    "obligations.orphan": "which stored files the sweep may remove; it looks again each night",
    "parties.apitoken": "sign-in",
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
    ("obligations.breach", "occurrence_id"): "what the drift check goes by: of another, it is missing here",
    (
        "obligations.clockspan",
        "commitment_id",
    ): "what the drift check goes by: of another, it is missing here",
    (
        "obligations.occurrence",
        "commitment_id",
    ): "what the drift check goes by: of another, it is missing here",
    ("obligations.occurrence", "key"): "its name in addresses",
    ("parties.user", "key"): "its name in addresses",
    ("parties.user", "password"): "sign-in",
    ("parties.user", "last_login"): "sign-in",
    ("parties.user", "session_epoch"): "sign-in",
    ("parties.user", "id"): "named as the key of its state",
}
PERIOD = ("starts_on", "ends_on", "due_on", "due_at", "known_from", "known_until")
# What the drift check works out anew.
DERIVED = {
    "agreement.trigger": ("occurred_on",),
    "obligations.breach": (*drift.BREACH_FIELDS, "agreement_id", "acknowledged_at", "acknowledged_by_id"),
    "obligations.clockspan": spans.COLUMNS,
    "obligations.commitment": tuple(clock.COLUMNS),
    "obligations.occurrence": (*occurrences.CLOCK, *PERIOD),
}


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


WITH_MORE = SMALL.replace("    tags: [levels]\n", '    tags: [levels]\n    indicators: ["Published."]\n') + (
    'calendars:\n  - {code: bank, name: "The bank\'s own", parties: [south, host], years: [2023, 2024],'
    ' days: [{date: 2024-01-02, name: "Stock-taking"}]}\n'
)


def something_of_everything(folder: Path) -> Agreement:
    """A ledger with rows of every model that is to be named, each by its command."""
    accord = a_ledger(folder, WITH_MORE)
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
    withdraw_statement(statement=last, **(said | {"actor": viewer_for(north)}))
    asked = make.ask(owed, actor=mediator)
    take_back_ask(ask=asked, **said)
    make.reading(owed, "extend", due_on=date(2025, 1, 1), actor=mediator)
    gate = Gate.objects.filter(obligation__code="RA-1").get()
    open_gate(gate=gate, opened_on=date(2024, 1, 1), despite=True, **said)
    set_holiday(calendar=Calendar.objects.get(), day=date(2024, 3, 1), name="Works", kept=True, **said)
    sweep(make.NOW)
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
    proposal = carry_out(Command.RECORD_FINDING, actor=first, now=make.NOW, commitment=owed, **arguments)
    agreed = {"verdict": "approve", "reason": "Checked.", "digest": proposal.digest}
    sign(proposal=proposal, actor=second, now=make.NOW, **agreed)
    return Statement.objects.get(kind="finding", level=3)
