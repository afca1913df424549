"""Periods of what lasts: what was due at the end of each, or how it was reviewed."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from obligations.api.serializers.common import (
    Code,
    ObligationName,
    PartyName,
    Row,
    WordOrNull,
    page_of_obligation,
)
from obligations.deadlines import Moment
from obligations.models import Period
from obligations.models.period_state import PeriodState
from obligations.models.statement import Conduct, Level
from obligations.status.periods import days_late


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
    days_late = serializers.SerializerMethodField(
        help_text="Days from the due day until it was met, or until today where it was missed."
    )
    finding = serializers.CharField(
        read_only=True, allow_null=True, help_text="The last one on it that you may see."
    )
    found_on = serializers.DateField(
        read_only=True, allow_null=True, help_text="The day that this finding speaks of."
    )
    level = serializers.ChoiceField(choices=Level.choices, read_only=True, allow_null=True)
    conduct = WordOrNull(Conduct.choices)
    complete_since = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="The obligation's page.")

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

    def get_days_late(self, row: Any) -> int | None:
        moment: Moment = self.context["moment"]
        return days_late(row, moment)

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_complete_since(self, row: Any) -> Any:
        """Only of what is due: a duty under review is never complete."""
        return row.complete_since if row.due_on else None

    def get_url(self, row: Period) -> str:
        owed = row.commitment
        return page_of_obligation(self.context["request"], owed.agreement.code, owed.obligation.code)
