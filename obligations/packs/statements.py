"""Illustrative statements for a trial, brought in through the same commands that people use."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from agreement.ledger import enter
from agreement.models import Agreement, Event
from agreement.packs.model import Statement as Given
from agreement.packs.model import Statements
from obligations.commands.observations import record_observation
from obligations.commands.statements import record_claim, record_contest, record_finding
from obligations.deadlines.moment import INSTANT, OUTSET, end_of_day
from obligations.models import Breach, Commitment, Statement
from parties.access import Grant, Role, Tier, Viewer
from parties.models import Party


@transaction.atomic
def load_statements(*, agreement: Agreement, given: Statements, now: datetime) -> int:
    """Record what is not recorded yet, and show the notice on every page. How many statements were added.

    For a trial only: raises RuntimeError elsewhere. Where nothing was said about the agreement before, each is recorded
    at the end of the day that it speaks of, so that the past has something to show; the notice says so.
    """
    if not settings.TRIAL:
        raise RuntimeError("Illustrative statements belong in a trial only.")
    put_notice(agreement, given.notice, now)
    there = Statement.objects.filter(agreement=agreement).exclude(import_key="")
    known = {(s.import_key, s.commitment_id): s for s in there}
    parties = {party.code: party for party in agreement.parties.all()}
    commitments = {
        (c.obligation.code, c.party.code): c
        for c in Commitment.objects.filter(agreement=agreement).select_related(
            "agreement", "obligation", "party"
        )
    }
    events = {event.code: event for event in agreement.events.all()}
    before = len(known)
    begins = not any(rows.objects.filter(agreement=agreement).exists() for rows in (Statement, Breach))
    for statement, at in recorded_at(given.statements, agreement.zone, now, follows=begins):
        for obligor in statement.obligors:
            commitment = commitments[(statement.obligation, obligor)]
            if (statement.key, commitment.pk) not in known:
                recorded = say(statement, commitment, parties[statement.by], known, events, at)
                known[(statement.key, commitment.pk)] = recorded
    return len(known) - before


# What trials say on every page. It comes with the statements; here it is for translators.
NOTICE = gettext_noop(
    "Trial data: illustrative readings of public sources, not findings of the EU. They are shown as if each had been"
    " recorded on the day of which it speaks."
)


def put_notice(agreement: Agreement, notice: str, now: datetime) -> None:
    if agreement.notice == notice:
        return
    other, agreement.notice = agreement.notice, notice
    agreement.save(update_fields=["notice"])
    enter(
        agreement_id=agreement.pk,
        actor=Viewer(),
        now=now,
        command="load_statements",
        subject=agreement.code,
        before={"notice": other},
        after={"notice": notice},
        states=[agreement],
    )


def recorded_at(
    statements: Sequence[Given], zone: ZoneInfo, now: datetime, follows: bool
) -> Iterator[tuple[Given, datetime]]:
    """The statements in the order of their recording, with its instant: no two have the same.

    With `follows` they are recorded on the days spoken of; what refers to a statement of a later day, after that one.
    """
    days: dict[str, date] = {}
    for one in statements:
        referred = days.get(one.objects_to or one.cites or "")
        days[one.key] = max(one.effective_on, referred or one.effective_on)
    last = now - timedelta(seconds=1)
    ordered = statements
    if follows:
        ordered, last = sorted(statements, key=lambda one: days[one.key]), OUTSET
    for one in ordered:
        ended = end_of_day(days[one.key], zone) - timedelta(seconds=1)
        last = max(ended if follows and ended < now else last, last + INSTANT)
        yield one, last


def say(
    statement: Given,
    commitment: Commitment,
    by: Party,
    known: dict[tuple[str, int], Statement],
    events: Mapping[str, Event],
    now: datetime,
) -> Statement:
    agreement_id = commitment.agreement_id
    event = events.get(statement.event or "")
    common: dict[str, Any] = {
        "now": now,
        "reason": statement.reason,
        "language": statement.language or "",
        "effective_on": statement.effective_on,
        "event": event,
        "import_key": statement.key,
        "tier": Tier.PUBLIC,  # by the format, all of them
    }
    source = statement.source or (event.source if event else "")
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
    if statement.kind == "observation":
        observer = Viewer(grants=(Grant(agreement_id, Role.OBSERVER, by.pk),))
        return record_observation(commitment=commitment, actor=observer, source=source, **measure, **common)
    mediator = Viewer(grants=(Grant(agreement_id, Role.MEDIATOR),))
    cites = known.get((statement.cites or "", commitment.pk))
    return record_finding(
        commitment=commitment, actor=mediator, source=source, cites=cites, **measure, **common
    )
