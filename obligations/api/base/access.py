"""Who is asking, and whether they may read at all."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.metadata import BaseMetadata
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.reverse import reverse

from agreement.models import Agreement, Mandate
from agreement.viewers import OF_A_MANDATE, viewer_of, viewer_with
from parties.access import Viewer
from parties.models import ApiToken, User
from parties.prepared import run
from parties.rates import address, use
from parties.replica import PRIMARY
from parties.texts import StrOrPromise
from parties.tokens import note_use

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which reads the settings that name this module

M = TypeVar("M", bound=Model)


class ApiTokens(TokenAuthentication):
    """`Authorization: Token …`, or `Bearer …`, which many tools write unasked.

    A token that only reads is refused here where the request writes: no view can forget it. A view whose writes touch
    the token alone says `takes_any_scope`.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _space, token = get_authorization_header(request).partition(b" ")
        if not scheme:
            return None
        if scheme.lower() not in (b"token", b"bearer"):
            # Not passed over: who shows a credential believes to be signed in, and would take less for all there is.
            raise wrong(request, _("The header wants a token: `Authorization: Token …`, or `Bearer …`."))
        if not token.isalnum():
            raise wrong(request, _("The header wants one token, in letters and digits."))
        now = timezone.now()
        found = token_shown(token.decode(), now)
        if found is None or found[0].scope == ApiToken.Scope.CALENDAR:
            raise wrong(
                request, _("This token is not in force: it is wrong, it has ended, or it is for a calendar.")
            )
        shown, viewer = found
        refuse_without_factor(viewer)
        request._request._viewer = (shown.user.pk, viewer)  # type: ignore[attr-defined]
        view = request.parser_context["view"]
        if request.method not in SAFE_METHODS and not getattr(view, "takes_any_scope", False):
            self.require_to_write(shown)
        note_use(shown, now)
        return shown.user, shown

    def require_to_write(self, token: ApiToken) -> None:
        if token.scope != ApiToken.Scope.WRITE:
            raise PermissionDenied(
                _("This token only reads. To write, make one with the scope “write”."), code="read_token"
            )


def refuse_without_factor(viewer: Viewer) -> None:
    """PermissionDenied for an account of which a policy wants a second factor, and which has none."""
    if viewer.lacks_second_factor:
        raise PermissionDenied(
            _("This account needs a second factor: its owner signs in to the pages and sets one up."),
            code="second_factor_missing",
        )


def columns(model: type[Model], letter: str) -> str:
    return ", ".join(f"{letter}.{one.column}" for one in model._meta.concrete_fields)


TOKEN = f"""
SELECT {columns(ApiToken, "t")}, {columns(User, "u")}, {", ".join(f"m.{name}" for name in OF_A_MANDATE)},
    a.second_factor, EXISTS (
        SELECT FROM {Authenticator._meta.db_table} f WHERE f.user_id = u.id AND f.type <> 'recovery_codes'
    )
FROM {ApiToken._meta.db_table} t JOIN {User._meta.db_table} u ON u.id = t.user_id
LEFT JOIN {Mandate._meta.db_table} m ON m.user_id = u.id
LEFT JOIN {Agreement._meta.db_table} a ON a.id = m.agreement_id
WHERE t.digest = %s ORDER BY m.agreement_id
"""


def token_shown(secret: str, now: datetime) -> tuple[ApiToken, Viewer] | None:
    """The token with this secret, and its owner as a viewer; None where there is none, where it has ended, or where its
    owner may not sign in. One query, whose plan is kept: each request of a program begins with it.

    The hash of a secret of 256 random bits is looked up as it is: nothing can be guessed from how long that takes.
    """
    rows = run(TOKEN, [hash_token(secret)], PRIMARY)
    if not rows:
        return None
    token, values = row_and_rest(ApiToken, rows[0])
    token.user, _rest = row_and_rest(User, values)
    if (token.expiry is not None and token.expiry <= now) or not token.user.is_active:
        return None
    mandates = [row[-len(OF_A_MANDATE) - 2 :] for row in rows]
    return token, viewer_with(token.user, (one for one in mandates if one[0] is not None))


def row_and_rest(model: type[M], values: tuple[Any, ...]) -> tuple[M, tuple[Any, ...]]:
    """A row of the model made of the first values, and the rest of them."""
    names = [one.attname for one in model._meta.concrete_fields]
    return model.from_db("default", names, values[: len(names)]), values[len(names) :]


def wrong(request: Request, said: StrOrPromise) -> APIException:
    """What to raise for a wrong credential: it counts for its address, as a request without one does."""
    usage = use(request, "anonymous", address(request))
    return Throttled(usage.reset) if usage is not None and usage.is_over else AuthenticationFailed(said)


class MayRead(BasePermission):
    """The public tier is open to all where public reading is on; else an account is needed, and 401 says so."""

    message = _("Reading needs an account here.")

    def has_permission(self, request: Request, view: "APIView") -> bool:
        refuse_without_factor(viewer_of(request._request))
        return settings.PUBLIC_READING or request.user.is_authenticated


class Methods(BaseMetadata):
    """The answer to OPTIONS: what can be asked there, as `Allow` says it, and where all of it is described."""

    def determine_metadata(self, request: Request, view: "APIView") -> dict[str, Any]:
        return {"methods": view.allowed_methods, "described_at": reverse("api:schema", request=request)}
