"""How each party's share in an obligation stands, for the viewer who asks."""

from typing import Any, get_args

from rest_framework import serializers

from obligations.api.serializers.common import (
    Code,
    ObligationName,
    PartyName,
    ProvisionName,
    Row,
    WordOrNull,
)
from obligations.deadlines import Moment, Timeliness
from obligations.deadlines.explain import sentence
from obligations.deadlines.outlook import Look, outlooks
from obligations.deadlines.steps import Direction, StepKind, Unit, WhyNot
from obligations.models import Commitment
from obligations.models.commitment import ClockState, Life
from obligations.models.statement import Conduct, Level
from obligations.status.status import Standing

STEPS = get_args(StepKind)


class StepRow(serializers.Serializer[Any]):
    """A step of the sum. What does not belong to its kind is null or empty."""

    kind = serializers.ChoiceField(choices=STEPS, read_only=True)
    on = serializers.DateField(read_only=True, allow_null=True)
    at = serializers.DateTimeField(read_only=True, allow_null=True)
    to = serializers.DateField(read_only=True, allow_null=True)
    length = serializers.IntegerField(read_only=True, allow_null=True)
    unit = serializers.ChoiceField(choices=get_args(Unit), read_only=True, allow_null=True)
    direction = serializers.ChoiceField(choices=get_args(Direction), read_only=True, allow_null=True)
    convention = serializers.CharField(read_only=True)
    zone = serializers.CharField(read_only=True)
    why = serializers.ChoiceField(choices=get_args(WhyNot), read_only=True, allow_null=True)
    name = serializers.CharField(read_only=True)


class ExplanationRow(serializers.Serializer[Any]):
    """How the due date was worked out, as data."""

    convention = serializers.CharField(read_only=True)
    calendars = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="Whose days off were counted; none: nobody's.",
    )
    steps = StepRow(many=True, read_only=True)


class AlternativeRow(serializers.Serializer[Any]):
    """What one convention gives, with the same days off and all that was decided since."""

    convention = serializers.CharField(read_only=True)
    due_on = serializers.DateField(read_only=True)
    timeliness = serializers.ChoiceField(choices=Timeliness.choices, read_only=True)
    days_late = serializers.IntegerField(read_only=True, allow_null=True)


class FullExplanationRow(ExplanationRow):
    sentence = serializers.CharField(read_only=True)
    alternatives = AlternativeRow(
        many=True, read_only=True, help_text="What each convention gives; empty where nothing is counted."
    )


class CommitmentRow(Row):
    agreement = Code("agreement")
    obligation = ObligationName(read_only=True)
    provision = ProvisionName(source="obligation.provision", read_only=True)
    party = PartyName(read_only=True)
    life = serializers.ChoiceField(choices=Life.choices, read_only=True)
    rule = serializers.CharField(read_only=True)
    clock = serializers.ChoiceField(choices=ClockState.choices, read_only=True)
    due_on = serializers.DateField(read_only=True, allow_null=True, help_text="Last day in time.")
    due_at = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="The midnight that ends it: the first instant that is too late.",
    )
    timeliness = serializers.ChoiceField(choices=Timeliness.choices, read_only=True)
    overdue_since = serializers.DateTimeField(read_only=True, allow_null=True)
    days_late = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text="Days from the last day in time until the day spoken of, or until it was met.",
    )
    days_running = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text="Days since the trigger, of what is due at once.",
    )
    cycle = serializers.IntegerField(read_only=True, help_text="2 or more after a completion was taken back.")
    level = serializers.ChoiceField(
        choices=Level.choices,
        read_only=True,
        allow_null=True,
        help_text="Of the finding that stands; null: none.",
    )
    not_assessable = serializers.BooleanField(read_only=True)
    conduct = WordOrNull(
        Conduct.choices, help_text="Of the finding that stands, for standing and recurring duties."
    )
    found_on = serializers.DateField(
        read_only=True, allow_null=True, help_text="The day that the finding speaks of."
    )
    complete_since = serializers.DateField(read_only=True, allow_null=True)
    explanation = ExplanationRow(read_only=True)
    url = serializers.CharField(read_only=True, help_text="The obligation's page.")

    class Meta:
        model = Commitment
        fields = [
            "id",
            "agreement",
            "obligation",
            "provision",
            "party",
            "share",
            "life",
            "rule",
            "clock",
            "due_on",
            "due_at",
            "timeliness",
            "overdue_since",
            "days_late",
            "days_running",
            "cycle",
            "level",
            "not_assessable",
            "conduct",
            "found_on",
            "complete_since",
            "explanation",
            "url",
        ]


class FullCommitmentRow(CommitmentRow):
    """One commitment, with what the other conventions would give."""

    explanation = FullExplanationRow(read_only=True)


def explained(commitment: Any, moment: Moment) -> dict[str, Any]:
    """What one commitment says of its date beside the row of a list. It has its `standing` and `records`."""
    standing: Standing = commitment.standing
    findings = tuple(found.fact() for found in reversed(standing.findings))
    look = Look(findings, moment.at, commitment.agreement.due_soon_days)
    alternatives = [
        {
            "convention": code,
            "due_on": there.due_on,
            "timeliness": there.timeliness,
            "days_late": there.days_late,
        }
        for code, there in outlooks(commitment.records.grounds(moment.known_at), look, moment.spoken_on)
    ]
    words = sentence(standing.deadline, commitment.agreement.time_zone)
    return {"sentence": words, "alternatives": AlternativeRow(alternatives, many=True).data}
