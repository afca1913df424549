"""What is away for now is 503, on pages and in the API: the database, a lock that did not come, the store, a clock.

Nothing here asks the database, nor does the page.
"""

import logging
import sys
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from normalization_tracker.running import kind
from parties import clock, unavailable
from parties.logs import in_one_line
from parties.problem import MEDIA_TYPE
from parties.problem import problem as body

HEALTH = ("/healthz", "/readyz", "/livez")

logger = logging.getLogger(__name__)


class Unavailable:
    """Answers 503 to what a view raised because something is away, and to everything while the clock is wrong."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # A clock that is ahead would show what is to be public later.
        serves = kind.present() is kind.ProcessKind.WEB and request.path not in HEALTH
        if serves and clock.differs(by := clock.recent_difference()):
            return answer(request, clock.ClockDiffers(by))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer(request, error) if isinstance(error, unavailable.AWAY) else None


def failed(request: HttpRequest) -> HttpResponse:
    """The project's `handler500`: what a middleware or an error page raised comes here, and what nobody expected."""
    error = sys.exc_info()[1]
    if isinstance(error, unavailable.AWAY):
        return answer(request, error)
    if for_programs(request):
        return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Something went wrong on the server."))
    return server_error(request)


def answer(request: HttpRequest, error: BaseException) -> HttpResponse:
    logger.error("unavailable: %s", in_one_line(error))
    if for_programs(request):
        response: HttpResponse = problem(request, HTTPStatus.SERVICE_UNAVAILABLE, unavailable.sentence(error))
    else:
        response = HttpResponse(
            render_to_string("503.html", {"detail": unavailable.sentence(error)}),
            status=HTTPStatus.SERVICE_UNAVAILABLE,
        )
    response["Retry-After"] = str(unavailable.RETRY_AFTER)
    add_never_cache_headers(response)
    return response


def for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def problem(request: HttpRequest, status: HTTPStatus, detail: str) -> JsonResponse:
    said = body(status, detail) | {"instance": request.path}
    return JsonResponse(said, status=status, content_type=MEDIA_TYPE)
