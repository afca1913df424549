"""Pages of what can be asked for as of other days: they say which days they speak of."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

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
from obligations.deadlines.moment import INSTANT

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
        rows, parts = queryset.order_by(*self.order), parts_of(queryset.model, self.order)
        if given := request.query_params.get("after"):
            rows = rows.filter(after(self.order, values_at(given, parts)))
        self.count, self.request, self.following = int(queryset.count()), request, ""
        load = getattr(view, "load", list)
        page: list[Any] = load(rows[: limit + 1])
        if len(page) > limit:
            page = page[:limit]
            self.following = place_of(parts, (value_at(page[-1], name) for name in self.order))
        return page

    def next_address(self) -> str | None:
        if not self.following:
            return None
        return replace_query_param(self.request.build_absolute_uri(), "after", self.following)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        limit, given, *days = super().get_schema_operation_parameters(view)
        about = _("Rows after this place; `next` has it.")
        place = {"type": "string", "pattern": pattern_of(parts_of(view.model, view.order))}  # type: ignore[attr-defined]
        return [limit, given | {"schema": place, "description": about}, *days]


class InOrderNow(InOrder):
    """The same of what is asked for at present alone."""

    parameters = RowsAfter.parameters

    def get_paginated_response(self, data: Any) -> Response:
        return RowsAfter.get_paginated_response(self, data)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return RowsAfter.get_paginated_response_schema(self, schema)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        limit, given, *_days = super().get_schema_operation_parameters(view)
        return [limit, given]


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


class Part(NamedTuple):
    """How a column's value is written in the place of a row: whatever matches the pattern can be read."""

    pattern: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]


EPOCH = datetime(1800, 1, 1, tzinfo=UTC)
TEXT = Part(r"[^~\x00]{1,60}", str, str)
PARTS = {
    # Of what everybody may read: a commitment.
    "ForeignKey": Part("[0-9]{1,18}", str, int),
    "DateTimeField": Part(
        "[0-9]{1,17}",
        lambda at: str((at - EPOCH) // INSTANT),
        lambda text: EPOCH + int(text) * INSTANT,
    ),
    "DateField": Part(
        "[1-9][0-9]{0,5}", lambda on: str(on.toordinal()), lambda text: date.fromordinal(int(text))
    ),
}


def place_of(parts: Sequence[Part], values: Iterable[Any]) -> str:
    return "~".join(part.write(value) for part, value in zip(parts, values, strict=True))


def pattern_of(parts: Sequence[Part]) -> str:
    return "^" + "~".join(part.pattern for part in parts) + "$"


def values_at(place: str, parts: Sequence[Part]) -> list[Any]:
    if re.fullmatch(pattern_of(parts), place) is None:
        raise InvalidQuery({"after": [_("Take the address of the next page as it is.")]})
    return [part.read(text) for part, text in zip(parts, place.split("~"), strict=True)]


def parts_of(model: Any, order: Sequence[str]) -> list[Part]:
    kinds = []
    for path in order:
        at = model
        *way, last = path.split("__")
        for name in way:
            at = at._meta.get_field(name).related_model
        kinds.append(at._meta.get_field(last).get_internal_type())
    return [PARTS.get(kind, TEXT) for kind in kinds]


class ItemsThen(OfAMoment, ItemsAfter):
    """A list that was worked out."""
