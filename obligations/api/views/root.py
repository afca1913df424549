"""The way in, the documents, and every address that is none."""

from typing import Any

from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils import translation
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from obligations.api.base.filtering import refuse_what_is_not_known
from obligations.lists.takeaway import FORMATS

RESOURCES = [
    "agreements",
    "requests",
    "breaches",
    "calendars",
    "changes",
    "commitments",
    "events",
    "evidence",
    "figures",
    "instruments",
    "me",
    "meetings",
    "obligations",
    "periods",
    "parties",
    "provisions",
    "readings",
    "search",
    "statements",
    "triggers",
]


class Root(APIView):
    @extend_schema(
        operation_id="root",
        tags=["root"],
        responses={200: {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}},
    )
    def get(self, request: Request) -> Response:
        """The resources, and the documents on them."""
        refuse_what_is_not_known(request, set(), set())
        return Response(
            {name: reverse(f"api:{name}", request=request) for name in (*RESOURCES, "schema", "docs")}
        )


class Schema(SpectacularAPIView):
    """The OpenAPI document, in English whoever asks: programs are made by it."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_what_is_not_known(request, {"format"}, set())

    def _get_schema_response(self, request: Request) -> Response:
        translation.activate("en")  # until it is written out
        answer: Response = super()._get_schema_response(request)  # type: ignore[no-untyped-call]
        return answer


class Docs(SpectacularSwaggerSplitView):
    """The OpenAPI document to read and try out, from files of this server alone and without inline script or style."""

    url_name = "api:schema"
    template_name = "api/docs.html"


class Nowhere(APIView):
    """Any other address below the API: a problem, not a page. A missing last slash leads to the one with it, by
    the same method and with the same body; `.csv` after a list leads to it as a file.
    """

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not request.path.endswith("/") and is_something(f"{request.path}/"):
            to, is_read = request.get_full_path(force_append_slash=True), request.method in ("GET", "HEAD")
            return HttpResponsePermanentRedirect(to, status=301 if is_read else 308)
        path, _dot, form = request.path.rpartition(".")
        if form in FORMATS and is_something(f"{path}/", with_rows=True):
            asked = request.GET.copy()
            asked["format"] = form
            return HttpResponsePermanentRedirect(f"{path}/?{asked.urlencode()}")
        return super().dispatch(request, *args, **kwargs)


def is_something(path: str, with_rows: bool = False) -> bool:
    """Whether anything answers there; a list, where it has to be something `with_rows`."""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    is_list = "list" in getattr(found.func, "actions", {}).values()
    return getattr(found.func, "view_class", None) is not Nowhere and (is_list or not with_rows)
