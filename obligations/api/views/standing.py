"""What is owed, what is said about it, and how it stands for the viewer."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Prefetch, QuerySet, When
from rest_framework.request import Request
from rest_framework.response import Response

from agreement.models import Event
from normalization_tracker.api.paging import ItemsAfter
from obligations.api import filters
from obligations.api.serializers.commitment import CommitmentRow, FullCommitmentRow
from obligations.api.serializers.obligation import ObligationRow
from obligations.api.serializers.statement import BreachRow, StatementRow
from obligations.api.views.base import Resource, one
from obligations.filters import CommitmentFilter
from obligations.models import Commitment, Obligation, Statement
from obligations.seen_breaches import CYCLES, SeenBreach, breaches_of
from obligations.standing import with_standing
from parties.access import Viewer, visible


class Obligations(Resource):
    """What a provision demands, with its time limit, its conditions and who owes it."""

    model = Obligation
    serializer_class = ObligationRow
    filterset_class = filters.ObligationFilter
    keys = {"agreement": "agreement__code", "code": "code"}

    def visible(self) -> QuerySet[Any]:
        seen = Obligation.objects.visible_to(self.viewer)
        seen = seen.select_related("agreement", "provision__instrument", "trigger", "deadline_from")
        commitments = (
            Commitment.objects.visible_to(self.viewer).select_related("party").order_by("party__name")
        )
        return seen.prefetch_related(
            "indicators",
            "gates__after_obligation",
            "gates__after_trigger",
            Prefetch("touched_by", queryset=Event.objects.visible_to(self.viewer, self.now)),
            Prefetch("commitments", queryset=commitments),
        )


class Commitments(Resource):
    """One party's share in one obligation: due date, timeliness and the finding that stands, as the viewer may know."""

    model = Commitment
    serializer_class = CommitmentRow
    filterset_class = CommitmentFilter
    keys = {"pk": "pk"}

    def visible(self) -> QuerySet[Any]:
        return Commitment.objects.as_seen_by(self.viewer, self.now)

    def load(self, queryset: QuerySet[Any]) -> list[Commitment]:
        """The days off of all calendars are asked for where the other conventions are told."""
        full = self.action == "retrieve"
        return with_standing(queryset, self.viewer, self.now, with_calendars=full)  # type: ignore[arg-type]

    def get_serializer_class(self) -> Any:
        return FullCommitmentRow if self.action == "retrieve" else CommitmentRow


def statements_seen_by(viewer: Viewer, now: datetime) -> QuerySet[Any]:
    """Statements with what a row shows of them. What they point at is there only where it can be seen itself."""
    seen = Statement.objects.visible_to(viewer, now)
    seen = seen.select_related("agreement", "by", "confidant", "commitment__obligation", "commitment__party")
    return seen.annotate(
        seen_event=Case(When(visible(viewer, now, "event__"), then=F("event__code")), default=None),
        seen_objects_to=Case(
            When(visible(viewer, now, "objects_to__"), then=F("objects_to_id")), default=None
        ),
    )


class Statements(Resource):
    """Claims, findings and contests, as they were recorded. Nothing overwrites anything."""

    model = Statement
    serializer_class = StatementRow
    filterset_class = filters.StatementFilter
    keys = {"pk": "pk"}

    def visible(self) -> QuerySet[Any]:
        return statements_seen_by(self.viewer, self.now)


class Breaches(Resource):
    """Episodes of being overdue, as the findings that the viewer may see make them: open, or closed with an outcome."""

    model = Commitment
    serializer_class = BreachRow
    filterset_class = filters.BreachFilter
    pagination_class = ItemsAfter

    def visible(self) -> QuerySet[Any]:
        """The commitments that can have one: those whose date has passed."""
        return Commitment.objects.as_seen_by(self.viewer, self.now).filter(due_at__lte=self.now)

    def breaches(self, commitments: QuerySet[Any]) -> Iterator[SeenBreach]:
        rows = with_standing(commitments.order_by("pk"), self.viewer, self.now)  # type: ignore[arg-type]
        return breaches_of(rows, self.viewer, self.now)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        commitments = self.filter_queryset(self.get_queryset())
        wanted = filters.breaches_wanted(request.query_params)
        page = self.paginate_queryset([one for one in self.breaches(commitments) if wanted(one)])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, **where: Any) -> Response:
        commitment, cycle = divmod(where["pk"], CYCLES)
        known = self.breaches(self.get_queryset().filter(pk=commitment))
        return Response(self.get_serializer(one(b for b in known if b.cycle == cycle)).data)
