"""Pages of what can be asked for as of other days: they say which days they speak of."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from normalization_tracker.api.paging import ItemsAfter, RowsAfter
from obligations.asof import AS_OF, KNOWN_AT, NAMES
from obligations.deadlines import Moment

ABOUT = {
    AS_OF: _(
        "The day spoken of, in the agreement's time zone: how it stood at the end of that day. Today, if left out."
    ),
    KNOWN_AT: _(
        "The day of knowledge: only what was recorded by its end counts, in the time zone of the agreement asked for, "
        "or in UTC where agreements of several zones are. All that is on record counts, if left out."
    ),
}
A_DAY = {"type": "string", "format": "date"}
A_DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}


def parameters() -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "schema": dict(A_DAY), "description": ABOUT[name]} for name in NAMES
    ]


class OfAMoment(RowsAfter):
    """Over a view with a `moment`."""

    parameters = (*RowsAfter.parameters, *NAMES)
    moment: Moment

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.moment = view.moment  # type: ignore[union-attr]
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        days = {AS_OF: self.moment.spoken_on, KNOWN_AT: self.moment.known_on}
        return Response({"count": self.count, "next": self.next_address(), **days, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        properties: dict[str, Any] = page["properties"]
        results = properties.pop("results")
        for name, today in ((AS_OF, _("null: today.")), (KNOWN_AT, _("null: all that is on record."))):
            properties[name] = {**A_DAY_OR_NULL, "description": today}
        return {
            **page,
            "required": ["count", "next", *NAMES, "results"],
            "properties": {**properties, "results": results},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [*super().get_schema_operation_parameters(view), *parameters()]


class RowsThen(OfAMoment):
    """Rows of the database."""


class ItemsThen(OfAMoment, ItemsAfter):
    """A list that was worked out."""
