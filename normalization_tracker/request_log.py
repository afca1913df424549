"""One line of log and one observation for each request, and its name.

A line tells the route and not the address: that may hold a link of an account, a calendar's secret or what was searched
for. It names the account by its key where the request looked at who asks, and never by address, number or mailbox.
"""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connections
from django.http import HttpRequest, HttpResponseBase

from normalization_tracker import metrics
from normalization_tracker.running import traces
from parties import request_id
from parties.logs import NAME, route_of

REQUEST_ID = "X-Request-ID"
logger = logging.getLogger("requests")


class Queries:
    """Counts the statements of a request, as one of the wrappers of each connection."""

    count = 0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


class RequestLog:
    """Outside of all else. A request gets a name of ours; answers, what it enters in the ledger and its log bear it.

    What the caller calls it stands beside that in the log alone: two requests may be called the same.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        with (
            request_id.named() as name,
            traces.span("SERVER", request.method or "") as span,
            ExitStack() as counted,
        ):
            queries = Queries()
            for connection in connections.all():
                counted.enter_context(connection.execute_wrapper(queries))
            request.META[NAME] = name
            response = self.get_response(request)
            took = time.perf_counter() - begun
            route, status = route_of(request), response.status_code
            traces.answered(span, request.method or "", route, status)
            fields = {
                "method": request.method,
                "route": route,
                "status": status,
                "ms": round(took * 1000, 1),
                "queries": queries.count,
                "user": key_of_account(request),
                "client_request_id": request_id.of_the_caller(request.headers.get(REQUEST_ID, "")),
            }
            logger.info(
                "request", extra={"fields": {name: value for name, value in fields.items() if value != ""}}
            )
        metrics.observe(request.method or "", route, status, took)
        response[REQUEST_ID] = name
        return response


def key_of_account(request: HttpRequest) -> str:
    """Of who asks, where somebody looked; nobody is looked up for the log."""
    user = getattr(request, "_cached_user", None) or vars(request).get("user")
    # By its type, which a user that nobody has looked up yet does not tell it has.
    return str(getattr(user, "key", "")) if issubclass(type(user), AbstractBaseUser) else ""
