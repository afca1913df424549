"""What was said: claims, findings, contests. And the episodes that follow from findings."""

from typing import Any

from rest_framework import serializers

from obligations.api.serializers.common import Code, ObligationName, PartyName, Published, Row, WordOrNull
from obligations.models import Breach, Statement
from obligations.models.statement import Conduct


class StatementRow(Row, Published):
    agreement = Code("agreement")
    commitment = serializers.IntegerField(source="commitment_id", read_only=True)
    obligation = ObligationName(source="commitment.obligation", read_only=True)
    party = PartyName(source="commitment.party", read_only=True, help_text="Whose commitment it speaks of.")
    by = PartyName(read_only=True, allow_null=True, help_text="Who says it; null for the mediator.")
    conduct = WordOrNull(Conduct.choices)
    event = serializers.CharField(
        source="seen_event", read_only=True, allow_null=True, help_text="Code of an event."
    )
    objects_to = serializers.IntegerField(
        source="seen_objects_to",
        read_only=True,
        allow_null=True,
        help_text="The statement that a contest objects to.",
    )
    confidant = serializers.SlugRelatedField[Any]("code", read_only=True, allow_null=True)

    class Meta:
        model = Statement
        fields = [
            "id",
            "agreement",
            "commitment",
            "obligation",
            "party",
            "kind",
            "by",
            "level",
            "not_assessable",
            "conduct",
            "effective_on",
            "recorded_at",
            "reason",
            "source",
            "event",
            "objects_to",
            "tier",
            "confidant",
            "public_from",
        ]


class BreachRow(Row):
    """One episode of being overdue, as far as the viewer may know: open until a finding that the viewer may see."""

    agreement = Code("agreement")
    commitment = serializers.IntegerField(source="commitment_id", read_only=True)
    obligation = ObligationName(source="commitment.obligation", read_only=True)
    party = PartyName(source="commitment.party", read_only=True)
    open = serializers.SerializerMethodField()
    cycle = serializers.IntegerField(
        source="seen_cycle",
        read_only=True,
        help_text="Which episode of the commitment it is, of those that you may see.",
    )
    closed_at = serializers.DateTimeField(source="seen_closed_at", read_only=True, allow_null=True)
    outcome = WordOrNull(Breach.Outcome.choices, source="seen_outcome")
    days_late = serializers.IntegerField(source="seen_days_late", read_only=True, allow_null=True)

    class Meta:
        model = Breach
        fields = [
            "id",
            "agreement",
            "commitment",
            "obligation",
            "party",
            "cycle",
            "overdue_since",
            "opened_at",
            "acknowledged_at",
            "open",
            "closed_at",
            "outcome",
            "days_late",
        ]

    def get_open(self, breach: Breach) -> bool:
        return breach.seen_closed_at is None  # type: ignore[attr-defined]
