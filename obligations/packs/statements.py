"""Illustrative statements for a trial, brought in through the same commands that people use."""

from datetime import datetime
from typing import Any

from django.db import transaction

from agreement.ledger import enter
from agreement.models import Agreement
from agreement.packs.model import Statement as Given
from agreement.packs.model import Statements
from obligations.commands.statements import record_claim, record_contest, record_finding
from obligations.models import Commitment, Statement
from parties.access import Grant, Role, Tier, Viewer
from parties.models import Party


@transaction.atomic
def load_statements(*, agreement: Agreement, given: Statements, now: datetime) -> int:
    """Record what is not recorded yet, and show the notice on every page. How many statements were added."""
    if agreement.notice != given.notice:
        other, agreement.notice = agreement.notice, given.notice
        agreement.save(update_fields=["notice"])
        enter(
            agreement_id=agreement.pk,
            actor=Viewer(),
            now=now,
            command="load_statements",
            subject=agreement.code,
            before={"notice": other},
            after={"notice": given.notice},
            states=[agreement],
        )
    there = Statement.objects.filter(agreement=agreement).exclude(import_key="")
    known = {(s.import_key, s.commitment_id): s for s in there}
    parties = {party.code: party for party in agreement.parties.all()}
    commitments = {
        (c.obligation.code, c.party.code): c
        for c in Commitment.objects.filter(agreement=agreement).select_related("obligation", "party")
    }
    before = len(known)
    for statement in given.statements:
        for obligor in statement.obligors:
            commitment = commitments[(statement.obligation, obligor)]
            if (statement.key, commitment.pk) not in known:
                recorded = say(statement, commitment, parties[statement.by], known, now)
                known[(statement.key, commitment.pk)] = recorded
    return len(known) - before


def say(
    statement: Given,
    commitment: Commitment,
    by: Party,
    known: dict[tuple[str, int], Statement],
    now: datetime,
) -> Statement:
    agreement_id = commitment.agreement_id
    event = commitment.agreement.events.filter(code=statement.event).first() if statement.event else None
    common: dict[str, Any] = {
        "now": now,
        "reason": statement.reason,
        "effective_on": statement.effective_on,
        "event": event,
        "import_key": statement.key,
        "tier": Tier.PUBLIC,  # by the format, all of them
    }
    source = event.source if event else ""
    for_party = Viewer(grants=(Grant(agreement_id, Role.REPRESENTATIVE, by.pk),))
    if statement.kind == "contest":
        contested = known[(statement.objects_to or "", commitment.pk)]
        return record_contest(statement=contested, actor=for_party, source=source, **common)
    measure: dict[str, Any] = {
        "level": statement.level if isinstance(statement.level, int) else None,
        "conduct": statement.conduct or "",
    }
    measure["not_assessable"] = statement.level == "not_assessable"
    if statement.kind == "claim":
        return record_claim(commitment=commitment, actor=for_party, source=source, **measure, **common)
    mediator = Viewer(grants=(Grant(agreement_id, Role.MEDIATOR),))
    return record_finding(commitment=commitment, actor=mediator, source=source, **measure, **common)
