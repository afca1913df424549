"""Which database is read from: the primary, or for reads that may be a moment old its replica.

Nothing goes to the replica but inside of `may_be_old`, and there only what is on record: who asks and what they may do
is always as it is now. Django's models ask the `Router`, SQL of our own asks for `connection()`; writes know one
database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

PRIMARY, REPLICA = DEFAULT_DB_ALIAS, "replica"
# What is on record, but for what is of an account, and changes without an act that is recorded once.
APPLICATIONS = ("agreement", "obligations")
OF_AN_ACCOUNT = frozenset({"confidenceread", "draft", "heartbeat", "mandate", "visit", "work", "workpart"})


class Choice:
    """Made once for all reads of a request, when the first of them comes.

    It never turns from the primary to the replica: what is worked out is kept by the revision that was read before, and
    would be older than that. The other way round it is newer, which harms nobody.
    """

    def __init__(self, suffices: Callable[[], bool]) -> None:
        self.suffices = suffices
        self.is_replica: bool | None = None

    def made(self) -> bool:
        if self.is_replica is not False and connections[PRIMARY].in_atomic_block:
            self.is_replica = False  # what is being written is read, too
        if self.is_replica is None:
            self.is_replica = False  # for what is read to find out
            self.is_replica = self.suffices()
        return self.is_replica


_choice: ContextVar[Choice | None] = ContextVar("replica", default=None)


@contextmanager
def may_be_old(suffices: Callable[[], bool]) -> Iterator[Choice]:
    """In this block what is on record is read from the replica, where `suffices` says that it will do."""
    token = _choice.set(choice := Choice(suffices))
    try:
        yield choice
    finally:
        _choice.reset(token)


def alias() -> str:
    """The database that what is on record is read from, at this place."""
    choice = _choice.get()
    return REPLICA if choice is not None and choice.made() else PRIMARY


def connection() -> BaseDatabaseWrapper:
    return connections[alias()]


class Router:
    """For DATABASE_ROUTERS."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        of_record = model._meta.app_label in APPLICATIONS and model._meta.model_name not in OF_AN_ACCOUNT
        return alias() if of_record else PRIMARY

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY
