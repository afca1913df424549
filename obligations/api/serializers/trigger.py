"""Triggers with their dates, and events."""

from typing import Any

from rest_framework import serializers

from agreement.models import Event, Trigger, TriggerDate
from obligations.api.serializers.common import Code, Published, Row


class TriggerDateRow(Row):
    class Meta:
        model = TriggerDate
        fields = ["occurred_on", "recorded_at", "reason", "source"]


class TriggerRow(Row):
    agreement = Code("agreement")
    occurred_on = serializers.DateField(
        source="occurred_then",
        read_only=True,
        allow_null=True,
        help_text="The day that stands; null also where it had not come, unless something is due before it.",
    )
    dates = TriggerDateRow(
        many=True, read_only=True, help_text="All dates that were known, in order; the last stands."
    )

    class Meta:
        model = Trigger
        fields = ["agreement", "code", "label", "occurred_on", "note", "dates"]


class EventRow(Row, Published):
    agreement = Code("agreement")
    trigger = serializers.SerializerMethodField(help_text="Code of the trigger that it is; null for most.")
    obligations = serializers.SlugRelatedField[Any]("code", many=True, read_only=True)

    class Meta:
        model = Event
        fields = [
            "agreement",
            "code",
            "happened_on",
            "precision",
            "title",
            "source",
            "trigger",
            "touches_all",
            "obligations",
            "tier",
            "public_from",
        ]

    def get_trigger(self, event: Event) -> str | None:
        return event.trigger.code if event.trigger else None
