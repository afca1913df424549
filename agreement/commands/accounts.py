"""Accounts: made with their first mandate, without a password; its owner sets one by a link. They are never deleted."""

from collections.abc import Sequence
from datetime import datetime

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db.models import CASCADE, ForeignObjectRel
from django.utils.translation import gettext as _

from agreement.commands import powers
from agreement.commands.mandates import give_mandate
from agreement.commands.powers import enter_of, refuse_closed, required_reason
from agreement.commands.tokens import end_access
from agreement.models import Agreement, LedgerEntry, Mandate
from parties.access import Clearance, Viewer
from parties.errors import Refused
from parties.models import NOWHERE, Party, SentMail, User
from parties.once import once
from parties.rights import Right, may, require_to_administer
from parties.texts import text_error, text_errors, tidy


@once()
def invite(
    *,
    email: str,
    agreement: Agreement,
    role: str,
    actor: Viewer,
    now: datetime,
    reason: str,
    name: str = "",
    party: Party | None = None,
    clearance: str = Clearance.PUBLIC,
    signed: powers.Signed | None = None,
) -> Mandate:
    """Give the account with this e-mail address its first mandate in an agreement; make it where there is none.

    An account that is there stays as it is, its name and its password too, and nothing tells whether it was. Raises
    PermissionDenied, Refused and AwaitsSignature, as `give_mandate` does.
    """
    require_to_administer(actor, agreement.pk)
    powers.lock([agreement.pk])
    email, name, reason = tidy(email).lower(), tidy(name), powers.required_reason(reason)
    if errors := account_errors(email, name):
        raise Refused(errors)
    powers.lock_address(email)
    account = User.objects.at(email)
    if account is None:
        account = make_account(email, name, actor, now, reason)
    elif account.mandates.filter(agreement=agreement).exists():
        raise Refused({"email": _("This account has a mandate in the agreement: change it on its own page.")})
    return give_mandate(
        account=account,
        agreement=agreement,
        role=role,
        party=party,
        clearance=clearance,
        actor=actor,
        now=now,
        reason=reason,
        signed=signed,
    )


