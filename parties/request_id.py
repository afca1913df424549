"""Which request, task or command is at work: what the ledger's entries of one act have in common."""

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


def well_formed(given: str) -> str:
    """The name that was given, where it can be one, or a new one."""
    return given if WELL_FORMED.fullmatch(given) else secrets.token_hex(16)


def name(given: str) -> None:
    """What is entered from here on bears the name."""
    _current.set(given)


@contextmanager
def known_as(name: str) -> Iterator[None]:
    """What is entered in this block bears the name."""
    token = _current.set(name)
    try:
        yield
    finally:
        _current.reset(token)
