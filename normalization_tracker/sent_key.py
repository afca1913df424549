"""The key under which a request is recorded once: a program's header, or the hidden field of a form."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponseBase

from parties.once import FIELD, Key, sent_with

HEADER = "Idempotency-Key"


class SentKey:
    """Middleware. The body is read by whoever answers; the key is taken from it when a command asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with sent_with(partial(key_of, request)):
            return self.get_response(request)


def key_of(request: HttpRequest) -> Key | None:
    if (given := request.headers.get(HEADER)) is not None:
        # A structured field is a text in quotes; many tools leave them out.
        return Key(given.strip().removeprefix('"').removesuffix('"'), alone=True)
    # A form; where something else was read from the request, as by the API, there is none.
    is_form = hasattr(request, "_post") or not getattr(request, "_read_started", False)
    sent = request.POST if is_form else {}
    return Key(sent[FIELD], alone=False) if FIELD in sent else None
