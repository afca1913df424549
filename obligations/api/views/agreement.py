"""What was agreed, and what starts clocks: the resources that packs load."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

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
from obligations.api import filters
from obligations.api.base.paging import InOrder, number
from obligations.api.base.views import Recalled, Resource
from obligations.api.serializers.agreement import (
    AgreementRow,
    CalendarRow,
    InstrumentRow,
    PartyRow,
    ProvisionRow,
)
from obligations.api.serializers.trigger import EventRow, TriggerRow
from obligations.status.recall import events_of, with_dates
from parties.access import readable
from parties.models import Party
from parties.texts import FIRST_YEAR, LAST_YEAR_OF_CALENDARS


class Agreements(Resource):
    """Agreements with their parties, rules of counting and naming."""

    model = Agreement
    serializer_class = AgreementRow
    filterset_class = filters.AgreementFilter
    keys = {"code": "code"}

    def visible(self) -> QuerySet[Any]:
        return Agreement.objects.visible_to(self.viewer).prefetch_related("participations__party")


class Calendars(Resource):
    """Calendars of holidays: the days that are no working days for a party, or where a reading names the calendar."""

    model = Calendar
    serializer_class = CalendarRow
    filterset_class = filters.CalendarFilter
    keys = {"agreement": "agreement__code", "code": "code"}
    understood = ("year",)

    @extend_schema(parameters=[OpenApiParameter("year", filters.YEAR)])
    def retrieve(self, request: Request, **where: Any) -> Response:
        return super().retrieve(request, **where)

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
    """Actors that can owe something: parties, facilitators, joint bodies."""

    model = Party
    serializer_class = PartyRow
    filterset_class = filters.PartyFilter
    keys = {"code": "code"}

    def visible(self) -> QuerySet[Any]:
        places = Participation.objects.filter(readable(self.viewer))
        in_order = places.select_related("agreement").order_by("agreement__code")
        seen = Party.objects.filter(pk__in=places.order_by().values("party"))
        return seen.prefetch_related(Prefetch("participations", queryset=in_order, to_attr="places"))


class Instruments(Resource):
    """The texts of an agreement, with each party's position on them."""

    model = Instrument
    serializer_class = InstrumentRow
    filterset_class = filters.InstrumentFilter
    keys = {"agreement": "agreement__code", "code": "code"}

    def visible(self) -> QuerySet[Any]:
        seen = Instrument.objects.visible_to(self.viewer)
        return seen.select_related("agreement").prefetch_related("positions__party")


class Provisions(Resource):
    """Articles and paragraphs of instruments; an anchor does not change."""

    model = Provision
    serializer_class = ProvisionRow
    filterset_class = filters.ProvisionFilter
    keys = {"agreement": "instrument__agreement__code", "instrument": "instrument__code", "anchor": "anchor"}

    def visible(self) -> QuerySet[Any]:
        seen = Provision.objects.visible_to(self.viewer).select_related("instrument__agreement", "parent")
        return seen.prefetch_related("interpretive_rules", "obligations")


class Triggers(Recalled):
    """Named events that start clocks, with every date that they were given."""

    model = Trigger
    serializer_class = TriggerRow
    filterset_class = filters.TriggerFilter
    keys = {"agreement": "agreement__code", "code": "code"}

    def visible(self) -> QuerySet[Any]:
        return with_dates(Trigger.objects.visible_to(self.viewer).select_related("agreement"), self.moment)


class Events(Recalled):
    """What happened, dated and sourced. An event is not a finding."""

    model = Event
    serializer_class = EventRow
    filterset_class = filters.EventFilter
    pagination_class = InOrder
    order = ("agreement__code", "happened_on", "code")
    keys = {"agreement": "agreement__code", "code": "code"}

    def visible(self) -> QuerySet[Any]:
        seen = events_of(Event.objects.visible_to(self.viewer, self.now), self.moment)
        return seen.select_related("agreement", "trigger").prefetch_related("obligations")
