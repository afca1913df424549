"""Lists in pages: each row once, in one order. Lists as of other days say which days these are."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from obligations.api.base.problems import InvalidQuery
from obligations.deadlines import Moment
from obligations.deadlines.moment import INSTANT
from obligations.status.moments import AS_OF, KNOWN_AT, NAMES

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
        about = _("Rows after this one; `next` has it. Keep the last page's address to go on from there.")
        return [
            {"name": "limit", "in": "query", "schema": limit, "description": _("Rows on a page.")},
            {"name": "after", "in": "query", "schema": after, "description": about},
        ]


def number(request: Request, name: str, default: int, *, least: int, most: int) -> int:
    """The parameter as a whole number within its limits, or a problem that names it."""
    given = request.query_params.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 20 and least <= int(given) <= most):
        message = gettext("Give a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
        raise InvalidQuery({name: [message]})
    return int(given)


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
