"""What is found by its words, of all kinds together, the best first."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from agreement.models import Agreement
from obligations.api.base.paging import Pages
from obligations.api.base.problems import InvalidQuery
from obligations.api.base.views import Ranked, Recalled, Rows
from obligations.api.filters import SEARCH
from obligations.api.serializers.search import FoundRow
from obligations.lists.places import NUMBER, RANK
from obligations.search.asking import CannotAsk, SearchText, asked_for, synonyms_of
from obligations.search.hits import MOST as LOOKED_AT
from obligations.search.hits import Hit, SearchKind, SearchLook, all_hits, shown_hits


class FoundPages(Pages):
    there_are_more = False

    def head(self, count: int, following: Iterable[Any] | None) -> dict[str, Any]:
        return {"count": count, "there_are_more": self.there_are_more} | super().head(count, following)

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


class Search(Ranked, Recalled):
    """Obligations, statements, events and evidence by their words, as far as the viewer may see them."""

    is_costly = True
    model = Agreement
    serializer_class = FoundRow
    filters = SEARCH
    parts = (NUMBER, RANK, NUMBER, NUMBER)
    paginator: FoundPages

    def pagination_class(self) -> FoundPages:  # type: ignore[override]
        return FoundPages(self)

    def place(self, row: Hit) -> tuple[Any, ...]:
        return row.place

    def visible(self) -> QuerySet[Any]:
        return Agreement.objects.visible_to(self.viewer)

    @extend_schema(operation_id="search_list", tags=["search"])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The best first: what has the code that was asked for, then what fits best, then the newest.

        Nothing but the row itself decides on its place.
        """
        return super().list(request, *args, **kwargs)

    def found(self) -> Rows:
        kind, look = self.request.query_params.get("kind"), self.look
        every = all_hits([SearchKind(kind)] if kind else list(SearchKind), self.asked, look)
        self.paginator.there_are_more = any(hits.there_are_more for hits in every)
        return sorted((hit for hits in every for hit in hits.rows), key=lambda hit: hit.place)

    def shown(self, page: Rows) -> Rows:
        return shown_hits(page, self.asked, self.look)

    @cached_property
    def look(self) -> SearchLook:
        agreements = tuple(super().found())
        provision = self.request.query_params.get("provision", "")
        return SearchLook(self.viewer, self.moment, agreements, provision)

    @cached_property
    def asked(self) -> SearchText:
        try:
            return asked_for(self.request.query_params["q"], synonyms_of(self.look.agreements))
        except CannotAsk as wrong:
            raise InvalidQuery({"q": [str(wrong)]}) from wrong
