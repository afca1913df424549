"""Which confidences an answer was made from: noted as their rows are loaded, so that it can be told who read them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple


class Confidence(NamedTuple):
    """`what` is the kind of a row and its key, such as "statement 5f3k2m9x"."""

    agreement: int
    confidant: int
    what: str


_noted: ContextVar[set[Confidence] | None] = ContextVar("confidences", default=None)


@contextmanager
def noting() -> Iterator[set[Confidence]]:
    """The confidences whose rows are loaded in this block."""
    token = _noted.set(noted := set[Confidence]())
    try:
        yield noted
    finally:
        _noted.reset(token)


def note(row: Any) -> None:
    """A row in confidence was loaded, with the columns that say of whom and where."""
    noted = _noted.get()
    if noted is not None and {"agreement_id", "confidant_id"} <= vars(row).keys():
        name = vars(row).get("key") or vars(row).get("code") or row.pk
        noted.add(Confidence(row.agreement_id, row.confidant_id, f"{row._meta.model_name} {name}"))
