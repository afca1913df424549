"""What was agreed: agreements, parties, instruments, provisions."""

from typing import Any

from rest_framework import serializers

from agreement.models import Agreement, Instrument, InterpretiveRule, Participation, Position, Provision
from obligations.api.serializers.common import Code, PartyName, Row
from parties.models import Party


class ParticipantRow(Row):
    code = Code("party")
    name = serializers.CharField(source="party.name", read_only=True)

    class Meta:
        model = Participation
        fields = ["code", "name", "kind"]


class AgreementRow(Row):
    parties = ParticipantRow(source="participations", many=True, read_only=True)

    class Meta:
        model = Agreement
        fields = [
            "code",
            "title",
            "short_title",
            "time_zone",
            "convention",
            "due_soon_days",
            "review_months",
            "footnote",
            "notice",
            "facts_as_of",
            "pack_digest",
            "parties",
        ]


class PlaceRow(Row):
    agreement = Code("agreement")

    class Meta:
        model = Participation
        fields = ["agreement", "kind"]


class PartyRow(Row):
    agreements = PlaceRow(source="places", many=True, read_only=True)

    class Meta:
        model = Party
        fields = ["code", "name", "agreements"]


class PositionRow(Row):
    party = PartyName(read_only=True)

    class Meta:
        model = Position
        fields = ["party", "kind", "since", "note"]


class InstrumentRow(Row):
    agreement = Code("agreement")
    positions = PositionRow(many=True, read_only=True)

    class Meta:
        model = Instrument
        fields = [
            "agreement",
            "code",
            "kind",
            "title",
            "short_title",
            "adopted_on",
            "in_effect_from",
            "derived_from",
            "source",
            "note",
            "positions",
        ]


class InterpretiveRuleRow(Row):
    class Meta:
        model = InterpretiveRule
        fields = ["code", "text"]


class ProvisionRow(Row):
    agreement = Code("instrument.agreement")
    instrument = Code("instrument")
    parent = serializers.SerializerMethodField(help_text="Anchor of the provision above; null at the top.")  # type: ignore[assignment]
    interpretive_rules = InterpretiveRuleRow(many=True, read_only=True)
    obligations = serializers.SlugRelatedField[Any]("code", many=True, read_only=True)

    class Meta:
        model = Provision
        fields = [
            "agreement",
            "instrument",
            "anchor",
            "label",
            "heading",
            "parent",
            "interpretive_rules",
            "obligations",
        ]

    def get_parent(self, provision: Provision) -> str | None:
        return provision.parent.anchor if provision.parent else None
