"""Errors of the API as problem details (RFC 9457): one shape for all, and nothing of the inside in any."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler, set_rollback

from parties import errors
from parties.errors import MEDIA_TYPE, problem
from parties.logs import in_one_line, route_of

# What the kinds of problem are called that a program may want to tell apart. All others say all with their status.
INVALID_INPUT = "urn:normalization-tracker:problem:invalid-input"
INVALID_QUERY = "urn:normalization-tracker:problem:invalid-query"
# By the code of the exception: a program can ask its user for the code, or say what is to be set up.
OF_SECOND_FACTOR = {
    "code_needed": ("urn:normalization-tracker:problem:code-needed", gettext_lazy("Code needed")),
    "second_factor_missing": (
        "urn:normalization-tracker:problem:second-factor-missing",
        gettext_lazy("Second factor missing"),
    ),
}

# What a view answers with on purpose.
EXPECTED = (exceptions.APIException, PermissionDenied, Http404)

logger = logging.getLogger("django.request")


class InvalidQuery(exceptions.ValidationError):
    """An address whose parameters say nothing that can be answered; `detail` names each with what is wrong."""


class TooLarge(exceptions.APIException):
    """A body or a file with more bytes than are taken."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class KeyUsed(exceptions.APIException):
    """An `Idempotency-Key` that belongs to another act of the same account."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY


class NotNow(exceptions.APIException):
    """What may be taken later, as it is: the database, a lock, the store or the clock is away for now."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE


class Overtaken(exceptions.APIException):
    """Somebody else was faster: both versions are in the answer, and nothing was written."""

    status_code = HTTPStatus.CONFLICT
    default_detail = gettext_lazy(
        "Something was recorded after what you had seen. Nothing of yours was; look at both."
    )

    def __init__(self, theirs: Any, yours: Any) -> None:
        super().__init__()
        self.versions = {"theirs": theirs, "yours": yours}


class NoMatchGiven(exceptions.APIException):
    """A write that replaces, and does not say what."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_detail = gettext_lazy(
        "This replaces what is there. Read it, and send the `ETag` of the answer in the header `If-Match`."
    )


class Changed(exceptions.APIException):
    """What was to be replaced is another by now; it is in the answer as it is."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = gettext_lazy(
        "This was changed after you had read it. Nothing of yours was written; look at `current`."
    )

    def __init__(self, current: Any) -> None:
        super().__init__()
        self.current = current


class LockedOut(exceptions.Throttled):
    default_detail = gettext_lazy("Too many attempts with a wrong password. Try again later.")

    def __init__(self) -> None:
        super().__init__()
        self.wait = int(timedelta(hours=settings.AXES_COOLOFF_TIME).total_seconds())


def handle(exc: Exception, context: dict[str, Any]) -> Response:
    """The answer to an exception in a view of the API. What nobody expected is logged, and is a bare 500.

    A worker that makes a file is told of it itself: it ends the work, or begins it anew.
    """
    if getattr(context["request"]._request, "in_background", False) and not isinstance(exc, EXPECTED):
        raise exc
    if isinstance(exc, errors.AWAY):
        logger.error("unavailable: %s", in_one_line(exc))
        exc = NotNow(errors.sentence(exc))
    if isinstance(exc, PermissionDenied) and exc.args:
        exc = exceptions.PermissionDenied(str(exc.args[0]))
    if isinstance(exc, RequestDataTooBig):
        exc = exceptions.ParseError(_("The body is too large."))
    elif isinstance(exc, SuspiciousOperation):
        exc = exceptions.ParseError(_("The body has more parts than are taken."))
    elif isinstance(exc, UnreadablePostError):
        exc = exceptions.ParseError(_("The body broke off. Nothing was written."))
    answer = exception_handler(exc, context)
    if answer is None:
        answer = unexpected(exc, context)
    body = problem(answer.status_code, detail_of(exc, answer), **extra(exc))
    body["instance"] = context["request"].path
    speak_json(context["request"])
    headers = {
        name: value for name, value in answer.items() if name in ("Allow", "WWW-Authenticate", "Retry-After")
    }
    return Response(body, answer.status_code, headers=headers, content_type=MEDIA_TYPE)


def unexpected(exc: Exception, context: dict[str, Any]) -> Response:
    request = context["request"]
    logger.error("Internal Server Error: %s", route_of(request._request), exc_info=exc)
    got_request_exception.send(sender=type(context["view"]), request=request)
    set_rollback()
    return Response(status=500)


def detail_of(exc: Exception, answer: Response) -> str:
    if answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
        return _("Something went wrong on the server. It is in the log; nothing was written.")
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return _("There is nothing here, or nothing that you may see.")
    if isinstance(exc, InvalidQuery):
        return _("Some parameters in the address cannot be understood; `errors` names them.")
    if isinstance(exc, exceptions.ValidationError):
        return _("The input cannot be taken as it is; `errors` names the fields. Nothing was written.")
    return str(answer.data.get("detail", "")) if isinstance(answer.data, dict) else ""


def extra(exc: Exception) -> dict[str, Any]:
    if isinstance(exc, Overtaken):
        return exc.versions
    if isinstance(exc, Changed):
        return {"current": exc.current}
    code = getattr(getattr(exc, "detail", None), "code", "")
    if code in OF_SECOND_FACTOR:
        of_code, called = OF_SECOND_FACTOR[code]
        return {"type": of_code, "title": str(called)}
    if not isinstance(exc, exceptions.ValidationError):
        return {}
    is_query = isinstance(exc, InvalidQuery)
    kind, title = (INVALID_QUERY, _("Invalid query")) if is_query else (INVALID_INPUT, _("Invalid input"))
    return {"type": kind, "title": title, "errors": by_field(exc.detail)}


def by_field(detail: Any) -> dict[str, list[str]]:
    """Sentences by the path of the field, rows counted from 1: `rows.1.reason`. What speaks of no field in particular
    stands under its own key.
    """
    if not isinstance(detail, dict):
        detail = {api_settings.NON_FIELD_ERRORS_KEY: detail}
    found: dict[str, list[str]] = {}
    for field, told in detail.items():
        for path, sentence in sentences(str(field), told):
            found.setdefault(path, []).append(sentence)
    return found


def sentences(path: str, told: Any) -> Iterator[tuple[str, str]]:
    if isinstance(told, dict):
        for inner, more in told.items():
            if not isinstance(inner, int):
                yield from sentences(f"{path}.{inner}", more)
            else:  # of a list: a row, or one of several words
                yield from sentences(f"{path}.{inner + 1}" if isinstance(more, dict) else path, more)
    else:
        yield from ((path, str(one)) for one in (told if isinstance(told, list) else [told]))


def speak_json(request: Any) -> None:
    """A problem is JSON, whatever the view would have answered in."""
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), MEDIA_TYPE
