"""Mandates: given, changed and withdrawn by who administers the agreement."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agreement.commands import powers
from agreement.models import Agreement, LedgerEntry, Mandate
from parties.access import IN_A_NAME, Clearance, Role, Viewer
from parties.errors import Refused
from parties.models import Party, User
from parties.once import once
from parties.rights import require_to_administer

# Roles whose reach is a clearance; that of the others follows from the role.
CLEARED = (Role.ADMINISTRATOR, Role.ANALYST, Role.OBSERVER)


@once()
def give_mandate(
    *,
    account: User,
    agreement: Agreement,
    role: str,
    actor: Viewer,
    now: datetime,
    reason: str,
    party: Party | None = None,
    clearance: str = Clearance.PUBLIC,
    signed: powers.Signed | None = None,
) -> Mandate:
    """Give an account its mandate in an agreement, in place of the one that it has there, if any.

    `party` is a representative's, or the one in whose name an observer speaks; `clearance` is of other roles but the
    mediator's. Nobody gives themselves one. One that gives power is told to who looks after the agreement, and wants a
    second administrator where the policy says so. Raises PermissionDenied, Refused and AwaitsSignature.
    """
    require_to_administer(actor, agreement.pk)
    if account.pk == actor.user_id:
        raise Refused({"account": _("Nobody gives a mandate to themselves: another administrator does.")})
    powers.refuse_closed(account)
    powers.lock([agreement.pk])
    reason = powers.required_reason(reason)
    clearance = clearance if role in CLEARED else Clearance.PUBLIC
    if errors := mandate_errors(account, agreement, role, party, clearance):
        raise Refused(errors)
    mandate = (
        Mandate.objects.filter(user=account, agreement=agreement).select_related("agreement", "user").first()
    )
    before = values_of(mandate)
    if powers.gives_power(role, clearance):
        powers.require_signature_for_powers([agreement.pk], signed)
    if mandate is not None and mandate.role != role:
        powers.require_signature_for_loss(mandate, actor, signed)
    shown = mandate is None and link_was_shown(account)
    if mandate is None:
        mandate = Mandate(user=account, agreement=agreement)
        end_links(account)
    elif mandate.role != role:
        powers.refuse_to_lose_the_last([mandate])
    mandate.role, mandate.party, mandate.clearance = role, party, clearance
    if values_of(mandate) == before:
        raise Refused({"role": _("That is the mandate that it has.")})
    mandate.save()
    enter_given(mandate, before, shown, actor, now, reason)
    return mandate


def enter_given(
    mandate: Mandate, before: dict[str, Any], shown: bool, actor: Viewer, now: datetime, reason: str
) -> None:
    """Enter it, and tell of one that gives power or that did. `shown`: somebody else knew the account's link."""
    account = {"email": mandate.user.email} | ({"link_was_shown": True} if shown else {})
    entry = powers.enter_of(
        mandate.user,
        "give_mandate",
        actor,
        now,
        agreement_id=mandate.agreement_id,
        before=before,
        after=values_of(mandate) | account,
        reason=reason,
        states=[mandate],
    )
    had_power = bool(before) and powers.gives_power(before["role"], before["clearance"])
    if had_power or powers.gives_power(mandate.role, mandate.clearance):
        powers.tell(entry, [mandate.agreement_id], actor)


def mandate_errors(
    account: User, agreement: Agreement, role: str, party: Party | None, clearance: str
) -> dict[str, str]:
    if role not in Role.values:
        return {"role": _("Choose one of: %(roles)s.") % {"roles": ", ".join(Role.values)}}
    if clearance not in Clearance.values:
        return {"clearance": _("Choose one of: %(all)s.") % {"all": ", ".join(Clearance.values)}}
    if (role in IN_A_NAME) != (party is not None):
        sentence = _(
            "A representative has a party, an observer the observer that it speaks for; no other has one."
        )
        return {"party": sentence}
    place = agreement.participations.filter(party=party).first() if party else None
    if party is not None and place is None:
        return {"party": _("This is no party of the agreement.")}
    if place and (place.kind == place.Kind.OBSERVER) != (role == Role.OBSERVER):
        return {
            "party": _("An observer speaks for an observer of the agreement, and a representative for none.")
        }
    return {}


@once()
def withdraw_mandate(
    *,
    account: User,
    agreement: Agreement,
    actor: Viewer,
    now: datetime,
    reason: str,
    signed: powers.Signed | None = None,
) -> None:
    """Take a mandate away: in that agreement the account is the public from now on. What it recorded stays.

    Another administrator's wants a second one where the policy says so. Raises PermissionDenied, Refused and
    AwaitsSignature.
    """
    require_to_administer(actor, agreement.pk)
    powers.lock([agreement.pk])
    reason = powers.required_reason(reason)
    mandate = (
        Mandate.objects.filter(user=account, agreement=agreement).select_related("agreement", "user").first()
    )
    if mandate is None:
        raise Refused({"account": _("It was withdrawn already.")})
    powers.refuse_to_lose_the_last([mandate])
    powers.require_signature_for_loss(mandate, actor, signed)
    before, taken = values_of(mandate), Mandate(pk=mandate.pk)
    mandate.delete()
    entry = powers.enter_of(
        account,
        "withdraw_mandate",
        actor,
        now,
        agreement_id=agreement.pk,
        before=before | {"email": account.email},
        reason=reason,
        states=[taken],
    )
    if powers.gives_power(before["role"], before["clearance"]):
        powers.tell(entry, [agreement.pk], actor)


def end_links(account: User) -> None:
    """A link to set the first password ends where an agreement is added: who was shown it may have no right there."""
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if not account.has_usable_password():
        account.set_unusable_password()
        account.save(update_fields=["password"])


def link_was_shown(account: User) -> bool:
    """Whether an administrator was shown the link by which the password of the account was set, and so may know it."""
    links = LedgerEntry.objects.filter(command="send_link", subject=powers.subject(account))
    return account.has_usable_password() and links.filter(after__shown_to_administrator=True).exists()


def values_of(mandate: Mandate | None) -> dict[str, Any]:
    if mandate is None:
        return {}
    party = mandate.party.code if mandate.party else None
    return {"role": str(mandate.role), "party": party, "clearance": str(mandate.clearance)}
