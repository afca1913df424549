"""What is told of as changed, and of which entries of the ledger it is: one table."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Event, Trigger, TriggerDate
from obligations.models import (
    Attachment,
    BreachAcknowledgement,
    Commitment,
    Evidence,
    GateOpening,
    Obligation,
    PartyRequest,
    Period,
    Proposal,
    Reading,
    RequestTakenBack,
    Statement,
)
from parties.access import Viewer, readable


class Kind(TextChoices):
    STATEMENT = "statement", _("a statement")
    WITHDRAWAL = "withdrawal", _("a statement taken back")
    READING = "reading", _("a reading of a time limit")
    TRIGGER = "trigger", _("the date of a trigger")
    BREACH_OPENED = "breach_opened", _("a breach opened")
    BREACH_ACKNOWLEDGED = "breach_acknowledged", _("a breach acknowledged")
    BREACH_CLOSED = "breach_closed", _("a breach closed")
    EVIDENCE = "evidence", _("evidence added or attached")
    RELEASE = "release", _("something released to others")
    EVENT = "event", _("an event")
    GATE = "gate", _("a gate opened, or that taken back")
    REQUEST = "request", _("a request, or that taken back")
    PERIOD = "period", _("a period made or replaced")
    PACK = "pack", _("the pack of the agreement")
    PROPOSAL = "proposal", _("a proposal that awaits a second signature")


# What is told as one kind and is one of two things: done, or taken back.
TOLD_APART = {
    Kind.READING: (_("a reading of a time limit"), _("a reading of a time limit taken back")),
    Kind.GATE: (_("a gate opened"), _("the opening of a gate taken back")),
    Kind.REQUEST: (_("a request"), _("a request taken back")),
}


@dataclass(frozen=True, slots=True)
class Source:
    """How rows of one model are told of. `seen` are those that a viewer may see; the others are paths from the row.

    `back` leads to what a row takes back, where it is one that does. `api` is the name of the address in the API: of
    the `key`, or of the agreement and the key.
    """

    kind: Kind
    seen: Callable[[Viewer, datetime], QuerySet[Any]]
    api: str
    key: str = "key"
    obligation: str = "commitment__obligation__code"
    commitment: str = "commitment"
    in_agreement: bool = False
    back: str = ""


def readings(viewer: Viewer, now: datetime) -> QuerySet[Any]:
    return Reading.objects.filter(readable(viewer))


def dates(viewer: Viewer, now: datetime) -> QuerySet[Any]:
    return TriggerDate.objects.filter(trigger__in=Trigger.objects.visible_to(viewer))


def attachments(viewer: Viewer, now: datetime) -> QuerySet[Any]:
    """Whoever may see both the evidence and what it is for."""
    seen = Attachment.objects.filter(evidence__in=Evidence.objects.visible_to(viewer, now))
    return seen.filter(statement__in=Statement.objects.visible_to(viewer, now))


def openings(viewer: Viewer, now: datetime) -> QuerySet[Any]:
    return GateOpening.objects.filter(obligation__in=Obligation.objects.visible_to(viewer))


def taken_back(viewer: Viewer, now: datetime) -> QuerySet[Any]:
    return RequestTakenBack.objects.filter(request__in=PartyRequest.objects.visible_to(viewer, now))


STATEMENT = Source(Kind.STATEMENT, lambda v, now: Statement.objects.visible_to(v, now), "api:statement")
EVIDENCE = Source(
    Kind.EVIDENCE,
    lambda v, now: Evidence.objects.visible_to(v, now),
    "api:evidence-item",
    obligation="obligation__code",
    commitment="",
)
EVENT = Source(
    Kind.EVENT,
    lambda v, now: Event.objects.visible_to(v, now),
    "api:event",
    key="code",
    obligation="",
    commitment="",
    in_agreement=True,
)
# By the model of the append-only rows that an entry names.
ROWS: dict[str, Source] = {
    "obligations.statement": STATEMENT,
    "obligations.reading": Source(Kind.READING, readings, "api:reading", back="withdraws"),
    "agreement.triggerdate": Source(
        Kind.TRIGGER, dates, "api:trigger", "trigger__code", "", "", in_agreement=True
    ),
    "obligations.evidence": EVIDENCE,
    "obligations.attachment": Source(
        Kind.EVIDENCE,
        attachments,
        "api:evidence-item",
        "evidence__key",
        "evidence__obligation__code",
        "statement__commitment",
    ),
    "obligations.gateopening": Source(
        Kind.GATE,
        openings,
        "api:obligation",
        "obligation__code",
        "obligation__code",
        "",
        in_agreement=True,
        back="withdraws",
    ),
    "obligations.partyrequest": Source(
        Kind.REQUEST, lambda v, now: PartyRequest.objects.visible_to(v, now), "api:request"
    ),
    "obligations.requesttakenback": Source(
        Kind.REQUEST,
        taken_back,
        "api:request",
        "request__key",
        "request__commitment__obligation__code",
        "request__commitment",
        back="request",
    ),
    "obligations.breachacknowledgement": Source(
        Kind.BREACH_ACKNOWLEDGED,
        lambda v, now: BreachAcknowledgement.objects.visible_to(v),
        "api:breach",
        "breach",
    ),
    "obligations.proposal": Source(
        Kind.PROPOSAL, lambda v, now: Proposal.objects.visible_to(v).of_the_record(), "api:proposal"
    ),
}

PERIOD = Source(Kind.PERIOD, lambda v, now: Period.objects.visible_to(v), "api:period")
PACK = Source(
    Kind.PACK,
    lambda v, now: Agreement.objects.visible_to(v),
    "api:agreement",
    key="code",
    obligation="",
    commitment="",
)
# By the command, of rows that may change and whose state its entry names.
STATES: dict[str, dict[str, Source]] = {
    "record_event": {"agreement.event": EVENT},
    "make_periods": {"obligations.period": PERIOD},
}
WITHDRAWAL = replace(STATEMENT, kind=Kind.WITHDRAWAL)
# What can be released; the first state that an entry of these commands names.
RELEASED: dict[str, Source] = {
    "obligations.statement": replace(STATEMENT, kind=Kind.RELEASE),
    "obligations.evidence": replace(EVIDENCE, kind=Kind.RELEASE),
    "agreement.event": replace(EVENT, kind=Kind.RELEASE),
}
RELEASES = ("release", "publish")
# Of a pack's entry, beside the pack itself: what it names else is told by that.
OF_A_PACK = ("obligations.reading", "agreement.triggerdate")
# Of the entries that say whose breaches turned.
BREACH = Source(
    Kind.BREACH_OPENED,
    lambda v, now: Commitment.objects.visible_to(v),
    "api:breach",
    key="pk",
    obligation="obligation__code",
    commitment="pk",
)
TURNED = {"opened": BREACH, "closed": replace(BREACH, kind=Kind.BREACH_CLOSED)}
