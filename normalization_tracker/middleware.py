"""What stands before every view: keys of acts, what is away, too large or may be stored, how the API answers travel."""

import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from normalization_tracker.running import kind
from parties import clock, errors
from parties.logs import in_one_line
from parties.once import FIELD, Key, sent_with

IDEMPOTENCY_KEY = "Idempotency-Key"
HEALTH = ("/healthz", "/readyz", "/livez")
# What a form holds beside its file.
BESIDE = 1024 * 1024
# Up to so many times the limit, a page's upload is read to its end and dropped, so that its form comes back filled in.
READ_AND_DROPPED = 4
logger = logging.getLogger(__name__)


class Middleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response


class SentKey(Middleware):
    """The key under which a request is recorded once: a program's header, or the hidden field of a form.

    The body is read by whoever answers; the key is taken from it when a command asks.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with sent_with(partial(key_of, request)):
            return self.get_response(request)


def key_of(request: HttpRequest) -> Key | None:
    if (given := request.headers.get(IDEMPOTENCY_KEY)) is not None:
        # A structured field is a text in quotes; many tools leave them out.
        return Key(given.strip().removeprefix('"').removesuffix('"'), alone=True)
    # A form; where something else was read from the request, as by the API, there is none.
    is_form = hasattr(request, "_post") or not getattr(request, "_read_started", False)
    sent = request.POST if is_form else {}
    return Key(sent[FIELD], alone=False) if FIELD in sent else None


class Unavailable(Middleware):
    """Answers 503 to what a view raised because something is away, and to everything while the clock is wrong.

    Nothing here asks the database, nor does the page.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # A clock that is ahead would show what is to be public later.
        serves = kind.present() is kind.ProcessKind.WEB and request.path not in HEALTH
        if serves and clock.differs(by := clock.recent_difference()):
            return answer(request, clock.ClockDiffers(by))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer(request, error) if isinstance(error, errors.AWAY) else None


def failed(request: HttpRequest) -> HttpResponse:
    """The project's `handler500`: what a middleware or an error page raised comes here, and what nobody expected."""
    error = sys.exc_info()[1]
    if isinstance(error, errors.AWAY):
        return answer(request, error)
    if for_programs(request):
        return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Something went wrong on the server."))
    return server_error(request)


def answer(request: HttpRequest, error: BaseException) -> HttpResponse:
    logger.error("unavailable: %s", in_one_line(error))
    if for_programs(request):
        response: HttpResponse = problem(request, HTTPStatus.SERVICE_UNAVAILABLE, errors.sentence(error))
    else:
        response = HttpResponse(
            render_to_string("503.html", {"detail": errors.sentence(error)}),
            status=HTTPStatus.SERVICE_UNAVAILABLE,
        )
    add_never_cache_headers(response)
    return response


class BodyLimit(Middleware):
    """Refuses, unread, a body that is far too large or does not say how large it is."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        most = settings.EVIDENCE_MAX_BYTES * (1 if for_programs(request) else READ_AND_DROPPED) + BESIDE
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isdigit() and "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            status, detail = HTTPStatus.LENGTH_REQUIRED, _("Say how long the body is: send Content-Length.")
        elif length.isdigit() and int(length) > most:
            limit = filesizeformat(settings.EVIDENCE_MAX_BYTES)
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            detail = _("This is too large: a file may have at most %(limit)s. Nothing was kept.") % {
                "limit": limit
            }
        else:
            return self.get_response(request)
        if for_programs(request):
            return problem(request, status, detail)
        return render(request, "too_large.html", {"detail": detail}, status=status)


class CacheHeaders(Middleware):
    """Inside of the sessions'. Says in each answer's headers who may store a copy: pages depend on who looks.

    - With a session, nobody: not even the browser, for its way back. An answer to a session that has ended is no other.
    - Without, the cache of the one who asks. A tool that asks the API, with a token or with none, has to ask each time
      whether what it stored still holds.

    What a view says more strictly stays. Files that are the same for everybody, such as styles, never come here.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        of_api = request.path.startswith("/api/")
        patch_vary_headers(
            response, ("Accept", "Authorization", "Cookie") if of_api else ("Cookie", "HX-Request")
        )
        if "no-store" in response.headers.get("Cache-Control", ""):
            return response
        if has_session(request):
            response.headers["Cache-Control"] = "no-store"
        else:
            patch_cache_control(response, private=True, **({"no_cache": True} if of_api else {}))
        return response


