"""Periods of what lasts: what was due at the end of each, or how it was reviewed."""

from rest_framework import serializers

from obligations.api.serializers.common import (
    Code,
    ObligationName,
    PartyName,
    Row,
    WordOrNull,
)
from obligations.models import Period
from obligations.models.period import PeriodState
from obligations.models.statement import Conduct, Level


class PeriodRow(Row):
    id = serializers.CharField(source="key", read_only=True)
    agreement = Code("commitment.agreement")
    commitment = serializers.IntegerField(source="commitment_id", read_only=True)
    obligation = ObligationName(source="commitment.obligation", read_only=True)
    party = PartyName(source="commitment.party", read_only=True)
    due_on = serializers.DateField(
        read_only=True,
        allow_null=True,
        help_text="Its last day, where something is due; null: it is reviewed.",
    )
    due_at = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="The midnight that ends it: the first instant that is too late.",
    )
    elapsed = serializers.BooleanField(read_only=True, help_text="Whether its last day has passed.")
    state = serializers.ChoiceField(choices=PeriodState.choices, read_only=True)
    days_late = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text="Days from the due day until it was met, or until today where it was missed.",
    )
    finding = serializers.CharField(
        read_only=True, allow_null=True, help_text="The last one on it that you may see."
    )
    found_on = serializers.DateField(
        read_only=True, allow_null=True, help_text="The day that this finding speaks of."
    )
    level = serializers.ChoiceField(choices=Level.choices, read_only=True, allow_null=True)
    conduct = WordOrNull(Conduct.choices)
    complete_since = serializers.DateField(read_only=True, allow_null=True)
    url = serializers.CharField(read_only=True, help_text="The obligation's page.")

    class Meta:
        model = Period
        fields = [
            "id",
            "agreement",
            "commitment",
            "obligation",
            "party",
            "starts_on",
            "ends_on",
            "due_on",
            "due_at",
            "elapsed",
            "state",
            "days_late",
            "finding",
            "found_on",
            "level",
            "conduct",
            "complete_since",
            "url",
        ]
