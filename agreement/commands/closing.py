"""An account is closed: what is personal goes, but for what the record needs. See docs/decisions/0009."""

from datetime import datetime

from axes.models import AccessAttempt, AccessLog
from django.core.exceptions import PermissionDenied
from django.db.models import CASCADE, ForeignObjectRel
from django.utils.translation import gettext as _

from agreement.commands.accounts import lock_to_administer
from agreement.commands.powers import enter_of, refuse_closed, required_reason
from agreement.commands.tokens import end_access
from agreement.models import LedgerEntry
from parties.access import Viewer
from parties.errors import Refused
from parties.models import NOWHERE, SentMail, User
from parties.once import once


@once()
def close_account(*, account: User, actor: Viewer, now: datetime, reason: str) -> User:
    """Take away what is personal of an account that is off and has no mandate: it stays as a row that signs in no more.

    Its address goes, its password, its sign-ins, mails and all that was its alone; its name stays where an entry of the
    ledger names it as who acted. For who keeps the server's accounts. Raises PermissionDenied and Refused.
    """
    if not actor.keeps_accounts:
        raise PermissionDenied(_("This is for who keeps the server."))
    account, mandates = lock_to_administer(account, actor)
    reason = required_reason(reason)
    refuse_closed(account)
    if account.is_active or mandates:
        raise Refused({"account": _("Switch it off and withdraw its mandates first.")})
    acted = LedgerEntry.objects.filter(actor=account).exists()
    forget_sign_ins(account.email)
    forget_what_is_private(account)
    end_access(account)
    account.email = f"closed-{account.key}@{NOWHERE}"
    account.name = account.name if acted else ""
    account.is_staff = account.is_superuser = False
    account.last_login = None
    account.set_unusable_password()
    account.save()
    enter_of(
        account,
        "close_account",
        actor,
        now,
        after={"name_stays": bool(account.name)},
        reason=reason,
        states=[account],
    )
    return account


def forget_sign_ins(email: str) -> None:
    for rows in (AccessAttempt, AccessLog):
        rows.objects.filter(username__iexact=email).delete()
    SentMail.objects.filter(to__iexact=email).delete()


def forget_what_is_private(account: User) -> None:
    """Rows that would go with the account are its alone: what is on record keeps an account from going.

    A mandate would go too, and none is left.
    """
    for link in User._meta.get_fields(include_hidden=True):
        if isinstance(link, ForeignObjectRel) and link.on_delete is CASCADE:
            link.related_model._base_manager.filter(**{link.field.name: account}).delete()
