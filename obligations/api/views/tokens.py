"""Tokens: a program signs in once with e-mail and password, and then shows a token that ends by itself."""

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from normalization_tracker.api.access import ApiTokens
from normalization_tracker.api.problems import LockedOut
from obligations.api.serializers.input import CredentialsBody, TokenRow
from parties.models import User


class Tokens(APIView):
    authentication_classes = []
    permission_classes = []

    def get_authenticate_header(self, request: Request) -> str:
        return "Token"

    @extend_schema(
        operation_id="tokens_create",
        tags=["tokens"],
        auth=[],
        request=CredentialsBody,
        responses={201: TokenRow},
    )
    def post(self, request: Request) -> Response:
        """Trade e-mail and password for a token. Wrong passwords are counted, as they are in the browser."""
        given = CredentialsBody(data=request.data)
        given.is_valid(raise_exception=True)
        user = signed_in(request._request, **given.validated_data)
        instance, token = AuthToken.objects.create(user=user)
        body = {"token": token, "expiry": TokenRow(instance).data["expiry"]}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})


def signed_in(request: HttpRequest, email: str, password: str) -> User:
    """The user with that password, or 401; 429 while the address is locked out."""
    user = authenticate(request, email=email.strip().lower(), password=password)
    if getattr(request, "axes_locked_out", False):
        request.axes_locked_out = False  # type: ignore[attr-defined]  # else the middleware answers with a page
        raise LockedOut
    if not isinstance(user, User):
        raise AuthenticationFailed(_("No account that may sign in has this e-mail address and password."))
    user_logged_in.send(sender=User, request=request, user=user)
    return user


class CurrentToken(APIView):
    authentication_classes = [ApiTokens]
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="tokens_destroy", tags=["tokens"], request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Revoke the token that this request shows."""
        request.auth.delete()
        return Response(status=204)
