"""The stream of changes: what was committed, each once and in order, read on from a cursor."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from agreement.models import Agreement
from obligations.api.base.paging import CURSOR, MOST, Pages, number, places_after
from obligations.api.base.views import Resource
from obligations.api.filters import STREAM
from obligations.api.serializers.changes import StreamedChange
from obligations.delivery.cursor import sealed
from obligations.delivery.stream import ReadChanges, present, read

DEFAULT = 100
NOW = "now"
AFTER = gettext_lazy(
    "The `cursor` of an answer: changes that were committed after it. Left out: from the beginning. `now`: nothing but "
    "a cursor, from which to go on later."
)


class Stream(Pages):
    """`?limit=` changes after the cursor `?after=`."""

    read: ReadChanges

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        limit = number(request, "limit", DEFAULT, least=1, most=MOST)
        agreements, kinds = self.view.asked
        is_now = request.query_params.get("after") == NOW
        places = present(agreements) if is_now else places_after(request)
        self.read = read(
            self.view.viewer, self.view.now, places, agreements=agreements, kinds=kinds, limit=limit
        )
        return self.read.changes

    def get_paginated_response(self, data: Any) -> Response:
        cursor, address = sealed(self.read.places), self.view.request.build_absolute_uri()
        following = replace_query_param(address, "after", cursor) if self.read.more else None
        return Response({"cursor": cursor, "next": following, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        properties: dict[str, Any] = {
            "cursor": {
                "type": "string",
                "description": "Where to go on from, now or later; always there. It is another text each time.",
            },
            "next": {
                "type": ["string", "null"],
                "format": "uri",
                "description": "The address that goes on, where there is more at present.",
            },
            "results": schema,
        }
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}
        after = {"type": "string", "pattern": f"^({NOW}|{CURSOR})$"}
        return [
            {"name": "limit", "in": "query", "schema": limit, "description": _("Changes in an answer.")},
            {"name": "after", "in": "query", "schema": after, "description": AFTER},
        ]


class Changes(Resource):
    model = Agreement
    serializer_class = StreamedChange
    filters = STREAM
    files = {}

    def pagination_class(self) -> Stream:  # type: ignore[override]
        return Stream(self)

    def visible(self) -> QuerySet[Any]:
        return Agreement.objects.visible_to(self.viewer)

    @property
    def asked(self) -> tuple[list[Agreement], list[str]]:
        return list(self.found()), list(self.chosen.get("kind", ()))

    @extend_schema(operation_id="changes_list", tags=["changes"])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """What was committed after a cursor, in the order of the commits, of one agreement after the other.

        Keep the `cursor` of each answer and ask with `after=` it: nothing is missed and nothing comes twice, however
        many write meanwhile. You are told of what you may see when you ask; what is released to you later comes as a
        `release`, whatever your cursor. A change names what changed and where to read it, and says nothing of it. If
        you are given more rights in an agreement, read it from the beginning to be told of what came before.
        """
        return super().list(request, *args, **kwargs)
