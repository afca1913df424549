"""What is said about a statement by those who did not make it, and what those who made it take back."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreement.commands.powers import Signed
from agreement.ledger import enter
from obligations.commands import clock
from obligations.commands.errors import Refused
from obligations.commands.protected import watch
from obligations.commands.statements import (
    CONTESTED,
    follow_finding,
    record,
    refuse_to_refer,
    refuse_what_cannot_be,
    require_own_party,
    standing_columns,
)
from obligations.deadlines import day_in
from obligations.models import Commitment, Statement, StatementTranslation
from parties.access import Grant, Role, Viewer
from parties.languages import language_errors
from parties.models import Party
from parties.once import once
from parties.rights import Right, require
from parties.texts import text_errors, tidy

ANSWERED = (*CONTESTED, Statement.Kind.CONTEST)
WITHDRAWN = (*ANSWERED, Statement.Kind.ANSWER)


@once()
def record_answer(
    *,
    statement: Statement,
    actor: Viewer,
    now: datetime,
    reason: str,
    tier: str,
    effective_on: date | None = None,
    by: Party | None = None,
    wider: bool = False,
    signed: Signed | None = None,
    **more: Any,
) -> Statement:
    """Record what a party, or the mediator, answers to a claim, a finding, an observation or a contest.

    It has no verdict and moves no clock. `tier` and `more` are as in `record_finding`, `wider` as in `record_contest`.
    Raises PermissionDenied, Refused, and AwaitsSignature where a second mediator is to sign what a mediator says in
    public.
    """
    grant = require(actor, Right.ANSWER, statement.agreement_id)
    require_own_party(grant.party_id, by)
    refuse_to_refer(
        statement, ANSWERED, _("Only a claim, a finding, an observation or a contest can be answered.")
    )
    answer = Statement(
        kind=Statement.Kind.ANSWER,
        by_id=grant.party_id,
        effective_on=effective_on or day_in(now, statement.agreement.zone),
        reason=reason,
        refers_to=statement,
    )
    return record(
        answer, statement.commitment, None, actor, now, {"tier": tier, **more}, wider, signed=signed
    )


@once()
def withdraw_statement(
    *,
    statement: Statement,
    actor: Viewer,
    now: datetime,
    reason: str,
    language: str = "",
    signed: Signed | None = None,
) -> Statement:
    """Take a statement of the own side back. Both stay on record; what was withdrawn counts no more.

    A withdrawn finding sets the clock as if it had not been made, from now on: earlier knowledge stays as it was. The
    withdrawal is seen by whoever sees the statement; `language` is that of its reason. Raises PermissionDenied,
    Refused, and AwaitsSignature where a second mediator is to sign it: a completion stands again by it, or it is said
    in public.
    """
    grant = require(actor, Right.WITHDRAW, statement.agreement_id)
    require_own_side(statement, grant)
    commitment = clock.lock_all([statement.commitment_id])[0]
    statement = Statement.objects.get(pk=statement.pk)  # as it is under the lock
    refuse_to_refer(statement, WITHDRAWN, _("A withdrawal stands; make a new statement instead."))
    withdrawal = withdrawal_of(statement, commitment, grant, now, tidy(reason))
    withdrawal.recorded_by_id, withdrawal.language = actor.user_id, language
    refuse_what_cannot_be(withdrawal, None, actor, now)
    with watch(commitment.agreement_id, actor, now, signed, [commitment.pk]) as watched:
        withdrawal.save(force_insert=True)
        watched.rows.append(withdrawal)
        statement.withdrawn_at = now
        statement.save(update_fields=["withdrawn_at"])
        before = standing_columns(commitment)
        follow_finding(statement, commitment, now, cause=withdrawal)
    enter(
        agreement_id=commitment.agreement_id,
        actor=actor,
        now=now,
        command="withdraw_statement",
        subject=f"{commitment.obligation.code} {commitment.party.code}",
        before={"withdrawn": statement.key, **before},
        after={"statement": withdrawal.key, **standing_columns(commitment)},
        reason=withdrawal.reason,
        rows=[withdrawal],
        states=[statement],
    )
    return withdrawal


def withdrawal_of(
    statement: Statement, commitment: Commitment, grant: Grant, now: datetime, reason: str
) -> Statement:
    """Seen by whoever sees what it takes back."""
    withdrawal = Statement(
        kind=Statement.Kind.WITHDRAWAL,
        agreement=commitment.agreement,
        commitment=commitment,
        by_id=grant.party_id,
        effective_on=day_in(now, commitment.agreement.zone),
        recorded_at=now,
        reason=reason,
        refers_to=statement,
        publish_at=statement.publish_at,
    )
    withdrawal.begin_as(statement.tier, statement.confidant)
    return withdrawal


def is_own_side(statement: Statement, grant: Grant) -> bool:
    """What a party said is that party's; findings, and answers without a party, are the mediators'.

    What an observer said is its own, and the mediators', who enter it in its name.
    """
    entered = grant.role == Role.MEDIATOR and statement.kind == Statement.Kind.OBSERVATION
    return entered or statement.by_id == grant.party_id


def require_own_side(statement: Statement, grant: Grant) -> None:
    """Raise PermissionDenied where the statement is another side's."""
    if not is_own_side(statement, grant):
        raise PermissionDenied(_("Only the side that made a statement can do this."))


@once()
def translate_statement(
    *, statement: Statement, language: str, text: str, actor: Viewer, now: datetime, of_language: str = ""
) -> StatementTranslation:
    """Set a translation beside a statement. Raises PermissionDenied and Refused.

    `of_language` is the statement's own: needed where that is not on record, and else the same, or left out. What was
    taken back stays on record and is read, so it can be translated; so can one script of a language into the other,
    since nobody's words are turned from script to script by themselves.
    """
    require(actor, Right.TRANSLATE, statement.agreement_id)
    commitment = clock.lock_all([statement.commitment_id])[0]
    errors = language_errors(of_language=of_language, language=language)
    own = statement.language or of_language
    if of_language not in ("", own):
        errors.setdefault("of_language", _("Its author said that the statement is in another language."))
    for name, code in {"of_language": own, "language": language}.items():
        if not code:
            errors[name] = _("Choose a language of the list.")
    if own == language:
        errors.setdefault("language", _("Choose another language than the statement's."))
    if wrong := text_errors(("reason",), reason=text):
        errors["text"] = wrong["reason"]
    if errors:
        raise Refused(errors)
    made = StatementTranslation.objects.create(
        agreement_id=statement.agreement_id,
        statement=statement,
        of_language=own,
        language=language,
        text=tidy(text),
        recorded_at=now,
        recorded_by_id=actor.user_id,
    )
    enter(
        agreement_id=statement.agreement_id,
        actor=actor,
        now=now,
        command="translate_statement",
        subject=f"{commitment.obligation.code} {commitment.party.code}",
        after={"statement": statement.key, "language": language},
        rows=[made],
    )
    return made
