"""Lists for who shows no credential: everybody sees the same, so it is made once until something changes.

A kept answer goes out before anything else is asked about the request, with the headers that it was made with; one that
is not kept is made here too, without the machinery that finds out who asks and what form the answer is wanted in.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from obligations.api.base.negotiation import form_asked
from obligations.api.base.problems import InvalidQuery
from obligations.api.lists import Listed
from obligations.api.views.standing import Breaches, Commitments, Periods
from obligations.status.freshness import KEPT, SLOT_SECONDS, digest, freshness_of
from parties import replica
from parties.access import PUBLIC_VIEWER
from parties.rates import address, use

LARGEST = 256 * 1024  # bytes of an answer that is kept
LISTS: dict[str, type[Listed]] = {"commitments": Commitments, "periods": Periods, "breaches": Breaches}
# What the middleware inside of this one says of such an answer; a test compares them.
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Vary": "Accept, Authorization, Cookie",
    "X-Frame-Options": "DENY",
}


@cache
def lists() -> dict[str, type[Listed]]:
    """By their path."""
    return {reverse(f"api:{name}"): view for name, view in LISTS.items()}


class KeptAnswers:
    """Middleware, outside of the sessions'. Each counts as a request, as any other answer does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        view = lists().get(request.path_info)
        if view is None or not is_for_everybody(request):
            return self.get_response(request)
        request.fresh = freshness_now()
        uri = request.build_absolute_uri()
        named = digest(request.fresh, uri)
        kept = caches[KEPT].get(named)
        if kept is not None and may_ask(request):
            headers, body = kept
            found = HttpResponse(body, headers=headers)
            return get_conditional_response(request, etag=headers["ETag"], response=found) or found
        response = made_plainly(view, request, uri)
        if response is None:
            return self.get_response(request)
        if is_small_enough(response):
            caches[KEPT].set(named, (dict(response.items()), response.content), SLOT_SECONDS)
        return response


def freshness_now() -> str:
    """Asked without a look whether the connection still holds, which takes as long: the question itself shows it."""
    connection: Any = replica.connection()
    connection.health_check_done = True
    try:
        return freshness_of(PUBLIC_VIEWER, timezone.now())
    except Error:
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()  # and the next one is new
        return freshness_of(PUBLIC_VIEWER, timezone.now())


def made_plainly(view: type[Listed], request: Any, uri: str) -> HttpResponse | None:
    """The answer of a list for everybody; None where it cannot be given, which the view says as to anybody else."""
    request.query_params = request.GET
    listed = view(request=request, viewer=PUBLIC_VIEWER, uri=uri, kwargs={})
    try:
        asked = listed.asked()
        response: Any = listed.answer(asked) if may_ask(request) else None
    except (InvalidQuery, Http404):
        return None
    if response is None:
        return None
    for name, value in HEADERS.items() | {("Content-Length", len(response.content))}:
        response[name] = value
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
        and not form_asked(request)
    )
