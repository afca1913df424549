"""The second factor of an account: what its owner does with it is entered, and administrators take a lost one away."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreement.commands import powers
from agreement.commands.accounts import about, is_of_the_server, lock_to_administer
from agreement.commands.tokens import end_access, own
from agreement.models import LedgerEntry, Mandate
from parties.access import Viewer
from parties.errors import Refused
from parties.keys import random_key
from parties.models import User
from parties.once import once
from parties.second_factor import factors, tell_owner


@transaction.atomic
def note_factor(*, account: User, actor: Viewer, now: datetime, added: str = "", removed: str = "") -> User:
    """Enter that the owner of an account added or removed a factor, by its kind, and tell them by mail.

    With the first one all other sessions end: they were opened without it. Raises PermissionDenied.
    """
    account = own(account, actor)
    if added and factors().filter(user=account).count() == 1:
        account.session_epoch = random_key()
        account.save(update_fields=["session_epoch"])
    powers.enter_of(
        account,
        "add_factor" if added else "remove_factor",
        actor,
        now,
        before={"factor": removed} if removed else {},
        after={"factor": added} if added else {},
    )
    if added:
        text = gettext_lazy("A second factor was added to your account on the Normalization Tracker.")
    else:
        text = gettext_lazy("A second factor was removed from your account on the Normalization Tracker.")
    tell_owner(account, gettext_lazy("Your second factor"), text, NOT_YOU)
    return account


NOT_YOU = gettext_lazy("If that was not you, tell an administrator, and choose another password.")


@once()
def reset_factor(
    *, account: User, actor: Viewer, now: datetime, reason: str, signed: powers.Signed | None = None
) -> User:
    """Take the whole second factor of an account away, with all its sessions and tokens: its owner sets up another one.

    Another administrator than the owner does, and a second one signs where the policy wants it for acts of power. It is
    told as those are, and to the owner by mail. Raises PermissionDenied, Refused and AwaitsSignature.
    """
    account, mandates = lock_to_administer(account, actor)
    reason = powers.required_reason(reason)
    if account.pk == actor.user_id:
        raise Refused(
            {"account": _("This is your own account: another administrator takes its factor away.")}
        )
    if not Authenticator.objects.filter(user=account).exists():
        raise Refused({"account": _("It has no second factor.")})
    powers.require_signature_for_powers([mandate.agreement_id for mandate in mandates], signed)
    entry = take_away(account, mandates, actor, now, reason)
    agreements = [mandate.agreement_id for mandate in mandates]
    powers.tell(entry, agreements, actor, server=is_of_the_server(account, mandates))
    return account


@transaction.atomic
def reset_factor_by_the_server(*, account: User, now: datetime, reason: str) -> None:
    """The same by whoever runs the server, for who has no other administrator. Raises Refused."""
    reason = powers.required_reason(reason)
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    mandates = list(Mandate.objects.filter(user=account).select_related("agreement"))
    if not Authenticator.objects.filter(user=account).exists():
        raise Refused({"account": _("It has no second factor.")})
    entry = take_away(account, mandates, Viewer(), now, reason)
    powers.tell(entry, [mandate.agreement_id for mandate in mandates], Viewer(), server=True)


def take_away(
    account: User, mandates: list[Mandate], actor: Viewer, now: datetime, reason: str
) -> LedgerEntry:
    kinds = sorted(factors().filter(user=account).values_list("type", flat=True))
    Authenticator.objects.filter(user=account).delete()
    end_access(account)
    text = gettext_lazy(
        "The second factor of your account on the Normalization Tracker was taken away by an administrator, and all"
        " your sessions and tokens have ended. Sign in with your password and set up another one."
    )
    tell_owner(account, gettext_lazy("Your second factor was taken away"), text, NOT_YOU)
    return powers.enter_of(
        account,
        "reset_factor",
        actor,
        now,
        before={"factors": kinds, **about(account, mandates)},
        reason=reason,
    )
