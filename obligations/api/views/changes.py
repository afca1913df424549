"""What changed in an agreement between two moments."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from agreement.models import Agreement
from obligations.api.base.paging import DEFAULT, MOST, RowsAfter, number
from obligations.api.base.problems import InvalidQuery
from obligations.api.base.views import Resource
from obligations.api.filters import ChangeFilter
from obligations.api.serializers.changes import ChangeRow
from obligations.changes.what import changes
from obligations.changes.window import ORDER, Change, Window, WindowError, window_of
from obligations.deadlines.moment import INSTANT
from obligations.models import Commitment

PLACE = re.compile(r"([0-9]{1,18})\.([0-9]{1,2})\.([0-9A-Za-z_-]{18,200})")
EPOCH = datetime(1800, 1, 1, tzinfo=UTC)


class ChangesAfter(RowsAfter):
    """Pages that go on after the change `?after=`: its instant, kind and key, so that no later change shifts them."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        limit = number(request, "limit", DEFAULT, least=1, most=MOST)
        after = place_given(request)
        self.count, self.request, self.following = len(queryset), request, ""
        page = [one for one in queryset if after is None or place(one) > after][: limit + 1]
        if len(page) > limit:
            page = page[:limit]
            self.following = ".".join(map(str, place(page[-1])))
        return page

    def next_address(self) -> str | None:
        if not self.following:
            return None
        return replace_query_param(self.request.build_absolute_uri(), "after", self.following)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        limit, after = super().get_schema_operation_parameters(view)
        about = gettext_lazy("Changes after this one; `next` has it.")
        return [
            limit,
            after | {"schema": {"type": "string", "pattern": f"^{PLACE.pattern}$"}, "description": about},
        ]


Place = tuple[int, int, str]


def place(change: Change) -> Place:
    """Its place among all changes: microseconds since 1800, the kind's place, the key."""
    at, kind, key = change.place
    return (at - EPOCH) // INSTANT, kind, key


def place_given(request: Request) -> Place | None:
    given = request.query_params.get("after")
    if given is None:
        return None
    found = PLACE.fullmatch(given)
    if found is None or int(found[2]) >= len(ORDER):
        raise InvalidQuery({"after": [_("Take the address of the next page as it is.")]})
    return int(found[1]), int(found[2]), found[3]


class Changes(Resource):
    """What was recorded between two moments, and what followed: statements, readings, dates, breaches, due dates."""

    is_costly = True
    model = Commitment
    serializer_class = ChangeRow
    filterset_class = ChangeFilter
    pagination_class = ChangesAfter

    def visible(self) -> QuerySet[Any]:
        return Commitment.objects.visible_to(self.viewer)

    @property
    def agreement(self) -> Agreement | None:
        readable = Agreement.objects.visible_to(self.viewer)
        code = self.request.query_params.get("agreement")
        return (readable.filter(code=code) if code else readable).first()

    @extend_schema(operation_id="changes_list")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Oldest first. What follows from what was recorded is worked out from what you may see, and nothing else.

        Without a party or a provision, dates of triggers and days off that moved a due date are told of the whole
        agreement; with one, those that touch it.
        """
        picked: Any = self.filter_queryset(self.get_queryset())
        agreement, asked = self.agreement, request.query_params
        window = self.window(agreement)
        found: list[Change] = []
        if agreement is not None:
            narrowed = "party" in asked or "provision" in asked
            found = changes(
                agreement, self.viewer, window, picked if narrowed else None, asked.getlist("kind")
            )
        page = self.paginate_queryset(found)
        context = {**self.get_serializer_context(), "agreement": agreement}
        return self.get_paginated_response(ChangeRow(page, many=True, context=context).data)

    def window(self, agreement: Agreement | None) -> Window:
        asked, zone = self.request.query_params, agreement.zone if agreement else ZoneInfo("UTC")
        try:
            return window_of(asked.get("since", ""), asked.get("until", ""), self.now, zone)
        except WindowError as error:
            raise InvalidQuery({name: [said] for name, said in error.errors.items()}) from error
