"""Changes: one of the stream; and what changed between two moments, one shape for all kinds with a part for each."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agreement.models import Holiday
from obligations.api.serializers.common import (
    Code,
    Column,
    Key,
    ObligationName,
    PartyName,
    ProvisionName,
    Row,
    Shape,
    WordOrNull,
    page_of_obligation,
)
from obligations.changes.window import Cause, Change, ChangeKind, Why
from obligations.delivery.kinds import Kind
from obligations.delivery.stream import Change as StreamChange
from obligations.models import Reading, Statement
from obligations.models.statement import Conduct
from obligations.status.breaches import OUTCOMES


class StreamedChange(Shape):
    """That something changed, and where to read what it says."""

    id = serializers.UUIDField(help_text="The same whenever and by whomever it is read.")
    kind = serializers.ChoiceField(choices=Kind.choices)
    agreement = serializers.CharField()
    key = serializers.CharField(
        help_text="What changed: a code of a trigger, an event, an agreement (`pack`) and of the obligation of a gate, "
        "else its key. Of a `release`, that of what was released; of breaches, that of the breach."
    )
    obligation = serializers.CharField(allow_null=True, help_text="The code of the obligation it is about.")
    commitment = serializers.IntegerField(allow_null=True)
    recorded_at = serializers.DateTimeField(
        help_text="When its recording began. Changes are in the order in which they were committed."
    )
    url = serializers.SerializerMethodField(help_text="The page that shows it.")
    api_url = serializers.SerializerMethodField(help_text="Where the API has it.")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, change: StreamChange) -> str:
        return str(self.context["request"].build_absolute_uri(change.page))

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_api_url(self, change: StreamChange) -> str:
        return str(self.context["request"].build_absolute_uri(change.api))


class StatementPart(Row):
    model = Statement
    id = Key()
    by = Code("by", allow_null=True, help_text="The party that says it; null for the mediator.")
    level = Column()
    not_assessable = Column()
    conduct = WordOrNull(Conduct.choices)
    reason = Column()
    source = Column()
    tier = Column()
    confidant = Code("confidant", allow_null=True)


class ReadingPart(Row):
    model = Reading
    id = Key()
    kind = Column()
    convention = Column()
    calendars = Column()
    due_on = Column()
    effective_on = Column()
    withdraws = Key("withdraws", help_text="The reading that it takes back.")
    reason = Column()
    source = Column()
    agreed_on = Column()
    agreed_by = Column()


class BreachPart(Shape):
    """An episode of being overdue, as far as you may know of it."""

    cycle = serializers.IntegerField(source="breach.cycle")
    period = serializers.DateField(
        source="breach.due_on",
        allow_null=True,
        help_text="The due day that was missed, of what is due again and again; null for the rest.",
    )
    overdue_since = serializers.DateTimeField(source="breach.overdue_since")
    outcome = WordOrNull(OUTCOMES, source="breach.outcome", help_text="How it closed.")
    days_late = serializers.IntegerField(source="breach.days_late", allow_null=True)
    voided_by = WordOrNull(Why.choices, source="ended", help_text="Why it counts no more.")


class DuePart(Shape):
    before = serializers.DateField(allow_null=True)
    after = serializers.DateField(allow_null=True)
    cause = serializers.ChoiceField(choices=Cause.choices)


class TriggerPart(Shape):
    code = serializers.CharField(source="dated.trigger.code")
    label = serializers.CharField(source="dated.trigger.label")  # type: ignore[assignment]
    before = serializers.DateField(source="was_on", allow_null=True)
    after = serializers.DateField(source="dated.occurred_on", allow_null=True)
    reason = serializers.CharField(source="dated.reason")
    source = serializers.CharField(source="dated.source")  # type: ignore[assignment]


class HolidayPart(Row):
    model = Holiday
    calendar = Code("calendar")
    day = Column()
    name = Column()
    is_holiday = Column()
    reason = Column()
    source = Column()


class ChangeRow(Shape):
    """One thing that changed. Of the parts `statement` to `holiday`, the one that its kind says is there."""

    id = serializers.CharField(help_text="Tells it apart from all others of its agreement.")
    kind = serializers.ChoiceField(choices=ChangeKind.choices)
    at = serializers.DateTimeField(
        help_text="When it was recorded; of a breach that opened, when its clock ran out."
    )
    on = serializers.DateField(allow_null=True, help_text="The day that it speaks of.")
    agreement = serializers.SerializerMethodField()
    commitment = serializers.IntegerField(
        source="commitment.pk", allow_null=True, help_text="Null for what concerns the whole agreement."
    )
    party = PartyName(source="commitment.party", allow_null=True)
    obligation = ObligationName(source="commitment.obligation", allow_null=True)
    provision = ProvisionName(source="commitment.obligation.provision", allow_null=True)
    statement = StatementPart(allow_null=True)
    reading = ReadingPart(allow_null=True)
    breach = serializers.SerializerMethodField()
    due = DuePart(allow_null=True)
    trigger = serializers.SerializerMethodField()
    holiday = HolidayPart(allow_null=True)
    url = serializers.SerializerMethodField(help_text="The obligation's page; null for the whole agreement.")

    def get_agreement(self, change: Change) -> str:
        return str(self.context["agreement"].code)

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
