"""What was agreed: agreements, parties, instruments, provisions."""

from typing import Any

from rest_framework import serializers

from agreement.models import (
    Agreement,
    Calendar,
    Holiday,
    Instrument,
    InterpretiveRule,
    Participation,
    Position,
    Provision,
)
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
            "sign_off",
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


class HolidayRow(Row):
    estimated = serializers.BooleanField(
        source="is_estimated", read_only=True, help_text="Worked out from a computed moon."
    )

    class Meta:
        model = Holiday
        fields = ["day", "name", "estimated", "origin", "source", "reason", "recorded_at", "from_outset"]


class CalendarRow(Row):
    """The newest entry of each day stands in `days` or in `struck`."""

    agreement = Code("agreement")
    parties = PartyName(
        many=True, read_only=True, help_text="Those who count by it unless a reading says otherwise."
    )
    days = HolidayRow(source="shown_days", many=True, read_only=True, help_text="Its holidays, in order.")
    struck = HolidayRow(
        source="shown_struck",
        many=True,
        read_only=True,
        help_text="Days that are taken for no holiday: struck, or excepted.",
    )

    class Meta:
        model = Calendar
        fields = [
            "agreement",
            "code",
            "name",
            "parties",
            "library",
            "library_version",
            "years_from",
            "years_until",
            "known_until",
            "source",
            "note",
            "days",
            "struck",
        ]
