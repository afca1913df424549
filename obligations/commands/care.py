"""A mediator acknowledges a breach, says who owns an obligation, and follows it: who looks after what."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from agreement.ledger import enter
from agreement.models import Agreement, Mandate, Provision
from obligations.commands import clock
from obligations.commands.errors import Refused
from obligations.commands.statuses import revise
from obligations.models import Assignment, BreachAcknowledgement, Commitment, Following, Obligation
from obligations.status.breaches import breaches_of
from obligations.status.reading import MEDIATORS_BIT
from parties.access import Role, Viewer
from parties.models import Party, User
from parties.once import once
from parties.rights import Right, require
from parties.texts import text_errors, tidy


@once()
def acknowledge_breach(
    *, commitment: Commitment, breach: str, actor: Viewer, now: datetime, note: str = ""
) -> BreachAcknowledgement:
    """Take note of a breach that is open, by its key. It stays open; it waits on the desk no more.

    Raises PermissionDenied and Refused.
    """
    require(actor, Right.ACKNOWLEDGE, commitment.agreement_id)
    commitment = clock.lock_all([commitment.pk])[0]
    if errors := text_errors((), reason=note):
        raise Refused({"note": errors["reason"]})
    if BreachAcknowledgement.objects.filter(breach=breach).exists():
        raise Refused({"breach": _("It is acknowledged already.")})
    if not any(one.key == breach and one.is_open for one in breaches_of([commitment], actor, now)):
        raise Refused({"breach": _("This commitment has no such breach that is open.")})
    made = BreachAcknowledgement.objects.create(
        agreement_id=commitment.agreement_id,
        commitment=commitment,
        breach=breach,
        note=tidy(note),
        recorded_at=now,
        recorded_by_id=actor.user_id,
    )
    subject = f"{commitment.obligation.code} {commitment.party.code}"
    enter_care(made, "acknowledge_breach", subject, {"breach": breach}, actor, now, made.note)
    return made


@once(without=["check"])
def assign(
    *,
    obligation: Obligation,
    owner: User | None,
    actor: Viewer,
    now: datetime,
    check: Callable[[Obligation], None] | None = None,
) -> Assignment:
    """Say which mediator of the agreement owns an obligation, with all its commitments; None for nobody.

    `check` raises where that is not as was read. Raises PermissionDenied and Refused.
    """
    require(actor, Right.ASSIGN, obligation.agreement_id)
    obligation = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)
    if check is not None:
        check(obligation)
    before = Assignment.objects.current().filter(obligation=obligation).select_related("owner").first()
    if owner is not None:
        mediates = Mandate.objects.filter(
            user=owner, agreement=obligation.agreement_id, role=Role.MEDIATOR, user__is_active=True
        )
        if not mediates.exists():
            raise Refused({"owner": _("Choose a mediator of this agreement, or nobody.")})
    if (before.owner_id if before else None) == (owner.pk if owner else None):
        raise Refused({"owner": _("That is so already.")})
    made = Assignment.objects.create(
        agreement_id=obligation.agreement_id,
        obligation=obligation,
        owner=owner,
        recorded_at=now,
        recorded_by_id=actor.user_id,
    )
    named = {"owner": owner.email if owner else None}
    enter_care(made, "assign", obligation.code, named, actor, now)
    return made


@once()
def follow(
    *,
    follows: bool,
    actor: Viewer,
    now: datetime,
    obligation: Obligation | None = None,
    provision: Provision | None = None,
    agreement: Agreement | None = None,
    party: Party | None = None,
) -> Following:
    """Want to be told, or no more, of what changes on an obligation, a provision with all below it, or an agreement; of
    this with a `party`, on that party's commitments alone. Raises PermissionDenied and Refused.
    """
    of = subject_of(obligation, provision, agreement)
    require(actor, Right.FOLLOW, of.pk)
    assert actor.user_id is not None
    if party is not None and not of.parties.filter(pk=party.pk).exists():
        raise Refused({"party": _("No party of this agreement.")})
    said = {"obligation": obligation, "provision": provision, "party": party}
    same = {f"{name}__isnull" if one is None else name: one is None or one for name, one in said.items()}
    current = Following.objects.current().filter(agreement=of, follower=actor.user_id)
    if current.filter(**same).exists() == follows:
        raise Refused({"follows": _("That is so already.")})
    made = Following.objects.create(
        agreement=of, follower_id=actor.user_id, follows=follows, recorded_at=now, **said
    )
    named = (obligation and obligation.code) or (provision and provision.anchor) or (party and party.code)
    enter_care(made, "follow", named or of.code, {"follows": follows}, actor, now)
    return made


def subject_of(
    obligation: Obligation | None, provision: Provision | None, agreement: Agreement | None
) -> Agreement:
    """The agreement that the one of them which is given is of."""
    if obligation is not None:
        return obligation.agreement
    if provision is not None:
        return provision.instrument.agreement
    assert agreement is not None
    return agreement


def enter_care(
    made: Any,
    command: str,
    subject: str,
    after: dict[str, Any],
    actor: Viewer,
    now: datetime,
    reason: str = "",
) -> None:
    """With the revision that the mediators' lists go by."""
    rows: list[Model] = [made]
    enter(
        agreement_id=made.agreement_id,
        actor=actor,
        now=now,
        command=command,
        subject=subject,
        after=after,
        reason=reason,
        rows=rows,
    )
    revise(made.agreement_id, MEDIATORS_BIT)
