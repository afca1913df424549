"""Each request has a name: the caller's own, or a new one. Answers bear it, and what a request enters in the ledger."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from parties.request_id import known_as, well_formed

HEADER = "X-Request-ID"


class RequestId:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = well_formed(request.headers.get(HEADER, ""))
        with known_as(name):
            response = self.get_response(request)
        response[HEADER] = name
        return response
