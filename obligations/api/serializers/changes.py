"""What changed between two moments: one shape for all kinds, with one part for what each kind has of its own."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agreement.models import Holiday
from obligations.api.serializers.common import (
    Code,
    ObligationName,
    PartyName,
    ProvisionName,
    Row,
    WordOrNull,
    page_of_obligation,
)
from obligations.changes.window import Cause, Change, ChangeKind, Why
from obligations.models import Reading, Statement
from obligations.models.statement import Conduct
from obligations.status.breaches import OUTCOMES


class StatementPart(Row):
    id = serializers.CharField(source="key", read_only=True)
    by = Code("by", allow_null=True, help_text="The party that says it; null for the mediator.")
    conduct = WordOrNull(Conduct.choices)
    confidant = Code("confidant", allow_null=True)

    class Meta:
        model = Statement
        fields = ["id", "by", "level", "not_assessable", "conduct", "reason", "source", "tier", "confidant"]


class ReadingPart(Row):
    id = serializers.CharField(source="key", read_only=True)
    withdraws = serializers.CharField(
        source="withdraws.key",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The reading that it takes back.",
    )

    class Meta:
        model = Reading
        fields = [
            "id",
            "kind",
            "convention",
            "calendars",
            "due_on",
            "effective_on",
            "withdraws",
            "reason",
            "source",
            "agreed_on",
            "agreed_by",
        ]


class BreachPart(serializers.Serializer[Any]):
    """An episode of being overdue, as far as you may know of it."""

    cycle = serializers.IntegerField(source="breach.cycle", read_only=True)
    period = serializers.DateField(
        source="breach.due_on",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The due day that was missed, of what is due again and again; null for the rest.",
    )
    overdue_since = serializers.DateTimeField(source="breach.overdue_since", read_only=True)
    outcome = WordOrNull(OUTCOMES, source="breach.outcome", help_text="How it closed.")
    days_late = serializers.IntegerField(source="breach.days_late", read_only=True, allow_null=True)
    voided_by = WordOrNull(Why.choices, source="ended", help_text="Why it counts no more.")


class DuePart(serializers.Serializer[Any]):
    before = serializers.DateField(read_only=True, allow_null=True)
    after = serializers.DateField(read_only=True, allow_null=True)
    cause = serializers.ChoiceField(choices=Cause.choices, read_only=True)


class TriggerPart(serializers.Serializer[Any]):
    code = serializers.CharField(source="dated.trigger.code", read_only=True)
    label = serializers.CharField(source="dated.trigger.label", read_only=True)  # type: ignore[assignment]
    before = serializers.DateField(source="was_on", read_only=True, allow_null=True)
    after = serializers.DateField(source="dated.occurred_on", read_only=True, allow_null=True)
    reason = serializers.CharField(source="dated.reason", read_only=True)
    source = serializers.CharField(source="dated.source", read_only=True)  # type: ignore[assignment]


class HolidayPart(Row):
    calendar = Code("calendar")

    class Meta:
        model = Holiday
        fields = ["calendar", "day", "name", "is_holiday", "reason", "source"]


class ChangeRow(serializers.Serializer[Any]):
    """One thing that changed. Of the parts `statement` to `holiday`, the one that its kind says is there."""

    id = serializers.CharField(read_only=True, help_text="Tells it apart from all others of its agreement.")
    kind = serializers.ChoiceField(choices=ChangeKind.choices, read_only=True)
    at = serializers.DateTimeField(
        read_only=True, help_text="When it was recorded; of a breach that opened, when its clock ran out."
    )
    on = serializers.DateField(read_only=True, allow_null=True, help_text="The day that it speaks of.")
    agreement = serializers.SerializerMethodField()
    commitment = serializers.SerializerMethodField(help_text="Null for what concerns the whole agreement.")
    party = PartyName(source="commitment.party", read_only=True, allow_null=True)
    obligation = ObligationName(source="commitment.obligation", read_only=True, allow_null=True)
    provision = ProvisionName(source="commitment.obligation.provision", read_only=True, allow_null=True)
    statement = StatementPart(read_only=True, allow_null=True)
    reading = ReadingPart(read_only=True, allow_null=True)
    breach = serializers.SerializerMethodField()
    due = DuePart(read_only=True, allow_null=True)
    trigger = serializers.SerializerMethodField()
    holiday = HolidayPart(read_only=True, allow_null=True)
    url = serializers.SerializerMethodField(help_text="The obligation's page; null for the whole agreement.")

    def get_agreement(self, change: Change) -> str:
        return str(self.context["agreement"].code)

    def get_commitment(self, change: Change) -> int | None:
        return change.commitment.pk if change.commitment else None

    @extend_schema_field(BreachPart(allow_null=True))
    def get_breach(self, change: Change) -> Any:
        return BreachPart(change).data if change.breach else None

    @extend_schema_field(TriggerPart(allow_null=True))
    def get_trigger(self, change: Change) -> Any:
        return TriggerPart(change).data if change.dated else None

    def get_url(self, change: Change) -> str | None:
        if change.commitment is None:
            return None
        agreement = self.context["agreement"].code
        return page_of_obligation(self.context["request"], agreement, change.commitment.obligation.code)
