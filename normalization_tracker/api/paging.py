"""Lists in pages: each row once, in the order in which the rows were made."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from normalization_tracker.api.problems import InvalidQuery

DEFAULT, MOST = 50, 500
LARGEST_KEY = 2**63 - 1


class RowsAfter(BasePagination):
    """`?limit=` rows after the row `?after=`. The next page starts from a row, not from a count of rows: what is added
    or hidden meanwhile makes no row come twice or be left out.
    """

    parameters: tuple[str, ...] = ("limit", "after")

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        limit = number(request, "limit", DEFAULT, least=1, most=MOST)
        after = number(request, "after", 0, least=0, most=LARGEST_KEY)
        self.count, self.request, self.next_after = self.number_of(queryset), request, None
        load: Callable[[Any], list[Any]] = getattr(view, "load", list)
        page = load(self.rows_after(queryset, after, limit + 1))
        if len(page) > limit:
            page = page[:limit]
            self.next_after = page[-1].pk
        return page

    def number_of(self, rows: Any) -> int:
        return int(rows.count())

    def rows_after(self, rows: Any, after: int, most: int) -> Any:
        return rows.filter(pk__gt=after).order_by("pk")[:most]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"count": self.count, "next": self.next_address(), "results": data})

    def next_address(self) -> str | None:
        if self.next_after is None:
            return None
        return replace_query_param(self.request.build_absolute_uri(), "after", str(self.next_after))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        count = {"type": "integer", "description": "Rows on all pages.", "examples": [87]}
        following = {
            "type": ["string", "null"],
            "format": "uri",
            "description": "The next page; null on the last.",
        }
        return {
            "type": "object",
            "required": ["count", "next", "results"],
            "properties": {"count": count, "next": following, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}
        after = {"type": "integer", "minimum": 0, "maximum": LARGEST_KEY}
        about = gettext_lazy(
            "Rows after this one; `next` has it. Keep the last page's address to go on from there."
        )
        return [
            {"name": "limit", "in": "query", "schema": limit, "description": gettext_lazy("Rows on a page.")},
            {"name": "after", "in": "query", "schema": after, "description": about},
        ]


class ItemsAfter(RowsAfter):
    """The same over a list that was worked out, in the order of its keys."""

    def number_of(self, rows: Any) -> int:
        return len(rows)

    def rows_after(self, rows: Any, after: int, most: int) -> Any:
        return [row for row in rows if row.pk > after][:most]


def number(request: Request, name: str, default: int, *, least: int, most: int) -> int:
    """The parameter as a whole number within its limits, or a problem that names it."""
    given = request.query_params.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 20 and least <= int(given) <= most):
        message = _("Give a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
        raise InvalidQuery({name: [message]})
    return int(given)
