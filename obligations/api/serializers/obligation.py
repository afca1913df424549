"""What is owed."""

from datetime import date
from typing import Any

from rest_framework import serializers

from obligations.api.serializers.common import Code, PartyName, ProvisionName, Row, page_of_obligation
from obligations.models import Commitment, Gate, Obligation
from obligations.status.recall import opening_of


class GateRow(Row):
    """A condition of the text: after another obligation, after a trigger, or in words. The others are null or empty."""

    after_obligation = serializers.SlugRelatedField[Any]("code", read_only=True, allow_null=True)
    after_trigger = serializers.SlugRelatedField[Any]("code", read_only=True, allow_null=True)

    opened_on = serializers.SerializerMethodField(
        help_text="From when the mediators declared it open; null where they did not, or took it back."
    )

    class Meta:
        model = Gate
        fields = ["place", "after_obligation", "after_trigger", "condition", "opened_on"]

    def get_opened_on(self, gate: Gate) -> date | None:
        opening = opening_of(gate, gate.obligation.gate_openings.all(), self.context["moment"])
        return opening.opened_on if opening else None


class ShareRow(Row):
    party = PartyName(read_only=True)

    class Meta:
        model = Commitment
        fields = ["id", "party", "share"]


class ObligationRow(Row):
    agreement = Code("agreement")
    provision = ProvisionName(read_only=True)
    trigger = serializers.SlugRelatedField[Any]("code", read_only=True, allow_null=True)
    after_obligation = serializers.SlugRelatedField[Any](
        "code",
        read_only=True,
        allow_null=True,
        help_text="The obligation whose fulfilment starts the clock, where no trigger does.",
    )
    deadline_from = serializers.SlugRelatedField[Any]("code", read_only=True, allow_null=True)
    terms = serializers.DictField(
        read_only=True, help_text="What the rule needs, such as the number of days."
    )
    indicators = serializers.SlugRelatedField[Any]("text", many=True, read_only=True)
    gates = GateRow(many=True, read_only=True)
    events = serializers.SlugRelatedField[Any]("code", source="touched_by", many=True, read_only=True)
    commitments = ShareRow(many=True, read_only=True)
    url = serializers.SerializerMethodField(help_text="The obligation's page.")

    class Meta:
        model = Obligation
        fields = [
            "agreement",
            "code",
            "title",
            "summary",
            "kind",
            "provision",
            "rule",
            "terms",
            "trigger",
            "after_obligation",
            "deadline_from",
            "beneficiaries",
            "tags",
            "indicators",
            "gates",
            "events",
            "commitments",
            "confidence",
            "confidence_note",
            "source",
            "url",
        ]

    def get_url(self, obligation: Obligation) -> str:
        asked = self.context["request"], self.context["moment"]
        return page_of_obligation(asked[0], obligation.agreement.code, obligation.code, asked[1])
