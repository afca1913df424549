"""Log lines without what a statement held. An error of the database brings the statement and the row's values along
(DETAIL, LINE, CONTEXT), and Django's own logger of statements writes them out: what is hidden would stand in a log.
Nor do they hold the address of a request, which may be a link that opens an account; they name its route.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import psycopg2
from django.db import Error
from django.http import HttpRequest

from parties import request_id

DATABASE_ERRORS = (Error, psycopg2.Error)
# What PostgreSQL says below the first line of an error, to the end of the text or to the next line of a log.
BELOW = re.compile(r"(?:\n|\\n)\s*(?:DETAIL|LINE \d+|CONTEXT|QUERY|STATEMENT|HINT|PARAMETERS?):.*", re.DOTALL)
# An e-mail address, or the secret and the host of an address of a server: errors of mail servers and brokers name them.
MAILBOX = re.compile(r"[^\s@<>()\"'`,;:/\\]+@[\w-]+(?:\.[\w-]+)+")

# Where a request's own name stands in its META.
NAME = "tracker.request_id"


class WithoutStatements(logging.Formatter):
    """Says of an error of the database which it is and where it was raised, and nothing that was in the statement."""

    def format(self, record: logging.LogRecord) -> str:
        record = logging.makeLogRecord(record.__dict__)
        fields = (f"{name}={value}" for name, value in getattr(record, "fields", {}).items())
        record.msg, record.args = " ".join((self.message(record), *fields)), None
        record.exc_text = None
        return super().format(record)

    def message(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        named = [record.args] if isinstance(record.args, BaseException) else record.args or ()
        values = named.values() if isinstance(named, dict) else named
        errors = [value for value in values if isinstance(value, BaseException)]
        text = record.getMessage()
        if isinstance(request := getattr(record, "request", None), HttpRequest):
            for address in addresses_of(request):
                text = text.replace(address, route_of(request))
        for cause in (*chain(error), *(cause for given in errors for cause in chain(given))):
            if isinstance(cause, DATABASE_ERRORS):
                for whole in (repr(cause), str(cause)):
                    text = text.replace(whole, in_one_line(cause)) if whole else text
        return without_mailboxes(BELOW.sub("", text))

    def formatException(self, exc_info: Any) -> str:
        return without_mailboxes("\n".join(lines_of(exc_info[1])))


class AsJson(WithoutStatements):
    """Each line an object: `time` in UTC, `level`, `logger`, `message`; `request_id` in a request or a task; `error`.

    What is logged with `extra={"fields": ...}` has these beside it.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message(record),
            "request_id": request_id.current() or named(record),
            **getattr(record, "fields", {}),
            "error": self.formatException(record.exc_info) if record.exc_info else "",
        }
        return json.dumps({name: value for name, value in line.items() if value != ""}, default=str)


def named(record: logging.LogRecord) -> str:
    """The name of the request that it is about, where it is logged after the request."""
    return str(getattr(getattr(record, "request", None), "META", {}).get(NAME, ""))


def without_mailboxes(text: str) -> str:
    return MAILBOX.sub("(mailbox)", text)


def addresses_of(request: HttpRequest) -> Iterator[str]:
    """The address of a request, and the one that it says it came from, as they are and as Django escapes them."""
    for address in (request.headers.get("Referer", ""), request.get_full_path(), request.path):
        # What is as short as this names a front page, and stands in other words.
        if len(address) > 1:
            yield from (address, address.encode("unicode_escape").decode())


def route_of(request: HttpRequest) -> str:
    """The pattern of its address, such as `/obligations/<agreement>/<code>/`; the address itself may be a secret."""
    match = request.resolver_match
    return f"/{match.route}" if match else "(none)"


def in_one_line(error: BaseException) -> str:
    """The kind of error with the database's code and names; what else its text holds only where no row is in it."""
    name = type(error).__name__
    if not isinstance(error, DATABASE_ERRORS):
        return f"{name}: {error}" if str(error) else name
    cause = error if isinstance(error, psycopg2.Error) else error.__cause__
    code = getattr(cause, "pgcode", None)
    if code is None:
        # It comes from the connection, not from a statement, unless it is one of Python's own checks.
        known = isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError) or cause is not None
        return f"{name}: {BELOW.sub('', str(error)).strip()}" if known else name
    diagnosis = getattr(cause, "diag", None)
    places = [getattr(diagnosis, place, None) for place in ("table_name", "constraint_name")]
    return " ".join([f"{name} ({code})", *filter(None, places)])


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from, the first one last."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def lines_of(error: BaseException) -> Iterator[str]:
    """A traceback as Python writes it, but for the texts of the database's errors."""
    for cause in reversed(list(chain(error))):
        yield "Traceback (most recent call last):"
        yield from (line.rstrip("\n") for line in traceback.format_tb(cause.__traceback__))
        yield in_one_line(cause)


def uncaught(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """For `sys.excepthook`."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, where)
    else:
        print("\n".join(lines_of(error)), file=sys.stderr)
