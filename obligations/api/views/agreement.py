"""What was agreed, and what starts clocks: the resources that packs load."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from agreement.models import (
    Agreement,
    Calendar,
    Event,
    Holiday,
    Instrument,
    InterpretiveRule,
    Participation,
    Position,
    Provision,
    Trigger,
    TriggerDate,
)
from obligations.api.base.paging import number
from obligations.api.base.views import Recalled, Resource
from obligations.api.filters import (
    AGREEMENTS,
    CALENDARS,
    EVENTS,
    INSTRUMENTS,
    PARTIES,
    PROVISIONS,
    TRIGGERS,
    sorted_by,
)
from obligations.api.serializers.common import Code, Column, PartyName, ProvisionName, Row
from obligations.models import WaitingDate
from obligations.status.recall import events_of, with_dates
from parties.access import Tier, readable
from parties.texts import FIRST_YEAR, LAST_YEAR_OF_CALENDARS


class ParticipantRow(Row):
    model = Participation
    code = Code("party")
    name = serializers.CharField(source="party.name")
    kind = Column()


class AgreementRow(Row):
    model = Agreement
    code = Column()
    title = Column()
    short_title = Column()
    time_zone = Column()
    convention = Column()
    due_soon_days = Column()
    review_months = Column()
    sign_off = Column()
    footnote = Column()
    notice = Column()
    facts_as_of = Column()
    gathered = Column()
    licence = Column()
    data_version = Column()
    pack_digest = Column()
    synonyms = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Lists of words that mean the same to search.",
    )
    parties = ParticipantRow(source="participations", many=True)


class PartyRow(Row):
    model = Participation
    agreement = Code("agreement")
    code = Code("party", help_text="Who it is. Another agreement can call the same code by another name.")
    name = serializers.CharField(source="party.name", help_text="What this agreement calls it.")
    kind = Column()
    note = Column()
    part_of = Code("part_of", allow_null=True, help_text="The actor that it is part of; null for most.")


class PositionRow(Row):
    model = Position
    party = PartyName()
    kind = Column()
    since = Column(help_text="The day on which it was stated; null where that is not known.")
    note = Column()
    source = Column()


class InstrumentRow(Row):
    model = Instrument
    agreement = Code("agreement")
    code = Column()
    kind = Column()
    title = Column()
    short_title = Column()
    adopted_on = Column()
    in_effect_from = Column()
    derived_from = Column()
    source = Column()
    official_text = Column(
        help_text="Address at which the text itself can be read; empty where none is known."
    )
    language = Column(help_text="Language of the text as a tag of BCP 47; empty where it is not told.")
    note = Column()
    positions = PositionRow(many=True, help_text="All that were stated: by party, the newest first.")


class InterpretiveRuleRow(Row):
    model = InterpretiveRule
    code = Column()
    text = Column()


class ProvisionRow(Row):
    model = Provision
    agreement = Code("instrument.agreement")
    instrument = Code("instrument")
    anchor = Column()
    label = Column()
    heading = Column()
    parent = serializers.CharField(
        source="parent.anchor", allow_null=True, help_text="Anchor of the provision above; null at the top."
    )  # type: ignore[assignment]
    interpretive_rules = InterpretiveRuleRow(many=True)
    obligations = serializers.SlugRelatedField[Any]("code", many=True, read_only=True)
    also_obligations = serializers.SlugRelatedField[Any](
        "code",
        many=True,
        read_only=True,
        help_text="Laid down by another provision, and demanded here as well.",
    )


class HolidayRow(Row):
    model = Holiday
    day = Column()
    name = Column()
    estimated = serializers.BooleanField(source="is_estimated", help_text="Worked out from a computed moon.")
    origin = Column()
    source = Column()
    reason = Column()
    recorded_at = Column()
    from_outset = Column()


class CalendarRow(Row):
    """The newest entry of each day stands in `days` or in `struck`."""

    model = Calendar
    agreement = Code("agreement")
    code = Column()
    name = Column()
    parties = PartyName(many=True, help_text="Those who count by it unless a reading says otherwise.")
    library = Column()
    library_version = Column()
    years_from = Column()
    years_until = Column()
    known_until = Column()
    source = Column()
    note = Column()
    days = HolidayRow(source="shown_days", many=True, help_text="Its holidays, in order.")
    struck = HolidayRow(
        source="shown_struck", many=True, help_text="Days that are taken for no holiday: struck, or excepted."
    )


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
    trigger = Code("trigger", allow_null=True, help_text="Code of the trigger that it is; null for most.")
    touches_all = Column()
    obligations = serializers.SlugRelatedField[Any]("code", many=True, read_only=True)
    provisions = ProvisionName(many=True, help_text="Provisions that it touches themselves.")
    tier = serializers.ChoiceField(choices=Tier.choices)
    public_from = serializers.DateTimeField(source="publish_at", allow_null=True)


class Agreements(Resource):
    """Agreements with their parties, rules of counting and naming."""

    model = Agreement
    serializer_class = AgreementRow
    filters = AGREEMENTS
    keys = {"code": "code"}

    def visible(self) -> QuerySet[Any]:
        return Agreement.objects.visible_to(self.viewer).prefetch_related("participations__party")


class Calendars(Resource):
    """Calendars of holidays: the days that are no working days for a party, or where a reading names the calendar."""

    model = Calendar
    serializer_class = CalendarRow
    filters = CALENDARS
    keys = {"agreement": "agreement__code", "code": "code"}
    understood = {"year": CALENDARS["year"]}

    def visible(self) -> QuerySet[Any]:
        return (
            Calendar.objects.visible_to(self.viewer).select_related("agreement").prefetch_related("parties")
        )

    def load(self, queryset: QuerySet[Any]) -> list[Any]:
        calendars = list(queryset)
        entered = Holiday.objects.filter(calendar__in=calendars)
        if year := number(self.request, "year", 0, least=FIRST_YEAR, most=LAST_YEAR_OF_CALENDARS):
            entered = entered.filter(day__year=year)
        of = {calendar.pk: calendar for calendar in calendars}
        for calendar in calendars:
            calendar.shown_days, calendar.shown_struck = [], []
        for row in entered.standing():
            calendar = of[row.calendar_id]
            (calendar.shown_days if row.is_holiday else calendar.shown_struck).append(row)
        return calendars


class Parties(Resource):
    """Actors that can owe something, as each agreement calls them: parties, facilitators, joint bodies."""

    model = Participation
    serializer_class = PartyRow
    filters = PARTIES
    order = ("agreement__code", "party__code")
    keys = {"agreement": "agreement__code", "code": "party__code"}

    def visible(self) -> QuerySet[Any]:
        return Participation.objects.filter(readable(self.viewer)).select_related(
            "agreement", "party", "part_of"
        )


class Instruments(Resource):
    """The texts of an agreement, with each party's position on them."""

    model = Instrument
    serializer_class = InstrumentRow
    filters = INSTRUMENTS
    keys = {"agreement": "agreement__code", "code": "code"}

    def visible(self) -> QuerySet[Any]:
        seen = Instrument.objects.visible_to(self.viewer)
        return seen.select_related("agreement").prefetch_related("positions__party")


