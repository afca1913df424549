"""How answers of the API travel: compressed, known again by their tags, and to pages of other origins where a setting
lets them.

Nobody with a session is answered in fewer bytes: who makes somebody's browser ask could tell from how few they are what
is hidden in them (BREACH). A program shows a token instead, which no browser sends unasked.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_vary_headers

from normalization_tracker.middleware import Middleware, for_programs

try:
    import brotli
except ImportError:  # an extra
    brotli = None

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
