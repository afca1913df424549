"""What else the verification looks at: columns that may change, and that follow from rows which the ledger names."""

from collections.abc import Callable, Iterator

# Each yields what is wrong, in words. Apps that know such columns add theirs when they are ready.
CHECKS: list[Callable[[], Iterator[str]]] = []


def further() -> Iterator[str]:
    for check in CHECKS:
        yield from check()
