"""Lists for who shows no credential: everybody sees the same, so it is made once until something changes.

A kept answer goes out before anything else is asked about the request, with the headers that it was made with; one that
is not kept is made without the machinery that finds out who asks and what form the answer is wanted in.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from obligations.api.base.problems import InvalidQuery
from obligations.api.lists import Listed
from obligations.status.freshness import KEPT, SLOT_SECONDS, digest, freshness_of
from parties.access import PUBLIC_VIEWER
from parties.rates import address, use

LARGEST = 256 * 1024  # bytes of an answer that is kept
LISTS = ("commitments", "periods", "breaches")

View = Callable[..., HttpResponseBase]


@cache
def paths() -> frozenset[str]:
    return frozenset(reverse(f"api:{name}") for name in LISTS)


class KeptAnswers:
    """Middleware, outside of the sessions'. Each counts as a request, as any other answer does."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        if request.path_info not in paths() or not is_for_everybody(request):
            return self.get_response(request)
        request.fresh = freshness_of(PUBLIC_VIEWER, timezone.now())
        language = request.headers.get("Accept-Language", "")
        named = digest(request.fresh, request.build_absolute_uri(), language)
        kept = caches[KEPT].get(named)
        if kept is not None and may_ask(request):
            headers, body = kept
            found = HttpResponse(body, headers=headers)
            return get_conditional_response(request, etag=headers["ETag"], response=found) or found
        response: Any = self.get_response(request)
        if is_small_enough(response):
            caches[KEPT].set(named, (dict(response.items()), response.content), SLOT_SECONDS)
        return response  # type: ignore[no-any-return]


def is_small_enough(response: Any) -> bool:
    return response.status_code == 200 and "ETag" in response and len(response.content) <= LARGEST


def may_ask(request: HttpRequest) -> bool:
    usage = use(request, "anonymous", address(request))
    return usage is None or not usage.is_over


def is_for_everybody(request: HttpRequest) -> bool:
    headers = request.headers
    return (
        request.method == "GET"
        and settings.PUBLIC_READING
        and any(kind in headers.get("Accept", "*/*") for kind in ("*/*", "application/json"))
        and "Authorization" not in headers
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "format" not in request.GET
    )


def made_plainly(view: type[Listed], full: View) -> View:
    """The view of a list, which makes it itself for everybody; what cannot be answered, `full` says."""

    @wraps(full)
    def answer(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if hasattr(request, "fresh"):  # found by the middleware to be for everybody
            request.query_params = request.GET
            listed = view(request=request, viewer=PUBLIC_VIEWER, kwargs=kwargs)
            try:
                asked = listed.asked()
                if may_ask(request):
                    return listed.answer(asked)
            except (InvalidQuery, Http404):
                pass
        return full(request, *args, **kwargs)

    return answer
