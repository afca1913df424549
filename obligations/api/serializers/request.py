"""Requests of mediators: what a party is asked for, by when, and what became of it."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from obligations.api.serializers.common import Code, ObligationName, PartyName, WordOrNull
from obligations.api.serializers.input import Body
from obligations.api.serializers.tiers import TierField, WiderField
from obligations.commands.requests import TIERS_OF_A_REQUEST
from obligations.models import Statement
from obligations.status.requests import STATES
from parties.access import Tier
from parties.models import Party

TIERS = [(tier.value, tier.label) for tier in TIERS_OF_A_REQUEST]


class RequestRow(serializers.Serializer[Any]):
    """`state` and `reply` are told to mediators and to the asked party, who see every reply; others read null."""

    id = serializers.CharField(source="request.key", read_only=True)
    agreement = Code("request.agreement")
    commitment = serializers.IntegerField(source="request.commitment_id", read_only=True)
    obligation = ObligationName(source="request.commitment.obligation", read_only=True)
    party = PartyName(source="request.party", read_only=True, help_text="Who is asked.")
    statement = serializers.CharField(
        source="request.statement.key",
        default=None,
        read_only=True,
        allow_null=True,
        help_text="The statement to which a reply is asked for; null: a claim is asked for.",
    )
    reply_by = serializers.DateField(source="request.reply_by", read_only=True)
    words = serializers.CharField(source="request.words", read_only=True)
    asked_at = serializers.DateTimeField(source="request.asked_at", read_only=True)
    state = WordOrNull(list(STATES.items()))
    reply = serializers.CharField(
        source="reply.key", default=None, read_only=True, allow_null=True, help_text="The first reply."
    )
    replied_at = serializers.DateTimeField(read_only=True, allow_null=True)
    late = serializers.BooleanField(read_only=True, help_text="Whether the reply came after the day.")
    taken_back_at = serializers.DateTimeField(
        source="taken_back.recorded_at", default=None, read_only=True, allow_null=True
    )
    taken_back_because = serializers.CharField(
        source="taken_back.reason", default=None, read_only=True, allow_null=True
    )
    tier = serializers.ChoiceField(source="request.tier", choices=Tier.choices, read_only=True)


class RequestBody(Body):
    party = serializers.CharField(  # type: ignore[assignment]
        help_text="Code of the party that is asked."
    )
    reply_by = serializers.DateField(
        help_text="The day by whose end it is asked for, in the agreement's zone."
    )
    words = serializers.CharField()
    statement = serializers.CharField(
        required=False, help_text="Id of the statement to which a reply is asked for; left out, a claim is."
    )
    tier = TierField(TIERS_OF_A_REQUEST, "The asked party has to see it; in confidence is with that party.")
    wider = WiderField("the statement that a reply is asked for")

    def validate_party(self, code: str) -> Party:
        return Body.party(self, code)

    def validate_statement(self, key: str) -> Statement:
        seen = Statement.objects.visible_to(self.context["viewer"], self.context["now"])
        said = seen.filter(agreement=self.context["agreement"], key=key).first()
        if said is None:
            raise serializers.ValidationError(_("No statement of this agreement has this id."))
        return said
