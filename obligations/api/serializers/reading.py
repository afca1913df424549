"""Readings of time limits."""

from typing import Any

from rest_framework import serializers

from obligations.api.serializers.common import Code, ObligationName, PartyName, Row, WordOrNull
from obligations.deadlines import CONVENTIONS
from obligations.models import Reading


class ReadingRow(Row):
    """What does not belong to its kind is null or empty."""

    id = serializers.CharField(source="key", read_only=True)
    agreement = Code("agreement")
    commitment = serializers.IntegerField(source="commitment_id", read_only=True)
    obligation = ObligationName(source="commitment.obligation", read_only=True)
    party = PartyName(source="commitment.party", read_only=True, help_text="Whose commitment it is about.")
    convention = WordOrNull(
        [(code, one.name) for code, one in CONVENTIONS.items()], help_text="Of the kind `counting`."
    )
    calendars = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="Whose days off are counted, of the kind `counting`; none: the party's own.",
    )
    withdraws = serializers.CharField(
        source="withdraws.key",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The reading that it takes back.",
    )
    withdrawn_by = serializers.SerializerMethodField(
        help_text="The reading that took it back: from then on it counts no more."
    )
    agreed_by = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Codes of the parties that agreed to it."
    )

    class Meta:
        model = Reading
        fields = [
            "id",
            "agreement",
            "commitment",
            "obligation",
            "party",
            "kind",
            "convention",
            "calendars",
            "due_on",
            "effective_on",
            "withdraws",
            "withdrawn_by",
            "reason",
            "source",
            "agreed_on",
            "agreed_by",
            "recorded_at",
        ]

    def get_withdrawn_by(self, reading: Any) -> str | None:
        key: str | None = reading.taken_back_by
        return key
