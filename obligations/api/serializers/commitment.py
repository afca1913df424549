"""What is owed, and how each party's share in it stands, with its periods and breaches, for the viewer who asks."""

from datetime import date
from typing import Any, get_args

from rest_framework import serializers

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
from obligations.deadlines import Moment, Timeliness
from obligations.deadlines.explain import sentence
from obligations.deadlines.outlook import Look, outlooks
from obligations.deadlines.steps import Direction, StepKind, Unit, WhyNot
from obligations.models import BreachStatus, Commitment, Gate, Obligation, Period
from obligations.models.commitment import ClockState, Life
from obligations.models.period import PeriodState
from obligations.models.statement import Conduct, Level
from obligations.status.breaches import OUTCOMES
from obligations.status.filters import CLAIMS
from obligations.status.recall import opening_of
from obligations.status.status import Standing


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


STEPS = get_args(StepKind)


class StepRow(Shape):
    """A step of the sum. What does not belong to its kind is null or empty."""

    kind = serializers.ChoiceField(choices=STEPS)
    on = serializers.DateField(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)
    to = serializers.DateField(allow_null=True)
    length = serializers.IntegerField(allow_null=True)
    unit = serializers.ChoiceField(choices=get_args(Unit), allow_null=True)
    direction = serializers.ChoiceField(choices=get_args(Direction), allow_null=True)
    convention = serializers.CharField()
    zone = serializers.CharField()
    why = serializers.ChoiceField(choices=get_args(WhyNot), allow_null=True)
    name = serializers.CharField()


class ExplanationRow(Shape):
    """How the due date was worked out, as data."""

    convention = serializers.CharField()
    calendars = serializers.ListField(
        child=serializers.CharField(), help_text="Whose days off were counted; none: nobody's."
    )
    steps = StepRow(many=True)


class AlternativeRow(Shape):
    """What one convention gives, with the same days off and all that was decided since."""

    convention = serializers.CharField()
    due_on = serializers.DateField()
    timeliness = serializers.ChoiceField(choices=Timeliness.choices)
    days_late = serializers.IntegerField(allow_null=True)


class FullExplanationRow(ExplanationRow):
    sentence = serializers.CharField()
    alternatives = AlternativeRow(
        many=True, help_text="What each convention gives; empty where nothing is counted."
    )


class LastAssessedRow(Shape):
    """Of a standing duty, the newest period with a finding on it; all null where there is none."""

    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    found_on = serializers.DateField(allow_null=True, help_text="The day that this finding speaks of.")
    conduct = WordOrNull(Conduct.choices, help_text="Null also where it could not be assessed.")
    periods_ago = serializers.IntegerField(
        allow_null=True,
        help_text="How many periods have begun since: 0 of the one under way, 1 of the newest that has ended, by which "
        "the duty stands; more: an older assessment.",
    )


CLAIM = [(value, label) for value, (label, _those) in CLAIMS.items()]
OWN = "How the party's newest claim about itself compares with the last finding that speaks of its day or a later one."
OTHER = "The same of the newest claim of another party about it."
GAP = "Levels from the finding up to the claim, below zero down; null where there is nothing to compare."


class CommitmentRow(Row):
    model = Commitment
    id = Column()
    agreement = Code("agreement")
    obligation = ObligationName()
    provision = ProvisionName(source="obligation.provision")
    party = PartyName()
    share = Column()
    life = serializers.ChoiceField(choices=Life.choices)
    rule = serializers.CharField()
    clock = serializers.ChoiceField(choices=ClockState.choices)
    due_on = serializers.DateField(allow_null=True, help_text="Last day in time.")
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="The midnight that ends it: the first instant that is too late."
    )
    timeliness = serializers.ChoiceField(choices=Timeliness.choices)
    overdue_since = serializers.DateTimeField(allow_null=True)
    days_late = serializers.IntegerField(
        allow_null=True,
        help_text="Days from the last day in time until the day spoken of, or until it was met.",
    )
    days_running = serializers.IntegerField(
        allow_null=True, help_text="Days since the trigger, of what is due at once."
    )
    days_taken = serializers.IntegerField(
        allow_null=True, help_text="Days from the trigger until it was complete, of what is due at once."
    )
    cycle = serializers.IntegerField(help_text="2 or more after a completion was taken back.")
    level = serializers.ChoiceField(
        choices=Level.choices, allow_null=True, help_text="Of the finding that stands; null: none."
    )
    not_assessable = serializers.BooleanField()
    conduct = WordOrNull(
        Conduct.choices,
        help_text="Of a standing duty, found on the newest period that has ended; null where nothing is found on it.",
    )
    found_on = serializers.DateField(allow_null=True, help_text="The day that the finding speaks of.")
    complete_since = serializers.DateField(allow_null=True)
    last_assessed = LastAssessedRow()
    own_claim = WordOrNull(CLAIM, help_text=OWN)
    own_gap = serializers.IntegerField(allow_null=True, help_text=GAP)
    other_claim = WordOrNull(CLAIM, help_text=OTHER)
    other_gap = serializers.IntegerField(allow_null=True, help_text=GAP)
    explanation = ExplanationRow()
    url = serializers.CharField(help_text="The obligation's page.")


class FullCommitmentRow(CommitmentRow):
    """One commitment, with what the other conventions would give."""

    explanation = FullExplanationRow()


def explained(standing: Standing, moment: Moment) -> dict[str, Any]:
    """What one commitment says of its date beside the row of a list."""
    commitment, grounds = standing.commitment, standing.records.grounds(moment.known_at)
    findings = tuple(found.fact() for found in reversed(standing.findings))
    look = Look(findings, moment.at, commitment.agreement.due_soon_days)
    alternatives = [
        {
            "convention": code,
            "due_on": there.due_on,
            "timeliness": there.timeliness,
            "days_late": there.days_late,
        }
        for code, there in (outlooks(grounds, look, moment.spoken_on) if grounds else ())
    ]
    words = sentence(standing.deadline, commitment.agreement.time_zone)
    return {"sentence": words, "alternatives": AlternativeRow(alternatives, many=True).data}


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
        help_text="Days from the last day in time until it was met, or until today where it was missed.",
    )
    finding = serializers.CharField(allow_null=True, help_text="The last one on it that you may see.")
    found_on = serializers.DateField(allow_null=True, help_text="The day that this finding speaks of.")
    level = serializers.ChoiceField(choices=Level.choices, allow_null=True)
    conduct = WordOrNull(Conduct.choices)
    complete_since = serializers.DateField(allow_null=True)
    url = serializers.CharField(help_text="The obligation's page.")


class BreachRow(Row):
    """One episode of being overdue, as far as you may know: open until a finding that you may see."""

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
    days_late = serializers.IntegerField(
        help_text="Days from the last day in time until it ended, or until the day spoken of; 0: it was met in time."
    )
