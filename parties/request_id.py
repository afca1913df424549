"""Which request, task or command is at work: what an act's entries in the ledger and lines of log have in common."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """Empty outside of requests and tasks."""
    return _current.get()


def of_the_caller(given: str) -> str:
    """The name that a caller gave its request, to be found by it; empty where it can be none."""
    return given if WELL_FORMED.fullmatch(given) else ""


def name(given: str) -> None:
    """What is entered from here on bears the name."""
    _current.set(given)


@contextmanager
def named() -> Iterator[str]:
    """What is entered in this block bears a new name."""
    token = _current.set(new := secrets.token_hex(16))
    try:
        yield new
    finally:
        _current.reset(token)
