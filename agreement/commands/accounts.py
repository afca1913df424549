"""Accounts: made without a password, which its owner sets by a link; switched off and on, never deleted."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from agreement.commands.checks import lock, refuse_to_lose_the_last, said, subject
from agreement.commands.tokens import end_access
from agreement.ledger import enter
from agreement.models import Mandate
from parties.access import Viewer
from parties.errors import Refused
from parties.models import User
from parties.rights import Act, may, require_to_administer
from parties.texts import text_error, text_errors, tidy


@transaction.atomic
def make_account(*, actor: Viewer, now: datetime, email: str, name: str = "", reason: str) -> User:
    """Make an account that cannot sign in until its owner has set a password by a link.

    Raises PermissionDenied and Refused.
    """
    require_to_administer(actor)
    email, name, reason = tidy(email).lower(), tidy(name), said(reason)
    if errors := account_errors(email, name):
        raise Refused(errors)
    account: User = User.objects.create_user(email, None, name=name)
    after = {"email": email, "name": name}
    enter(
        agreement_id=None,
        actor=actor,
        now=now,
        command="make_account",
        subject=subject(account),
        after=after,
        reason=reason,
        states=[account],
    )
    return account


def account_errors(email: str, name: str) -> dict[str, str]:
    try:
        validate_email(email)
    except ValidationError:
        return {"email": _("Give an e-mail address.")}
    if error := text_error("email", email):
        return {"email": error}
    if User.objects.filter(email__iexact=email).exists():
        return {"email": _("There is an account with this address already.")}
    return text_errors(name=name)


@transaction.atomic
def switch_account(*, account: User, on: bool, actor: Viewer, now: datetime, reason: str) -> User:
    """Let an account sign in, or no more: then all its sessions and tokens end, and none comes back with it.

    Only who administers all agreements in which it has a mandate may. Raises PermissionDenied and Refused.
    """
    require_to_administer(actor)
    mandates = list(Mandate.objects.filter(user=account).select_related("agreement", "user"))
    lock(one.agreement_id for one in mandates)
    account = User.objects.select_for_update().get(pk=account.pk)
    require_to_keep(actor, account, [one.agreement_id for one in mandates])
    reason = said(reason)
    if account.is_active == on:
        raise Refused(
            {"account": _("It is switched on already.") if on else _("It is switched off already.")}
        )
    if account.pk == actor.user_id:
        raise Refused({"account": _("This is your own account: another administrator switches it off.")})
    if not on:
        refuse_to_lose_the_last(mandates)
    account.is_active = on
    account.save(update_fields=["is_active"])
    if not on:
        end_access(account)
    enter(
        agreement_id=None,
        actor=actor,
        now=now,
        command="switch_account",
        subject=subject(account),
        before={"may_sign_in": not on},
        after={"may_sign_in": on},
        reason=reason,
        states=[account],
    )
    return account


def require_to_keep(actor: Viewer, account: User, agreements: list[int]) -> None:
    """An account that works elsewhere too is decided on by who administers there as well."""
    if account.is_staff and not actor.keeps_accounts:
        raise PermissionDenied(_("Only who keeps the accounts of this server decides on this one."))
    if not all(may(actor, Act.MANAGE_ACCOUNTS, one) for one in agreements):
        raise PermissionDenied(
            _("This account works in an agreement that you do not administer; withdraw its mandate in yours.")
        )


@transaction.atomic
def record_link(*, account: User, actor: Viewer, now: datetime, reason: str, shown: bool) -> None:
    """Enter that a link to set the first password goes out: by mail, or shown to the administrator (`shown`).

    Refused for an account that has a password: its owner asks for a new one by the page of sign-in.
    """
    require_to_administer(actor)
    reason = said(reason)
    if account.has_usable_password():
        raise Refused({"account": _("It has a password: its owner asks for another one at sign-in.")})
    if not account.is_active:
        raise Refused({"account": _("It is switched off.")})
    enter(
        agreement_id=None,
        actor=actor,
        now=now,
        command="send_link",
        subject=subject(account),
        after={"shown_to_administrator": shown},
        reason=reason,
    )
