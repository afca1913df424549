"""What is owed, what is said about it, and how it stands for the viewer."""

import json
from collections.abc import Collection
from typing import Any

from django.db.models import Case, F, Prefetch, Q, QuerySet, When
from django.utils import translation
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agreement.models import Event
from obligations.api.base.files import expanding
from obligations.api.base.views import Recalled
from obligations.api.filters import OBLIGATIONS, READINGS, REQUESTS, STATEMENTS, sorted_by
from obligations.api.lists import Listed
from obligations.api.serializers.commitment import (
    BreachRow,
    CommitmentRow,
    FullCommitmentRow,
    ObligationRow,
    PeriodRow,
    explained,
)
from obligations.api.serializers.statement import ReadingRow, RequestRow, StatementRow
from obligations.deadlines import Moment
from obligations.lists import listings
from obligations.lists.listing import ListQuery
from obligations.models import (
    BreachStatus,
    Commitment,
    Obligation,
    PartyRequest,
    Period,
    Reading,
    Statement,
    StatementTranslation,
)
from obligations.status.recall import events_of, obligations_of, with_terms
from obligations.status.requests import RequestState, request_states, with_all
from obligations.status.status import with_standing
from parties.access import Viewer, readable, visible
from parties.known import known


class Obligations(Recalled):
    """What a provision demands, with its time limit, its conditions and who owes it."""

    model = Obligation
    serializer_class = ObligationRow
    filters = OBLIGATIONS
    keys = {"agreement": "agreement__code", "code": "code"}

    def visible(self) -> QuerySet[Any]:
        seen = Obligation.objects.visible_to(self.viewer)
        seen = seen.select_related(
            "agreement",
            "provision__instrument",
            "trigger",
            "after_obligation",
            "deadline_from",
            "same_event_as",
        )
        commitments = (
            Commitment.objects.visible_to(self.viewer).select_related("party").order_by("party__name")
        )
        events = events_of(Event.objects.visible_to(self.viewer, self.now), self.moment)
        return obligations_of(seen, self.moment).prefetch_related(
            "indicators",
            "also_under__instrument",
            "gate_openings",
            "gates__after_obligation",
            "gates__after_trigger",
            Prefetch("touched_by", queryset=events),
            Prefetch("commitments", queryset=commitments),
        )

    def load(self, queryset: QuerySet[Any]) -> list[Obligation]:
        return with_terms(queryset, self.moment)


def commitments_numbered(view: Any, numbers: Collection[int]) -> Any:
    asked = ListQuery(view.viewer, view.moment, view.root, limit=max(len(numbers), 1))
    rows, _following = listings.COMMITMENTS.page(asked, ("s.commitment_id = ANY(%s)", [list(numbers)]))
    return json.loads(rows)


def obligations_numbered(view: Any, numbers: Collection[int]) -> Any:
    same = {"request": view.request, "viewer": view.viewer, "now": view.now, "moment": view.moment}
    listed = Obligations(**same, kwargs={}, format_kwarg=None)
    those = Commitment.objects.filter(pk__in=numbers).values("obligation")
    rows = listed.load(listed.visible().filter(pk__in=those).order_by("pk"))
    return listed.get_serializer(rows, many=True).data


EXPANSIONS = {"commitment": commitments_numbered, "obligation": obligations_numbered}


class Commitments(Listed):
    """One party's share in one obligation: due date, timeliness and the finding that stands, as you may know."""

    model = Commitment
    serializer_class = CommitmentRow
    listing = listings.COMMITMENTS
    key = "s.commitment_id"
    expansions = {"obligation": obligations_numbered}
    numbered_by = "id"
    looks_ahead = True

    @extend_schema(responses=FullCommitmentRow)
    def retrieve(self, request: Request, **where: Any) -> Response:
        """With its sum in words, and what the other conventions would give."""
        row = json.loads(self.row_at(where["pk"]))
        owed = Commitment.objects.filter(pk=where["pk"])
        (standing,) = with_standing(owed, self.viewer, self.moment, with_calendars=True)
        with translation.override("en"):  # a row is the same in every language
            row["explanation"] |= explained(standing, self.moment)
        return Response(row)