def has_session(request: HttpRequest) -> bool:
    """Whether one came with the request, or began in it. Asks no database, which may be away."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.session_key is not None


def for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def problem(request: HttpRequest, status: HTTPStatus, detail: str) -> JsonResponse:
    body = errors.problem(status, detail) | {"instance": request.path}
    return JsonResponse(body, status=status, content_type=errors.MEDIA_TYPE)


try:
    import brotli
except ImportError:  # an extra
    brotli = None

# Answers of the API travel compressed, known again by their tags, and to pages of other origins where a setting lets
# them. Nobody with a session is answered in fewer bytes: who makes somebody's browser ask could tell from how few they
# are what is hidden in them (BREACH). A program shows a token instead, which no browser sends unasked.
LETTERS = re.compile(r"json|csv|oai|yaml")
TAKES_BROTLI = re.compile(r"\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
QUALITY = 4  # of 11: of a list as few bytes as gzip makes, in half of its time


def is_data(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether it is written for programs: neither a page, nor a file that was handed in."""
    return for_programs(request) and LETTERS.search(response.get("Content-Type", "")) is not None


class Compressed(GZipMiddleware):
    max_random_bytes = 0

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not is_data(request, response) or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return response
        takes = request.headers.get("Accept-Encoding", "")
        if brotli is None or response.has_header("Content-Encoding") or not TAKES_BROTLI.search(takes):
            return super().process_response(request, response)
        return with_brotli(response)


def with_brotli(response: Any) -> HttpResponseBase:
    if response.streaming:
        response.streaming_content = in_brotli(response.streaming_content)
        del response["Content-Length"]
    elif len(response.content) >= 200:  # as gzip's
        response.content = b"".join(in_brotli([response.content]))
        response["Content-Length"] = str(len(response.content))
    else:
        return response  # type: ignore[no-any-return]
    patch_vary_headers(response, ("Accept-Encoding",))
    response["Content-Encoding"] = "br"
    if response.get("ETag", "").startswith('"'):
        response["ETag"] = "W/" + response["ETag"]
    return response  # type: ignore[no-any-return]


def in_brotli(pieces: Iterable[bytes]) -> Iterator[bytes]:
    compressor = brotli.Compressor(quality=QUALITY)
    for piece in pieces:
        if done := compressor.process(piece):
            yield done
    yield compressor.finish()


class Tagged(ConditionalGetMiddleware):
    """What was read by a program has a tag, of its bytes where the view gives none; who has it is answered 304."""

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        if not is_data(request, response) or response.status_code != 200:
            return response  # type: ignore[no-any-return]
        return super().process_response(request, response)


class CrossOrigin(Middleware):
    """Lets pages of the origins in CORS_ORIGINS read what everybody may read: no credential goes with it, nothing is
    written. Before all that asks who somebody is, or counts.
    """

    ASKED = {
        "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": "If-None-Match, X-Request-ID",
        "Access-Control-Max-Age": "86400",
    }
    SHOWN = "Content-Disposition, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.origins = frozenset(settings.CORS_ORIGINS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        origin, is_shown = request.headers.get("Origin", ""), "Authorization" in request.headers
        if not self.origins or not for_programs(request) or is_shown:
            return self.get_response(request)
        is_asked = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = HttpResponse(status=204, headers=self.ASKED) if is_asked else self.get_response(request)
        if "*" in self.origins or origin in self.origins:
            response["Access-Control-Allow-Origin"] = "*" if "*" in self.origins else origin
            response["Access-Control-Expose-Headers"] = self.SHOWN
        patch_vary_headers(response, ("Origin",))
        return response
