"""Requests of mediators: what a party is asked for, by when, and what became of it."""

from rest_framework import serializers

from obligations.api.serializers.common import Code, Key, ObligationName, PartyName, Shape, WordOrNull
from obligations.api.serializers.input import Body, PartyCode, StatementKey
from obligations.api.serializers.tiers import TierField, WiderField
from obligations.commands.requests import TIERS_OF_A_REQUEST
from obligations.status.requests import STATES
from parties.access import Tier

TIERS = [(tier.value, tier.label) for tier in TIERS_OF_A_REQUEST]


class RequestRow(Shape):
    """`state` and `reply` are told to mediators and to the asked party, who see every reply; others read null."""

    id = serializers.CharField(source="request.key")
    agreement = Code("request.agreement")
    commitment = serializers.IntegerField(source="request.commitment_id")
    obligation = ObligationName(source="request.commitment.obligation")
    party = PartyName(source="request.party", help_text="Who is asked.")
    statement = Key(
        "request.statement",
        help_text="The statement to which a reply is asked for; null: a claim is asked for.",
    )
    reply_by = serializers.DateField(source="request.reply_by")
    words = serializers.CharField(source="request.words")
    asked_at = serializers.DateTimeField(source="request.asked_at")
    state = WordOrNull(list(STATES.items()))
    reply = Key("reply", help_text="The first reply.")
    replied_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField(help_text="Whether the reply came after the day.")
    taken_back_at = serializers.DateTimeField(source="taken_back.recorded_at", allow_null=True)
    taken_back_because = serializers.CharField(source="taken_back.reason", allow_null=True)
    tier = serializers.ChoiceField(source="request.tier", choices=Tier.choices)


class RequestBody(Body):
    party = PartyCode(help_text="Code of the party that is asked.")
    reply_by = serializers.DateField(
        help_text="The day by whose end it is asked for, in the agreement's zone."
    )
    words = serializers.CharField()
    statement = StatementKey(
        required=False, help_text="Id of the statement to which a reply is asked for; left out, a claim is."
    )
    tier = TierField(TIERS_OF_A_REQUEST, "The asked party has to see it; in confidence is with that party.")
    wider = WiderField("the statement that a reply is asked for")