def statements_seen_by(viewer: Viewer, moment: Moment) -> QuerySet[Any]:
    """Statements with what a row shows of them. What they point at is there only where it can be seen itself."""
    now = moment.now
    seen = Statement.objects.seen_by(viewer, moment)
    seen = seen.select_related(
        "agreement", "by", "confidant", "commitment__obligation", "commitment__party", "period"
    )
    happened = visible(viewer, now, "event__") & until(moment, "event__happened_on")
    said = visible(viewer, now, "refers_to__") & until(moment, "refers_to__effective_on")
    in_force = known(moment.known_at, until="withdrawn_at")
    beside = StatementTranslation.objects.as_of(moment).order_by("recorded_at", "pk")
    return seen.prefetch_related(Prefetch("translations", queryset=beside)).annotate(
        seen_event=Case(When(happened, then=F("event__code")), default=None),
        seen_refers_to=Case(When(said, then=F("refers_to__key")), default=None),
        withdrawn_then=Case(When(in_force, then=None), default=F("withdrawn_at")),
    )


def until(moment: Moment, field: str) -> Q:
    return Q(**{f"{field}__lte": moment.spoken_on}) if moment.spoken_on else Q()


class Statements(Recalled):
    """Claims, findings, contests, answers and withdrawals, as they were recorded. Nothing overwrites anything."""

    model = Statement
    serializer_class = StatementRow
    filters = STATEMENTS
    single = "statement"
    keys = {"key": "key"}
    order = ("recorded_at", "key")
    files = {**Recalled.files, **sorted_by("recorded_at", "effective_on"), **expanding(EXPANSIONS)}
    expansions = EXPANSIONS

    def visible(self) -> QuerySet[Any]:
        return statements_seen_by(self.viewer, self.moment)


class Breaches(Listed):
    """Episodes of being overdue, as the findings that you may see make them: open, or closed with an outcome."""

    model = BreachStatus
    serializer_class = BreachRow
    listing = listings.BREACHES
    expansions = EXPANSIONS
    key = "s.key"


class Periods(Listed):
    """Periods: each time that something is due again and again, and each period in which a duty is reviewed."""

    model = Period
    serializer_class = PeriodRow
    listing = listings.PERIODS
    expansions = EXPANSIONS
    agreement_path = "commitment__agreement"
    key = "q.key"


def readings_seen_by(viewer: Viewer, moment: Moment) -> QuerySet[Any]:
    """Readings with what a row shows of them. Who may read an agreement may read how its time limits are read.

    Those that hold from a day on are there from that day on; how the text is understood holds for every day.
    """
    seen = Reading.objects.filter(readable(viewer))
    seen = seen.select_related("agreement", "commitment__obligation", "commitment__party", "withdraws")
    seen = seen.filter(known(moment.known_at, "recorded_at"))
    in_force = known(moment.known_at, until="withdrawn_by__recorded_at")
    if moment.spoken_on:
        seen = seen.filter(Q(effective_on=None) | Q(effective_on__lte=moment.spoken_on))
    return seen.annotate(taken_back_by=Case(When(in_force, then=None), default=F("withdrawn_by__key")))


class Readings(Recalled):
    """Recorded acts on clocks: how a limit is counted, its date, extensions, suspensions and what takes them back."""

    model = Reading
    serializer_class = ReadingRow
    filters = READINGS
    single = "reading"
    keys = {"key": "key"}
    order = ("recorded_at", "key")
    files = {**Recalled.files, **sorted_by("recorded_at"), **expanding(EXPANSIONS)}
    expansions = EXPANSIONS

    def visible(self) -> QuerySet[Any]:
        return readings_seen_by(self.viewer, self.moment)


class Requests(Recalled):
    """What a mediator asks of a party, by a day: a claim on a commitment, or a reply to a statement."""

    model = PartyRequest
    serializer_class = RequestRow
    filters = REQUESTS
    single = "request"
    keys = {"key": "key"}
    order = ("asked_at", "key")
    files = {**Recalled.files, **sorted_by("asked_at", "reply_by"), **expanding(EXPANSIONS)}
    expansions = EXPANSIONS

    def visible(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = with_all(
            PartyRequest.objects.visible_to(self.viewer, self.now).as_of(self.moment)
        )
        return rows

    def load(self, queryset: QuerySet[Any]) -> list[RequestState]:
        return request_states(queryset, self.viewer, self.moment)
