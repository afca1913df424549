"""What is owed."""

from datetime import date
from typing import Any

from rest_framework import serializers

from obligations.api.serializers.common import (
    Code,
    Column,
    PartyName,
    ProvisionName,
    Row,
    Shape,
    page_of_obligation,
)
from obligations.models import Commitment, Gate, Obligation
from obligations.status.recall import opening_of


class GateRow(Row):
    """A condition of the text: after another obligation, after a trigger, or in words. The others are null or empty."""

    model = Gate
    place = Column()
    after_obligation = Code("after_obligation", allow_null=True)
    after_trigger = Code("after_trigger", allow_null=True)
    condition = Column()
    instruments = Column(
        help_text="Of a condition in words: the texts whose other deliverables it speaks of, by code."
    )
    opened_on = serializers.SerializerMethodField(
        help_text="From when the mediators declared it open; null where they did not, or took it back."
    )

    def get_opened_on(self, gate: Gate) -> date | None:
        opening = opening_of(gate, gate.obligation.gate_openings.all(), self.context["moment"])
        return opening.opened_on if opening else None


class ShareRow(Row):
    model = Commitment
    id = Column()
    party = PartyName()
    share = Column()


class TargetRow(Shape):
    baseline = serializers.CharField(help_text="What it was before, as text; empty where it is not told.")
    value = serializers.CharField(help_text="What it is to be, as text.")
    unit = serializers.CharField()

    def get_attribute(self, instance: Obligation) -> dict[str, str] | None:
        return {"baseline": "", "unit": ""} | instance.target if instance.target else None


class ObligationRow(Row):
    model = Obligation
    agreement = Code("agreement")
    code = Column()
    title = Column()
    summary = Column()
    kind = Column()
    provision = ProvisionName(help_text="Where it is laid down, and where it is counted.")
    also_under = ProvisionName(many=True, help_text="Other provisions that demand the same.")
    rule = Column()
    terms = serializers.DictField(help_text="What the rule needs, such as the number of days.")
    trigger = Code("trigger", allow_null=True)
    after_obligation = Code(
        "after_obligation",
        allow_null=True,
        help_text="The obligation whose fulfilment starts the clock, where no trigger does.",
    )
    deadline_from = Code("deadline_from", allow_null=True)
    same_event_as = Code(
        "same_event_as",
        allow_null=True,
        help_text="The obligation in another provision that the very same event carries out.",
    )
    beneficiaries = Column()
    tags = Column()
    indicators = serializers.SlugRelatedField[Any]("text", many=True, read_only=True)
    target = TargetRow(
        allow_null=True, help_text="The number that is to be reached; null where there is none."
    )
    means_of_verification = Column(help_text="Where it would be looked up, or how it would be checked.")
    gates = GateRow(many=True)
    events = serializers.SlugRelatedField[Any]("code", source="touched_by", many=True, read_only=True)
    commitments = ShareRow(many=True)
    confidence = Column()
    confidence_note = Column()
    source = Column()
    url = serializers.SerializerMethodField(help_text="The obligation's page.")

    def get_url(self, obligation: Obligation) -> str:
        asked = self.context["request"], self.context["moment"]
        return page_of_obligation(asked[0], obligation.agreement.code, obligation.code, asked[1])
