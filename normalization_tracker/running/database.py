"""Connections to the database, with the limits of the process's kind and never waited for without end; its schema.

The limits are the database's own, set as a connection opens. A database that is frozen enforces none of them, so web
server, worker and beat also give up by themselves, shortly after it should have.
"""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg2 import extensions

from normalization_tracker.running import kind
from parties import clock
from parties.replica import PRIMARY

CONNECT = 5.0  # seconds to open a connection
BEYOND = 2.0  # seconds beyond a statement's limit, for the database to say that it ended it
PAUSE = 2.0  # seconds without another attempt, after one in vain
NAMES = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")

# By server, as psycopg2 names it.
_next_attempt: dict[str, float] = {}
_patience: ContextVar[float | None] = ContextVar("patience", default=None)


def opened(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """For `connection_created`: set the limits, and look at the database's clock on the way.

    A replica's is of no account: nothing is recorded by it.
    """
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        before = clock.ours()
        cursor.execute(f"SELECT {settings_of(kind.present())} extract(epoch FROM clock_timestamp())")
        if connection.alias == PRIMARY:
            clock.note(before, float(cursor.fetchone()[-1]), clock.ours())


def settings_of(process: kind.ProcessKind) -> str:
    """The columns of a SELECT that sets the limits; none where a pooler stands between, which has its own."""
    if settings.POOLER:
        return ""
    limits = process.value
    seconds = (limits.statement, limits.lock, limits.idle_in_transaction)
    return "".join(
        f"set_config('{name}', '{limit}s', false), " for name, limit in zip(NAMES, seconds, strict=True)
    )


def limit(connection: BaseDatabaseWrapper, process: kind.ProcessKind) -> None:
    """Give an open connection the limits of another kind of work."""
    if columns := settings_of(process).rstrip(", "):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns}")


def give_up_in_time() -> None:
    """From here on, no wait for the database is longer than the limits of this process's kind, frozen or not."""
    extensions.set_wait_callback(wait if kind.present().value.statement else None)


@contextmanager
def giving_up_after(seconds: float) -> Iterator[None]:
    """In this block no wait for a database is longer, where this process gives up in time at all."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


def wait(connection: Any) -> None:
    """What psycopg2 calls while it waits. Raises OperationalError; the connection is closed then."""
    connecting = connection.status == extensions.STATUS_SETUP
    now = time.monotonic()
    if connecting and now < _next_attempt.get(connection.dsn, 0.0):
        raise psycopg2.OperationalError("the database did not answer a moment ago")
    longest = CONNECT if connecting else kind.present().value.statement + BEYOND
    end = now + min(longest, _patience.get() or longest)
    while (state := connection.poll()) != extensions.POLL_OK:
        poller = select.poll()
        poller.register(
            connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT
        )
        left = end - time.monotonic()
        if left <= 0 or not poller.poll(left * 1000):
            _next_attempt[connection.dsn] = time.monotonic() + PAUSE
            raise psycopg2.OperationalError("the database did not answer in time")


OURS = ("agreement", "obligations", "parties")


@cache
def wanted_migrations() -> frozenset[tuple[str, str]]:
    """All migrations of this code, as pairs of application and name."""
    return frozenset(MigrationLoader(None).disk_migrations)


def unknown_migrations() -> list[str]:
    """What was done to the database by migrations of ours that this code does not have, as `application.name`.

    Where there are any, another version made the database. Its tables may have other names and columns, and a migration
    that has the name of one of ours may have done something else.
    """
    done = set(MigrationRecorder(connection).applied_migrations()) - wanted_migrations()
    return sorted(f"{app}.{name}" for app, name in done if app in OURS)
