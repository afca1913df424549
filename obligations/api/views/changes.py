"""Changes: the stream, and what changed between two moments: one shape for all kinds, with a part for each."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from agreement.models import Agreement, Holiday
from obligations.api.base.paging import CURSOR, MOST, Pages, number, places_after
from obligations.api.base.problems import InvalidQuery
from obligations.api.base.views import Ranked, Resource, Rows
from obligations.api.filters import CHANGES, STREAM
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
from obligations.changes.what import changes, without_a_day
from obligations.changes.window import ByDay, Cause, Change, ChangeKind, Why, Window, WindowError, window_of
from obligations.delivery.cursor import sealed
from obligations.delivery.kinds import Kind
from obligations.delivery.stream import Change as StreamChange
from obligations.delivery.stream import ReadChanges, present, read
from obligations.lists.places import AN_INSTANT, KEY, NUMBER
from obligations.models import Commitment, Reading, Statement
from obligations.models.statement import Conduct
from obligations.status.breaches import OUTCOMES
from obligations.status.moments import written


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


DEFAULT = 100
NOW = "now"
AFTER = gettext_lazy(
    "The `cursor` of an answer: changes that were committed after it. Left out: from the beginning. `now`: nothing but "
    "a cursor, from which to go on later."
)


class Stream(Pages):
    """`?limit=` changes after the cursor `?after=`."""

    read: ReadChanges

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        limit = number(request, "limit", DEFAULT, least=1, most=MOST)
        agreements, kinds = self.view.asked
        is_now = request.query_params.get("after") == NOW
        places = present(agreements) if is_now else places_after(request)
        self.read = read(
            self.view.viewer, self.view.now, places, agreements=agreements, kinds=kinds, limit=limit
        )
        return self.read.changes

    def get_paginated_response(self, data: Any) -> Response:
        cursor, address = sealed(self.read.places), self.view.request.build_absolute_uri()
        following = replace_query_param(address, "after", cursor) if self.read.more else None
        return Response({"cursor": cursor, "next": following, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        properties: dict[str, Any] = {
            "cursor": {
                "type": "string",
                "description": "Where to go on from, now or later; always there. It is another text each time.",
            },
            "next": {
                "type": ["string", "null"],
                "format": "uri",
                "description": "The address that goes on, where there is more at present.",
            },
            "results": schema,
        }
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}
        after = {"type": "string", "pattern": f"^({NOW}|{CURSOR})$"}
        return [
            {"name": "limit", "in": "query", "schema": limit, "description": _("Changes in an answer.")},
            {"name": "after", "in": "query", "schema": after, "description": AFTER},
        ]


class Changes(Resource):
    model = Agreement
    serializer_class = StreamedChange
    filters = STREAM
    files = {}

    def pagination_class(self) -> Stream:  # type: ignore[override]
        return Stream(self)

    def visible(self) -> QuerySet[Any]:
        return Agreement.objects.visible_to(self.viewer)

    @property
    def asked(self) -> tuple[list[Agreement], list[str]]:
        return list(self.found()), list(self.chosen.get("kind", ()))

    @extend_schema(operation_id="changes_list", tags=["changes"])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """What was committed after a cursor, in the order of the commits, of one agreement after the other.

        Keep the `cursor` of each answer and ask with `after=` it: nothing is missed and nothing comes twice, however
        many write meanwhile. You are told of what you may see when you ask; what is released to you later comes as a
        `release`, whatever your cursor. A change names what changed and where to read it, and says nothing of it. If
        you are given more rights in an agreement, read it from the beginning to be told of what came before.
        """
        return super().list(request, *args, **kwargs)


class ChangesBetween(Ranked):
    """What was recorded between two moments, and what followed: statements, readings, dates, breaches, due dates."""

    is_costly = True
    model = Commitment
    serializer_class = ChangeRow
    filters = CHANGES
    # Its instant, kind and key, so that no later change shifts those before it.
    parts = (AN_INSTANT, NUMBER, KEY)

    def visible(self) -> QuerySet[Any]:
        return Commitment.objects.visible_to(self.viewer)

    def place(self, row: Change) -> tuple[Any, ...]:
        return row.place

    @cached_property
    def agreement(self) -> Agreement | None:
        readable = Agreement.objects.visible_to(self.viewer)
        code = self.request.query_params.get("agreement")
        return (readable.filter(code=code) if code else readable).first()

    def agreements(self) -> Iterable[Agreement]:
        return [self.agreement] if self.agreement else []

    @property
    def pins(self) -> dict[str, str]:
        window = self.window(self.agreement)
        return {"since": written(window.since), "until": written(window.until)}

    @extend_schema(operation_id="changes_between", tags=["changes"])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Oldest first. What follows from what was recorded is worked out from what you may see, and nothing else.

        Without a party or a provision, dates of triggers and days off that moved a due date are told of the whole
        agreement; with one, those that touch it.
        """
        return super().list(request, *args, **kwargs)

    def found(self) -> Rows:
        picked: Any = super().found()
        agreement, chosen = self.agreement, self.chosen
        window = self.window(agreement)
        kinds, by_day = list(chosen.get("kind", ())), "".join(chosen.get("by_day", ())) or ByDay.RECORDED
        if wrong := without_a_day(kinds, by_day):
            raise InvalidQuery({"kind": [wrong]})
        if agreement is None:
            return []
        narrowed = picked if {"party", "provision"} & set(chosen) else None
        return changes(agreement, self.viewer, window, narrowed, kinds, by_day)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "agreement": self.agreement}

    def window(self, agreement: Agreement | None) -> Window:
        asked, zone = self.request.query_params, agreement.zone if agreement else ZoneInfo("UTC")
        try:
            return window_of(asked.get("since", ""), asked.get("until", ""), self.now, zone)
        except WindowError as error:
            raise InvalidQuery({name: [said] for name, said in error.errors.items()}) from error
