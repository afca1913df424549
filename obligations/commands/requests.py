"""A mediator asks a party for a claim or a reply by a day, and takes that back."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from agreement.ledger import enter
from agreement.models import Participation
from obligations.commands import clock
from obligations.commands.errors import Refused
from obligations.commands.protected import refuse_publication
from obligations.commands.replies import ANSWERED
from obligations.commands.widening import refuse_wider
from obligations.deadlines import day_in
from obligations.models import Commitment, PartyRequest, RequestTakenBack, Statement
from obligations.models.commitment import Life
from parties.access import Audience, Tier, Viewer
from parties.languages import language_errors
from parties.models import Party
from parties.once import once
from parties.rights import Right, require
from parties.texts import text_errors, tidy

# The asked party has to see what it is asked.
TIERS_OF_A_REQUEST = (Tier.PUBLIC, Tier.PARTIES, Tier.IN_CONFIDENCE)


@once()
def make_request(
    *,
    commitment: Commitment,
    party: Party,
    actor: Viewer,
    now: datetime,
    reply_by: date,
    words: str,
    tier: str,
    language: str = "",
    statement: Statement | None = None,
    wider: bool = False,
) -> PartyRequest:
    """Ask a party for a claim on the commitment, or for a reply to a statement on it, by the end of a day.

    `language` is that of the words. In confidence is with the asked party. What is asked about a statement is seen by
    nobody who may not see that; `wider` says that it is meant for more people than see the statement now. Raises
    PermissionDenied and Refused.
    """
    require(actor, Right.REQUEST, commitment.agreement_id)
    commitment = clock.lock_all([commitment.pk])[0]
    if statement is not None:
        statement = Statement.objects.get(pk=statement.pk)  # as it is under the lock
    made = PartyRequest(
        agreement=commitment.agreement,
        commitment=commitment,
        party=party,
        statement=statement,
        reply_by=reply_by,
        words=tidy(words),
        language=language,
        tier=tier,
        confidant=party if tier == Tier.IN_CONFIDENCE else None,
        asked_at=now,
        asked_by_id=actor.user_id,
    )
    errors = errors_of(made, day_in(now, commitment.agreement.zone))
    if statement is not None:
        errors |= statement_errors(made, statement, now)
    if errors:
        raise Refused(errors)
    refuse_wider(made.audience(now), [statement] if statement else [], commitment.agreement, now, wider)
    instead = _("Ask the parties alone; what everybody is to know can stand in a finding or an answer.")
    refuse_publication(made, actor, now, instead)
    made.save(force_insert=True)
    after = {"request": made.key, "party": party.code, "reply_by": reply_by.isoformat()}
    enter_request(made, made, actor, now, "make_request", after, made.words)
    return made


@once()
def take_back_request(
    *, request: PartyRequest, actor: Viewer, now: datetime, reason: str
) -> RequestTakenBack:
    """Take a request back; it stays on record, and nothing is awaited any more.

    Where nothing is awaited already, since it was answered or what it is about was withdrawn, that stays so. Raises
    PermissionDenied and Refused.
    """
    require(actor, Right.REQUEST, request.agreement_id)
    clock.lock_all([request.commitment_id])
    reason = tidy(reason)
    if errors := text_errors(("reason",), reason=reason):
        raise Refused(errors)
    if RequestTakenBack.objects.filter(request=request).exists():
        raise Refused({"request": _("It is taken back already.")})
    if not PartyRequest.objects.awaiting_a_reply().filter(pk=request.pk).exists():
        raise Refused({"request": _("No reply is awaited any more.")})
    made = RequestTakenBack.objects.create(
        request=request, reason=reason, recorded_at=now, recorded_by_id=actor.user_id
    )
    enter_request(request, made, actor, now, "take_back_request", {"taken_back": request.key}, reason)
    return made


def enter_request(
    request: PartyRequest,
    made: PartyRequest | RequestTakenBack,
    actor: Viewer,
    now: datetime,
    command: str,
    after: dict[str, str],
    reason: str,
) -> None:
    commitment = request.commitment
    enter(
        agreement_id=request.agreement_id,
        actor=actor,
        now=now,
        command=command,
        subject=f"{commitment.obligation.code} {commitment.party.code}",
        after=after,
        reason=reason,
        rows=[made],
    )


def errors_of(made: PartyRequest, today: date) -> dict[str, str]:
    errors = text_errors(("words",), words=made.words) | language_errors(language=made.language)
    taking_part = Participation.objects.filter(agreement=made.agreement, party=made.party)
    if not taking_part.exists():
        errors["party"] = _("No party of this agreement.")
    if made.tier not in TIERS_OF_A_REQUEST:
        errors["tier"] = _("The party that is asked has to see it: choose public, parties or in confidence.")
    if made.reply_by < today:
        errors["reply_by"] = _("This day has passed: give one that is still to come.")
    elif made.reply_by.year > today.year + 10:
        errors["reply_by"] = _("Give a day within ten years.")
    if made.commitment.life == Life.SUPERSEDED:
        errors["commitment"] = _("This commitment was superseded; ask about the one that took its place.")
    return errors


def statement_errors(made: PartyRequest, statement: Statement, now: datetime) -> dict[str, str]:
    if statement.commitment_id != made.commitment_id or statement.kind not in ANSWERED:
        return {"statement": _("Choose a claim, a finding or a contest on this commitment.")}
    if not statement.in_force():
        return {"statement": _("It was withdrawn: nothing more can be said about it.")}
    if statement.by_id == made.party_id:
        return {"party": _("The party said this itself.")}
    if not Audience(Tier.IN_CONFIDENCE, made.party_id).within(statement.audience(now)):
        return {"party": _("This party may not see the statement.")}
    return {}
