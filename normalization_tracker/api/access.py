"""Who is asking, and whether they may read at all."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which reads the settings that name this module


class ApiTokens(TokenAuthentication):
    """`Authorization: Token …`, or `Bearer …`, which many tools write unasked."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _space, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() not in (b"token", b"bearer"):
            return None
        if not token.isalnum():
            raise AuthenticationFailed(_("The header wants one token, in letters and digits."))
        found: tuple[Any, Any] = self.authenticate_credentials(token)
        return found


class MayRead(BasePermission):
    """The public tier is open to all where public reading is on; else an account is needed, and 401 says so."""

    message = _("Reading needs an account here.")

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return settings.PUBLIC_READING or request.user.is_authenticated
