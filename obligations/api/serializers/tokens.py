"""Tokens of programs: what is given for one, and what is told of it."""

from rest_framework import serializers

from obligations.api.serializers.common import Shape
from obligations.api.serializers.input import Body
from parties.models import ApiToken
from parties.texts import LIMITS


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
