"""What was agreed, and what starts clocks: the resources that packs load."""

from typing import Any

from django.db.models import QuerySet

from agreement.models import (
    Agreement,
    Calendar,
    Event,
    Holiday,
    Instrument,
    Participation,
    Provision,
    Trigger,
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
from obligations.api.serializers.agreement import (
    AgreementRow,
    CalendarRow,
    EventRow,
    InstrumentRow,
    PartyRow,
    ProvisionRow,
    TriggerRow,
)
from obligations.status.recall import events_of, with_dates
from parties.access import readable
from parties.texts import FIRST_YEAR, LAST_YEAR_OF_CALENDARS


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
