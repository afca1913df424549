"""Tokens of programs, and the end of all that an account has open. Each act is of the own account alone."""

from datetime import datetime, timedelta
from typing import Any, NoReturn

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from agreement.commands.powers import enter_of, tell
from parties.access import Viewer
from parties.errors import Refused
from parties.keys import random_key
from parties.models import ApiToken, User
from parties.once import FIELD, KeyTaken, once
from parties.texts import text_errors, tidy
from parties.tokens import in_force, revoke_all

# Of one account: the API counts the requests of each token by itself.
MOST = 20


def made_before(_stored: object, _arguments: dict[str, Any]) -> NoReturn:
    """The secret is nowhere: a token that was made cannot be answered with again."""
    text = _(
        "This was sent before: the token was made, and is shown no second time. Revoke it, and make another "
        "(a program: with a new key)."
    )
    raise KeyTaken({FIELD: text})


# The page gives the days from the moment at which it is sent: what is sent again names another instant.
@once(without=["expiry"], by_key_alone=True, to_json=lambda made: made[0].pk, from_json=made_before)
def make_token(
    *,
    account: User,
    actor: Viewer,
    now: datetime,
    name: str,
    scope: str,
    expiry: datetime | None = None,
    reason: str = "",
) -> tuple[ApiToken, str]:
    """Make a token; the row, and the secret, which is in no database and no log and is shown this once.

    `scope` is one of ApiToken.Scope. Without `expiry` it ends after API_TOKEN_DAYS. One that writes and
    that its owner did not make is told as an act of power. Raises PermissionDenied and Refused.
    """
    account = own(account, actor)
    name = tidy(name)
    expiry = expiry or now + timedelta(days=settings.API_TOKEN_DAYS)
    if not account.is_active:
        raise Refused({"account": _("It is switched off.")})
    if errors := token_errors(name, scope, expiry, now):
        raise Refused(errors)
    refuse_more(account, now)
    digest, secret = get_digest_token()
    token = ApiToken(
        user=account,
        name=name,
        scope=scope,
        expiry=expiry,
        digest=digest,
        token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH],
    )
    token.save(force_insert=True)
    told = actor.user_id is None and scope == ApiToken.Scope.WRITE
    entry = enter_of(
        account,
        "make_token",
        actor,
        now,
        before={"email": account.email} if told else {},
        after={"token": token.key, "name": name, "scope": scope, "expiry": expiry},
        reason=tidy(reason),
    )
    if told:
        agreements = account.mandates.order_by("agreement").values_list("agreement", flat=True)
        tell(entry, agreements, actor, server=account.is_staff)
    return token, secret


def refuse_more(account: User, now: datetime) -> None:
    """Raises Refused where the account has as many tokens in force as it may."""
    if in_force(account, now).count() >= MOST:
        text = ngettext(
            "An account has at most %(n)s token: revoke one first.",
            "An account has at most %(n)s tokens: revoke one first.",
            MOST,
        )
        raise Refused({"name": text % {"n": MOST}})


def token_errors(name: str, scope: str, expiry: datetime, now: datetime) -> dict[str, str]:
    errors = text_errors({"name"}, name=name)
    if scope not in ApiToken.Scope.values:
        errors["scope"] = _("Take “read”, “write” or “calendar”.")
    most = settings.API_TOKEN_MOST_DAYS
    if not now < expiry <= now + timedelta(days=most):
        errors["expiry"] = ngettext(
            "Take an instant within the next %(days)s day.",
            "Take an instant within the next %(days)s days.",
            most,
        ) % {"days": most}
    return errors


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: Viewer, now: datetime) -> None:
    """End one token. Raises PermissionDenied."""
    account = own(token.user, actor)
    if ApiToken.objects.filter(pk=token.pk).delete()[0]:
        enter_of(
            account,
            "revoke_token",
            actor,
            now,
            before={"token": token.key, "name": token.name, "scope": token.scope},
        )


@transaction.atomic
def revoke_tokens(*, account: User, actor: Viewer, now: datetime) -> int:
    """End all tokens of an account; how many there were. Raises PermissionDenied."""
    account = own(account, actor)
    revoked = revoke_all(account)
    if revoked:
        enter_of(account, "revoke_tokens", actor, now, before={"tokens": revoked})
    return revoked


@transaction.atomic
def sign_out_everywhere(*, account: User, actor: Viewer, now: datetime) -> None:
    """End every session and every token of an account, this one too. Raises PermissionDenied."""
    account = own(account, actor)
    revoked = end_access(account)
    enter_of(account, "sign_out_everywhere", actor, now, before={"tokens": revoked})


@transaction.atomic
def end_session(*, session: UserSession, actor: Viewer, now: datetime) -> None:
    """End one session of the own account. Raises PermissionDenied."""
    account = own(session.user, actor)
    session.end()
    enter_of(account, "end_session", actor, now, before={"began": session.created_at})


def mark(session_key: str) -> str:
    """By which a session is named: its key would let in whoever reads it, and its number tells how many there are."""
    return salted_hmac("agreement.session", session_key).hexdigest()[:24]


def end_access(account: User) -> int:
    """End all sessions and tokens of an account for good, inside of a command; how many tokens there were."""
    account.session_epoch = random_key()
    account.save(update_fields=["session_epoch"])
    return revoke_all(account)


def own(account: User, actor: Viewer) -> User:
    """The account, locked. PermissionDenied where somebody else acts; a management command may."""
    if actor.user_id not in (None, account.pk):
        raise PermissionDenied(_("Tokens and sessions are their owner's alone."))
    return User.objects.select_for_update().get(pk=account.pk)