class Provisions(Resource):
    """Articles and paragraphs of instruments; an anchor does not change."""

    model = Provision
    serializer_class = ProvisionRow
    filters = PROVISIONS
    keys = {"agreement": "instrument__agreement__code", "instrument": "instrument__code", "anchor": "anchor"}

    def visible(self) -> QuerySet[Any]:
        seen = Provision.objects.visible_to(self.viewer).select_related("instrument__agreement", "parent")
        return seen.prefetch_related("interpretive_rules", "obligations", "also_obligations")


class Triggers(Recalled):
    """Named events that start clocks, with every date that they were given."""

    model = Trigger
    serializer_class = TriggerRow
    filters = TRIGGERS
    keys = {"agreement": "agreement__code", "code": "code"}

    def visible(self) -> QuerySet[Any]:
        return with_dates(Trigger.objects.visible_to(self.viewer).select_related("agreement"), self.moment)


class Events(Recalled):
    """What happened, dated and sourced. An event is not a finding."""

    model = Event
    serializer_class = EventRow
    filters = EVENTS
    single = "event"
    order = ("agreement__code", "happened_on", "code")
    files = {**Recalled.files, **sorted_by("happened_on")}
    keys = {"agreement": "agreement__code", "code": "code"}

    def visible(self) -> QuerySet[Any]:
        seen = events_of(Event.objects.visible_to(self.viewer, self.now), self.moment)
        return seen.select_related("agreement", "trigger").prefetch_related(
            "obligations", "provisions__instrument"
        )
