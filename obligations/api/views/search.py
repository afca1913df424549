"""What is found by its words, of all kinds together, the best first."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agreement.models import Agreement
from obligations.api.base.paging import DEFAULT, MOST, OfAMoment, number
from obligations.api.base.problems import InvalidQuery
from obligations.api.base.views import Recalled
from obligations.api.serializers.search import FoundRow
from obligations.search.asking import LONGEST, CannotAsk, asked_for
from obligations.search.hits import MOST as LOOKED_AT
from obligations.search.hits import SearchKind, SearchLook, all_hits, shown

FURTHEST = len(SearchKind) * LOOKED_AT


class SearchFilter(filters.FilterSet):
    q = filters.CharFilter(
        method="all_of_them",
        required=True,
        max_length=LONGEST,
        label=_(
            "Words that are all to be there, in any form; the last may be the beginning of one. “Words in quotes” are "
            "found as they stand, `-word` leaves out what has it, `OR` finds either."
        ),
    )
    agreement = filters.CharFilter("code", label=_("Agreement"))
    kind = filters.ChoiceFilter(method="all_of_them", choices=SearchKind.choices, label=_("Kind"))

    class Meta:
        model = Agreement
        fields: list[str] = []

    def all_of_them(self, queryset: QuerySet[Agreement], name: str, value: str) -> QuerySet[Agreement]:
        """What is found in the agreements, the view looks up; none of them is left out."""
        return queryset


class BestFirst(OfAMoment):
    """Pages by place: `?after=` so many of the best."""

    there_are_more = False

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        limit = number(request, "limit", DEFAULT, least=1, most=MOST)
        after = number(request, "after", 0, least=0, most=FURTHEST)
        self.moment = view.moment  # type: ignore[union-attr]
        self.count, self.request = len(queryset), request
        self.next_after = after + limit if self.count > after + limit else None
        return list(queryset[after : after + limit])

    def get_paginated_response(self, data: Any) -> Response:
        answer = super().get_paginated_response(data)
        answer.data = {"count": self.count, "there_are_more": self.there_are_more} | answer.data
        return answer

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        more = {
            "type": "boolean",
            "description": f"Whether more than {LOOKED_AT} of a kind fit; the newest of it are here and counted.",
        }
        first = {"count": page["properties"]["count"], "there_are_more": more}
        return {
            **page,
            "required": ["there_are_more", *page["required"]],
            "properties": first | page["properties"],
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        given = super().get_schema_operation_parameters(view)
        for one in given:
            if one["name"] == "after":
                one["schema"]["maximum"] = FURTHEST
                one["description"] = _("Leave out so many of the best; `next` has it.")
        return given


class Search(Recalled):
    """Obligations, statements, events and evidence by their words, as far as the viewer may see them."""

    is_costly = True
    model = Agreement
    serializer_class = FoundRow
    filterset_class = SearchFilter
    pagination_class = BestFirst
    paginator: BestFirst

    def visible(self) -> QuerySet[Any]:
        return Agreement.objects.visible_to(self.viewer)

    @extend_schema(operation_id="search_list", tags=["search"])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The best first: what has the code that was asked for, then what fits best, then the newest.

        Nothing but the row itself decides on its place.
        """
        agreements = tuple(self.filter_queryset(self.get_queryset()))
        try:
            asked = asked_for(request.query_params["q"])
        except CannotAsk as wrong:
            raise InvalidQuery({"q": [str(wrong)]}) from wrong
        look = SearchLook(self.viewer, self.moment, agreements)
        kind = request.query_params.get("kind")
        every = all_hits([SearchKind(kind)] if kind else list(SearchKind), asked, look)
        self.paginator.there_are_more = any(hits.there_are_more for hits in every)
        best = sorted((hit for hits in every for hit in hits.rows), key=lambda hit: hit.place)
        page = shown(self.paginate_queryset(best) or [], asked, look)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
