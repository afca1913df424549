"""Pages of what can be asked for as of other days: they say which days they speak of."""

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from normalization_tracker.api.paging import DEFAULT, MOST, ItemsAfter, RowsAfter, number
from normalization_tracker.api.problems import InvalidQuery
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


class InOrder(RowsThen):
    """Rows in the view's `order`, of columns that the rows themselves show, the last of which tells them apart.

    The keys of the database stand in a row: going on after one of them would tell of hidden rows between.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.order: Sequence[str] = view.order  # type: ignore[union-attr]
        self.moment = view.moment  # type: ignore[union-attr]
        limit = number(request, "limit", DEFAULT, least=1, most=MOST)
        rows = queryset.order_by(*self.order)
        if given := request.query_params.get("after"):
            rows = rows.filter(after(self.order, values_given(given, queryset.model, self.order)))
        self.count, self.request, self.following = int(queryset.count()), request, ""
        load = getattr(view, "load", list)
        page: list[Any] = load(rows[: limit + 1])
        if len(page) > limit:
            page = page[:limit]
            self.following = token_of([value_at(page[-1], name) for name in self.order])
        return page

    def next_address(self) -> str | None:
        if not self.following:
            return None
        return replace_query_param(self.request.build_absolute_uri(), "after", self.following)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        limit, given, *days = super().get_schema_operation_parameters(view)
        about = _("The page after this place; `next` has it.")
        return [limit, given | {"schema": {"type": "string"}, "description": about}, *days]


def value_at(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows that come later: a greater first column, or the same and a greater second, and so on."""
    rule, same = Q(), Q()
    for name, value in zip(order, values, strict=True):
        rule |= same & Q(**{f"{name}__gt": value})
        same &= Q(**{name: value})
    return rule


def token_of(values: Sequence[Any]) -> str:
    texts = [one.isoformat() if isinstance(one, date) else str(one) for one in values]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def values_given(token: str, model: Any, order: Sequence[str]) -> list[Any]:
    try:
        texts = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return [read(one, kind) for one, kind in zip(texts, kinds_of(model, order), strict=True)]
    except (ValueError, TypeError) as error:
        raise InvalidQuery({"after": [_("Take the address of the next page as it is.")]}) from error


def kinds_of(model: Any, order: Sequence[str]) -> list[str]:
    kinds = []
    for path in order:
        at = model
        *way, last = path.split("__")
        for name in way:
            at = at._meta.get_field(name).related_model
        kinds.append(at._meta.get_field(last).get_internal_type())
    return kinds


def read(text: str, kind: str) -> Any:
    if not isinstance(text, str) or "\x00" in text:
        raise ValueError(text)
    if kind == "DateTimeField":
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError(text)
        return at
    return date.fromisoformat(text) if kind == "DateField" else text


class ItemsThen(OfAMoment, ItemsAfter):
    """A list that was worked out."""
