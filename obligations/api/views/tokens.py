"""Tokens: a program signs in once with e-mail and password, and then shows a token that ends by itself."""

from datetime import datetime
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agreement.commands import make_token, revoke_token, revoke_tokens
from agreement.viewers import viewer_for, viewer_of
from obligations.api.base.access import ApiTokens, MayRead, refuse_without_factor
from obligations.api.base.filtering import refuse_what_is_not_known
from obligations.api.base.problems import LockedOut
from obligations.api.base.throttling import BySignIn
from obligations.api.serializers.common import Shape
from obligations.api.serializers.input import Body
from obligations.api.views.acts import refusals, validated
from parties.devices import note_program
from parties.models import ApiToken, User
from parties.second_factor import has_factor, takes_code
from parties.texts import LIMITS
from parties.tokens import in_force


class CredentialsBody(Body):
    email = serializers.CharField()
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)
    code = serializers.CharField(
        required=False,
        max_length=LIMITS["code"],
        write_only=True,
        help_text="Of an account with a second factor: the code that the app shows, or a recovery code.",
    )
    name = serializers.CharField(
        help_text="What you find it by in the list of tokens: such as the name of the program."
    )
    scope = serializers.ChoiceField(
        choices=ApiToken.Scope.choices,
        default=ApiToken.Scope.READ,
        help_text="`read`: every request that writes is answered 403. Left out, it is that.",
    )
    expiry = serializers.DateTimeField(
        required=False,
        help_text="When it ends, within a year; left out, after the days that the server is set to.",
    )


class TokenRow(Shape):
    """A token, without its secret: nobody is shown that again."""

    key = serializers.CharField(help_text="Names the token; it is no secret and opens nothing.")
    name = serializers.CharField()
    scope = serializers.ChoiceField(choices=ApiToken.Scope.choices)
    created = serializers.DateTimeField()
    expiry = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="Right to a minute; null: never.")
    is_current = serializers.SerializerMethodField(help_text="Whether this request shows it.")

    def get_is_current(self, token: ApiToken) -> bool:
        return token == self.context.get("shown")


class NewTokenRow(TokenRow):
    """A token that was made just now."""

    token = serializers.CharField(
        help_text="The secret, shown this once: the server keeps only a hash of it."
    )


class TokenRows(Shape):
    results = TokenRow(many=True)


NOT_KEPT = {"Cache-Control": "no-store"}


class OfOneAccount(APIView):
    """What an account does with its own tokens."""

    permission_classes = [IsAuthenticated, MayRead]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_what_is_not_known(request, set(), set())

    def tokens(self, now: datetime) -> Any:
        return in_force(self.request.user, now)  # type: ignore[arg-type]  # permissions let nobody else in


class Tokens(OfOneAccount):
    def get_authenticators(self) -> list[Any]:
        """Making one asks for e-mail and password, whatever else the request shows."""
        return [] if self.is_making else super().get_authenticators()

    def get_permissions(self) -> list[Any]:
        return [] if self.is_making or self.is_no_method else list(super().get_permissions())

    @property
    def is_no_method(self) -> bool:
        """What nobody may do here is refused as that, whoever asks."""
        return self.request is not None and self.request.method not in self.allowed_methods

    @property
    def is_making(self) -> bool:
        return self.request is not None and self.request.method == "POST"

    def get_throttles(self) -> list[Any]:
        return [BySignIn()] if self.is_making else super().get_throttles()

    def get_authenticate_header(self, request: Request) -> str:
        return "Token"

    @extend_schema(operation_id="tokens_list", tags=["tokens"], responses={200: TokenRows})
    def get(self, request: Request) -> Response:
        """The tokens of your account that are in force, the newest first, without their secrets."""
        rows = self.tokens(timezone.now())
        return Response(TokenRows({"results": rows}, context={"shown": request.auth}).data)

    @extend_schema(
        operation_id="tokens_create",
        tags=["tokens"],
        auth=[],
        request=CredentialsBody,
        responses={201: NewTokenRow},
    )
    def post(self, request: Request) -> Response:
        """Trade e-mail, password, and the `code` of a second factor for a token. Wrong ones are counted, as they are in
        the browser. An account that needs a second factor and has none gets no token, and its tokens do nothing.

        The token ends at `expiry`, when it is revoked, when the password changes, when the account is switched off,
        and when its owner signs out everywhere.
        """
        given = validated(CredentialsBody, request)
        user = signed_in(request._request, given.pop("email"), given.pop("password"), given.pop("code", ""))
        with refusals():
            token, secret = make_token(account=user, actor=viewer_for(user), now=timezone.now(), **given)
        note_program(request._request, user)
        return Response(TokenRow(token).data | {"token": secret}, status=201, headers=NOT_KEPT)

    @extend_schema(operation_id="tokens_destroy_all", tags=["tokens"], request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Revoke all tokens of your account, the one that this request shows among them."""
        revoke_tokens(account=request.user, actor=viewer_of(request), now=timezone.now())  # type: ignore[arg-type]
        return Response(status=204)


def signed_in(request: Any, email: str, password: str, code: str) -> User:
    """The user with that password, and with the code of their second factor, or 401; 429 while they are locked out."""
    user = authenticate(request, email=email.strip().lower(), password=password)
    refused: APIException | None = None
    if not isinstance(user, User):
        text = _("No account that may sign in has this e-mail address and password.")
        refused = AuthenticationFailed(text)
    elif has_factor(user) and not (code and takes_code(request, user, code)):
        text = _("Give the `code` that the app of the account shows now, or a recovery code.")
        refused = AuthenticationFailed(text, code="code_needed")
    if getattr(request, "axes_locked_out", False):
        request.axes_locked_out = False  # else the middleware answers with a page
        raise LockedOut
    if refused or not isinstance(user, User):
        raise refused or AuthenticationFailed()
    refuse_without_factor(viewer_for(user))
    user_logged_in.send(sender=User, request=request, user=user)
    return user


class Token(OfOneAccount):
    @extend_schema(operation_id="tokens_destroy", tags=["tokens"], request=None, responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Revoke one token of your account, by its `key`."""
        now = timezone.now()
        token = None if "\x00" in key else self.tokens(now).filter(key=key).first()
        if token is None:
            raise Http404
        revoke_token(token=token, actor=viewer_of(request), now=now)
        return Response(status=204)


class CurrentToken(OfOneAccount):
    authentication_classes = [ApiTokens]
    takes_any_scope = True

    @extend_schema(
        operation_id="tokens_destroy_current", tags=["tokens"], request=None, responses={204: None}
    )
    def delete(self, request: Request) -> Response:
        """Revoke the token that this request shows, whatever its scope."""
        assert isinstance(request.auth, ApiToken)
        revoke_token(token=request.auth, actor=viewer_of(request), now=timezone.now())
        return Response(status=204)
