"""Lists in pages: each row once, in one order. Lists as of other days say which days these are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from obligations.api.base.filtering import in_document
from obligations.api.base.problems import InvalidQuery
from obligations.delivery.cursor import Places, WrongCursor, opened
from obligations.lists.places import (
    AN_INSTANT,
    DAY,
    NUMBER,
    TEXT,
    Part,
    WrongPlace,
    pattern_of,
    place_of,
    values_at,
)
from obligations.status.filters import whole_number
from obligations.status.moments import AS_OF, KNOWN_AT, known_of, written

DEFAULT, MOST = 50, 500


PARTS = {
    "BigAutoField": NUMBER,
    "BigIntegerField": NUMBER,
    "ForeignKey": NUMBER,
    "DateField": DAY,
    "DateTimeField": AN_INSTANT,
}


def parts_of(model: Any, order: Sequence[str]) -> list[Part]:
    kinds = []
    for path in order:
        at = model
        *way, last = path.removeprefix("-").split("__")
        for name in way:
            at = at._meta.get_field(name).related_model
        kinds.append(at._meta.get_field(last).get_internal_type())
    return [PARTS.get(kind, TEXT) for kind in kinds]


def in_order(sort: str, order: Sequence[str]) -> tuple[str, ...]:
    """The columns of an order that one of them leads; `-` before it turns all round."""
    column = sort.removeprefix("-")
    columns = tuple(dict.fromkeys([column, *order]))
    return columns if column == sort else tuple(f"-{name}" for name in columns)


def number(request: Request, name: str, default: int, *, least: int, most: int) -> int:
    """The parameter as a whole number within its limits, or a problem that names it."""
    given = request.query_params.get(name)
    if given is None:
        return default
    if wrong := whole_number(least, most).problem(given):
        raise InvalidQuery({name: [wrong]})
    return int(given)


CURSOR = "[0-9A-Za-z_-]{90,}"


def places_after(request: Request) -> Places:
    """The places of the cursor `?after=`; none where it is left out. Raises InvalidQuery."""
    after = request.query_params.get("after", "")
    try:
        return opened(after) if after else {}
    except WrongCursor as wrong:
        said = gettext(
            "This is no cursor of this server. Take one as an answer gave it, or leave it out to begin anew."
        )
        raise InvalidQuery({"after": [said]}) from wrong


IF_NULL = {AS_OF: _("null: today."), KNOWN_AT: _("null: all that is on record.")}


class Pages(BasePagination):
    """`?limit=` rows after the place `?after=`, made of what the rows are in the order of, which tells them apart.

    The next page starts from a row, not from a count of rows: what is added or hidden meanwhile makes no row come twice
    or be left out. The view has the `parts` of a place, finds the rows after one (`rows_after`), and says at which
    place a row stands (`place`).
    """

    def __init__(self, view: Any) -> None:
        self.view = view

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("limit", "after", *self.view.days)

    def asked(self, default: int = DEFAULT) -> tuple[int, list[Any] | None]:
        """How many rows, and the place that they come after, where there is one."""
        limit = number(self.view.request, "limit", default, least=1, most=MOST)
        given = self.view.request.query_params.get("after")
        try:
            return limit, None if given is None else values_at(given, self.view.parts)
        except WrongPlace as wrong:
            raise InvalidQuery({"after": [str(wrong)]}) from wrong

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        limit, place = self.asked()
        self.count = len(queryset) if isinstance(queryset, list) else int(queryset.count())
        page: list[Any] = view.rows_after(queryset, place, limit + 1)
        self.following = view.place(page[limit - 1]) if len(page) > limit else None
        return page[:limit]

    def head(self, count: int, following: Iterable[Any] | None) -> dict[str, Any]:
        """What stands above the rows; `following` is the place of the last one, where others come after it."""
        view, address = self.view, None
        if following is not None:
            place = place_of(view.parts, following)
            address = replace_query_param(view.uri, "after", place)
        days = {AS_OF: view.moment.spoken_on, KNOWN_AT: known_of(view.moment)} if view.days else {}
        named = {name: written(day) if day else None for name, day in days.items()}
        return {"count": count, "next": address, **named}

    def links(self, head: Mapping[str, Any]) -> dict[str, str]:
        """The header that programs go on by which do not read the body. There is no way back but to the first page."""
        first = remove_query_param(self.view.request.build_absolute_uri(), "after")
        named = {"first": first, "next": head["next"]}
        return {"Link": ", ".join(f'<{to}>; rel="{name}"' for name, to in named.items() if to)}

    def get_paginated_response(self, data: Any) -> Response:
        head = self.head(self.count, self.following)
        return Response({**head, **self.view.expanded(data), "results": data}, headers=self.links(head))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        a_day: dict[str, dict[str, Any]] = {
            AS_OF: {"type": ["string", "null"], "format": "date"},
            KNOWN_AT: {"type": ["string", "null"]},
        }
        properties: dict[str, Any] = {
            "count": {"type": "integer", "description": "Rows on all pages.", "examples": [87]},
            "next": {
                "type": ["string", "null"],
                "format": "uri",
                "description": "The next page; null on the last.",
            },
            **{name: {**a_day[name], "description": IF_NULL[name]} for name in self.view.days},
            "results": schema,
        }
        required = list(properties)
        if self.view.expansions:
            lists = {
                name: {"type": "array", "items": {"$ref": f"#/components/schemas/{name.title()}Row"}}
                for name in self.view.expansions
            }
            said = "What `expand` names, each once for all rows of the page."
            properties["expanded"] = {"type": "object", "description": said, "properties": lists}
        return {"type": "object", "required": required, "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}
        place = {"type": "string", "pattern": pattern_of(view.parts)}
        about = _("Rows after this place; `next` has it. Keep the last page's address to go on from there.")
        return [
            {"name": "limit", "in": "query", "schema": limit, "description": _("Rows on a page.")},
            {"name": "after", "in": "query", "schema": place, "description": about},
            *(in_document(name, day) for name, day in view.days.items()),
        ]
