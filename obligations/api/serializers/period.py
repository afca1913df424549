"""Periods of what lasts: what was due at the end of each, or how it was reviewed."""

from rest_framework import serializers

from obligations.api.serializers.common import Code, Column, Key, ObligationName, PartyName, Row, WordOrNull
from obligations.models import Period
from obligations.models.period import PeriodState
from obligations.models.statement import Conduct, Level


class PeriodRow(Row):
    model = Period
    id = Key()
    agreement = Code("commitment.agreement")
    commitment = serializers.IntegerField(source="commitment_id")
    obligation = ObligationName(source="commitment.obligation")
    party = PartyName(source="commitment.party")
    starts_on = Column()
    ends_on = Column()
    due_on = serializers.DateField(
        allow_null=True, help_text="Its last day, where something is due; null: it is reviewed."
    )
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="The midnight that ends it: the first instant that is too late."
    )
    elapsed = serializers.BooleanField(help_text="Whether its last day has passed.")
    state = serializers.ChoiceField(choices=PeriodState.choices)
    days_late = serializers.IntegerField(
        allow_null=True,
        help_text="Days from the due day until it was met, or until today where it was missed.",
    )
    finding = serializers.CharField(allow_null=True, help_text="The last one on it that you may see.")
    found_on = serializers.DateField(allow_null=True, help_text="The day that this finding speaks of.")
    level = serializers.ChoiceField(choices=Level.choices, allow_null=True)
    conduct = WordOrNull(Conduct.choices)
    complete_since = serializers.DateField(allow_null=True)
    url = serializers.CharField(help_text="The obligation's page.")
