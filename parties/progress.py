"""How far work is that takes long: counted where it is done, told to whoever listens, and ended between two steps.

What takes long says how many steps it has (`expect`) and each that is done (`step`, `each`). Where nobody listens, that
costs nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

T = TypeVar("T")


class Listener(Protocol):
    """What either raises ends the work."""

    def expect(self, steps: int) -> None: ...
    def step(self, number: int) -> None: ...


_listener: ContextVar[Listener | None] = ContextVar("who_is_told_how_far_it_is", default=None)


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """What is done in this block is told to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def expect(steps: Callable[[], int]) -> None:
    """Say how many steps it takes in all: counted where somebody listens, and nowhere else."""
    if listener := _listener.get():
        listener.expect(steps())


def step(number: int = 1) -> None:
    """Say that so many more steps are done."""
    if listener := _listener.get():
        listener.step(number)


def each(rows: Iterable[T]) -> Iterator[T]:
    """The rows, each a step that is done once the next one is asked for."""
    for row in rows:
        yield row
        step()