def make_account(email: str, name: str, actor: Viewer, now: datetime, reason: str) -> User:
    """An account that cannot sign in until its owner has set a password by a link."""
    account: User = User.objects.create_user(email, None, name=name)
    powers.enter_of(
        account,
        "make_account",
        actor,
        now,
        after={"email": email, "name": name},
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
    return text_errors(name=name)


def administers(actor: Viewer, account: User, agreements: Sequence[int]) -> bool:
    """Whether the actor decides on the account itself; `agreements` are those that it has a mandate in.

    Who administers all of them, and who keeps the accounts of the server.
    """
    if actor.keeps_accounts:
        return True
    theirs = bool(agreements) and all(
        may(actor, Right.MANAGE_ACCOUNTS, agreement_id) for agreement_id in agreements
    )
    return theirs and not account.is_staff


def lock_to_administer(account: User, actor: Viewer) -> tuple[User, list[Mandate]]:
    """The account as it is now, while nobody else decides on it, and its mandates.

    PermissionDenied where the actor does not keep it.
    """
    require_to_administer(actor)
    powers.lock(Mandate.objects.filter(user=account).values_list("agreement", flat=True))
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    mandates = list(Mandate.objects.filter(user=account).select_related("agreement", "user"))
    if not administers(actor, account, [mandate.agreement_id for mandate in mandates]):
        raise PermissionDenied(_("This account is kept by the administrators of the server."))
    return account, mandates


@once()
def switch_account(
    *, account: User, on: bool, actor: Viewer, now: datetime, reason: str, signed: powers.Signed | None = None
) -> User:
    """Let an account sign in, or no more: then all its sessions and tokens end, and none comes back with it.

    Who administers all agreements in which it has a mandate may, and who keeps the server's accounts. Where one of its
    mandates gives power, this is told; switching it on, or another administrator off, can want a second administrator.
    Raises PermissionDenied, Refused and AwaitsSignature.
    """
    account, mandates = lock_to_administer(account, actor)
    reason = powers.required_reason(reason)
    powers.refuse_closed(account)
    if account.is_active == on:
        raise Refused(
            {"account": _("It is switched on already.") if on else _("It is switched off already.")}
        )
    if account.pk == actor.user_id:
        raise Refused({"account": _("This is your own account: another administrator switches it off.")})
    if not on:
        powers.refuse_to_lose_the_last(mandates)
        for mandate in mandates:
            powers.require_signature_for_loss(mandate, actor, signed)
    empowered = [
        mandate.agreement_id for mandate in mandates if powers.gives_power(mandate.role, mandate.clearance)
    ]
    if on:
        powers.require_signature_for_powers(empowered, signed)
    account.is_active = on
    account.save(update_fields=["is_active"])
    if not on:
        end_access(account)
    entry = powers.enter_of(
        account,
        "switch_account",
        actor,
        now,
        before={"may_sign_in": not on, **about(account, mandates)},
        after={"may_sign_in": on},
        reason=reason,
        states=[account],
    )
    if empowered or account.is_staff:
        powers.tell(entry, empowered, actor, server=is_of_the_server(account, mandates))
    return account


@once()
def record_link(
    *,
    account: User,
    actor: Viewer,
    now: datetime,
    reason: str,
    shown: bool,
    signed: powers.Signed | None = None,
) -> User:
    """Enter that a link to set the first password goes out: by mail, or shown to the administrator (`shown`).

    Who has the link has the account: so it is told, and can want a second administrator. Refused for an account with a
    password: its owner asks for a new one by the page of sign-in. Raises PermissionDenied, Refused and AwaitsSignature.
    """
    account, mandates = lock_to_administer(account, actor)
    reason = powers.required_reason(reason)
    if account.has_usable_password():
        raise Refused({"account": _("It has a password: its owner asks for another one at sign-in.")})
    if not account.is_active:
        raise Refused({"account": _("It is switched off.")})
    agreements = [mandate.agreement_id for mandate in mandates]
    powers.require_signature_for_powers(agreements, signed)
    entry = powers.enter_of(
        account,
        "send_link",
        actor,
        now,
        before=about(account, mandates),
        after={"shown_to_administrator": shown, **shown_to(actor, signed, shown)},
        reason=reason,
    )
    powers.tell(entry, agreements, actor, server=is_of_the_server(account, mandates))
    return account


def shown_to(actor: Viewer, signed: powers.Signed | None, shown: bool) -> dict[str, str]:
    """On whose page a link stands: of who signed for it, else of who asked for it."""
    reader = signed.by if signed and signed.by else actor
    return {"shown_to": User.objects.get(pk=reader.user_id).email} if shown and reader.user_id else {}


def enter_by_the_server(
    account: User,
    command: str,
    now: datetime,
    after: dict[str, object] | None = None,
    states: Sequence[User] = (),
) -> None:
    """Enter an act of power by a command of whoever runs the server, and tell of it as of an administrator's."""
    mandates = list(Mandate.objects.filter(user=account).select_related("agreement"))
    entry = powers.enter_of(
        account,
        command,
        Viewer(),
        now,
        before=about(account, mandates),
        after=after,
        reason="By a command on the server.",
        states=states,
    )
    powers.tell(entry, [mandate.agreement_id for mandate in mandates], Viewer(), server=True)


def about(account: User, mandates: Sequence[Mandate]) -> dict[str, str | list[str]]:
    """Whose account it is, and in which agreements: their administrators may read the entry."""
    return {"email": account.email, "agreements": sorted(mandate.agreement.code for mandate in mandates)}


def is_of_the_server(account: User, mandates: Sequence[Mandate]) -> bool:
    """Whether no agreement's administrator keeps it by themselves."""
    return account.is_staff or len(mandates) != 1


def choose_language(*, account: User, language: str) -> None:
    """In which pages and mails come to the account from now on; not on record. Raises Refused for one we have not."""
    if language not in dict(settings.LANGUAGES):
        raise Refused({"language": _("Choose one of the languages that are offered.")})
    User.objects.filter(pk=account.pk).update(language=language)


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
