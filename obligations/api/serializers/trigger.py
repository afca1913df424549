"""Triggers with their dates, and events."""

from typing import Any

from rest_framework import serializers

from agreement.models import Event, Trigger, TriggerDate
from obligations.api.serializers.common import Code, Column, Row
from obligations.models import WaitingDate
from parties.access import Tier


class TriggerDateRow(Row):
    model = TriggerDate
    occurred_on = Column()
    recorded_at = Column()
    reason = Column()
    source = Column()


class WaitingDateRow(Row):
    model = WaitingDate
    occurred_on = Column()
    reason = Column()
    source = Column()
    given_at = Column()
    state = serializers.ChoiceField(
        choices=WaitingDate.State.choices,
        help_text="`waiting`: a worker is at it, and nothing of it shows; then `recorded`, or `refused`.",
    )
    hanging = Column()
    done = serializers.IntegerField(help_text="How many of the commitments that hang on it are worked out.")
    refused = Column()


class TriggerRow(Row):
    model = Trigger
    agreement = Code("agreement")
    code = Column()
    label = Column()
    occurred_on = serializers.DateField(
        source="occurred_then",
        allow_null=True,
        help_text="The day that stands; null also where it had not come, unless something is due before it.",
    )
    note = Column()
    dates = TriggerDateRow(many=True, help_text="All dates that were known, in order; the last stands.")


class EventRow(Row):
    model = Event
    agreement = Code("agreement")
    code = Column()
    happened_on = Column()
    precision = Column()
    title = Column()
    source = Column()
    trigger = serializers.SerializerMethodField(help_text="Code of the trigger that it is; null for most.")
    touches_all = Column()
    obligations = serializers.SlugRelatedField[Any]("code", many=True, read_only=True)
    tier = serializers.ChoiceField(choices=Tier.choices)
    public_from = serializers.DateTimeField(source="publish_at", allow_null=True)

    def get_trigger(self, event: Event) -> str | None:
        return event.trigger.code if event.trigger else None
