"""What was said: claims, findings, contests, answers, withdrawals. And the episodes that follow from findings."""

from rest_framework import serializers

from obligations.api.serializers.common import Code, Column, Key, ObligationName, PartyName, Row, WordOrNull
from obligations.models import BreachStatus, Statement
from obligations.models.statement import Conduct
from obligations.status.breaches import OUTCOMES
from parties.access import Tier


class StatementRow(Row):
    model = Statement
    id = Key()
    agreement = Code("agreement")
    commitment = serializers.IntegerField(source="commitment_id")
    obligation = ObligationName(source="commitment.obligation")
    party = PartyName(source="commitment.party", help_text="Whose commitment it speaks of.")
    kind = Column()
    by = PartyName(allow_null=True, help_text="Who says it; null for the mediator.")
    level = Column()
    not_assessable = Column()
    conduct = WordOrNull(Conduct.choices)
    effective_on = Column()
    recorded_at = Column()
    reason = Column()
    source = Column()
    event = serializers.CharField(source="seen_event", allow_null=True, help_text="Code of an event.")
    period = Key(
        "period",
        help_text="The period that it was put to; null: the one that its day lies in, if any.",
    )
    refers_to = serializers.CharField(
        source="seen_refers_to",
        allow_null=True,
        help_text="What a contest objects to, an answer answers, a withdrawal takes back, a finding cites.",
    )
    withdrawn_at = serializers.DateTimeField(
        source="withdrawn_then",
        allow_null=True,
        help_text="When it was taken back; it counts no more since then.",
    )
    tier = serializers.ChoiceField(choices=Tier.choices)
    confidant = Code("confidant", allow_null=True)
    public_from = serializers.DateTimeField(source="publish_at", allow_null=True)


class BreachRow(Row):
    """One episode of being overdue, as far as the viewer may know: open until a finding that the viewer may see."""

    model = BreachStatus
    id = Key()
    agreement = Code("agreement")
    commitment = serializers.IntegerField(source="commitment_id")
    obligation = ObligationName(source="commitment.obligation")
    party = PartyName(source="commitment.party")
    period = serializers.DateField(
        source="period.due_on",
        allow_null=True,
        help_text="The due day that was missed, of what is due again and again; null for the rest.",
    )
    cycle = serializers.IntegerField(
        help_text="Which run of the commitment's clock it is, of those that you may see."
    )
    overdue_since = Column()
    opened_at = serializers.DateTimeField(
        allow_null=True, help_text="When a sweep flagged it; told to mediators, null for others."
    )
    open = serializers.BooleanField()
    closed_at = serializers.DateTimeField(
        allow_null=True, help_text="When the finding that ended it was recorded."
    )
    outcome = WordOrNull(OUTCOMES)
    days_late = serializers.IntegerField(allow_null=True)
