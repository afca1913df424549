"""What was said: claims, findings, contests, answers, withdrawals. And the episodes that follow from findings."""

from typing import Any

from rest_framework import serializers

from obligations.api.serializers.common import Code, ObligationName, PartyName, Published, Row, WordOrNull
from obligations.models import BreachStatus, Statement
from obligations.models.statement import Conduct
from obligations.status.breaches import OUTCOMES


class StatementRow(Row, Published):
    id = serializers.CharField(source="key", read_only=True)
    agreement = Code("agreement")
    commitment = serializers.IntegerField(source="commitment_id", read_only=True)
    obligation = ObligationName(source="commitment.obligation", read_only=True)
    party = PartyName(source="commitment.party", read_only=True, help_text="Whose commitment it speaks of.")
    by = PartyName(read_only=True, allow_null=True, help_text="Who says it; null for the mediator.")
    conduct = WordOrNull(Conduct.choices)
    event = serializers.CharField(
        source="seen_event", read_only=True, allow_null=True, help_text="Code of an event."
    )
    period = serializers.CharField(
        source="period.key",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The period that it was put to; null: the one that its day lies in, if any.",
    )
    refers_to = serializers.CharField(
        source="seen_refers_to",
        read_only=True,
        allow_null=True,
        help_text="What a contest objects to, an answer answers, a withdrawal takes back, a finding cites.",
    )
    withdrawn_at = serializers.DateTimeField(
        source="withdrawn_then",
        read_only=True,
        allow_null=True,
        help_text="When it was taken back; it counts no more since then.",
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
            "period",
            "refers_to",
            "withdrawn_at",
            "tier",
            "confidant",
            "public_from",
        ]


class BreachRow(Row):
    """One episode of being overdue, as far as the viewer may know: open until a finding that the viewer may see."""

    id = serializers.CharField(source="key", read_only=True)
    agreement = Code("agreement")
    commitment = serializers.IntegerField(source="commitment_id", read_only=True)
    obligation = ObligationName(source="commitment.obligation", read_only=True)
    party = PartyName(source="commitment.party", read_only=True)
    period = serializers.DateField(
        source="period.due_on",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The due day that was missed, of what is due again and again; null for the rest.",
    )
    cycle = serializers.IntegerField(
        read_only=True, help_text="Which run of the commitment's clock it is, of those that you may see."
    )
    opened_at = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="When a sweep flagged it; told to mediators, null for others.",
    )
    open = serializers.BooleanField(read_only=True)
    closed_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When the finding that ended it was recorded."
    )
    outcome = WordOrNull(OUTCOMES)
    days_late = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = BreachStatus
        fields = [
            "id",
            "agreement",
            "commitment",
            "obligation",
            "party",
            "period",
            "cycle",
            "overdue_since",
            "opened_at",
            "open",
            "closed_at",
            "outcome",
            "days_late",
        ]
