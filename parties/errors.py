"""What goes wrong, and how that is said: what a command refuses, what is away for now, and the body for programs."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import psycopg2
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from parties import clock


class Refused(ValueError):
    """Input that cannot be: `errors` has a sentence for each field that is wrong. Nothing was written."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors.items()))
        self.errors = dict(errors)


class StoreAway(Exception):
    """The store of evidence did not give a file that a row names; its text says why, for the log."""


MEDIA_TYPE = "application/problem+json"


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """Problem details (RFC 9457), for the API and for what stands before it."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }


# What may be away for now: the database, a lock that did not come, the store, a clock.
AWAY = (
    OperationalError,
    InterfaceError,
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    StoreAway,
    clock.ClockDiffers,
)
LOCK_NOT_AVAILABLE = "55P03"
RETRY_AFTER = 10  # seconds


def sentence(error: BaseException) -> str:
    """What is away, for whoever asked."""
    if isinstance(error, StoreAway):
        return _("The store of files does not answer. Try again in a moment.")
    if isinstance(error, clock.ClockDiffers):
        return _("The clock of this server is wrong, and nothing is shown or recorded until it is right.")
    if sqlstate(error) == LOCK_NOT_AVAILABLE:
        return _("Somebody else is writing to the same record just now. Try again in a moment.")
    return _("The database does not answer in time. Try again in a moment.")


def sqlstate(error: BaseException) -> str:
    """The database's own code of the error; empty where it said none."""
    return str(getattr(error.__cause__ or error, "pgcode", None) or "")
