"""Which columns of rows that may change the ledger answers for; each model says so itself, in `ledger_state`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LedgerState:
    """An entry names these columns of a row as they are after each change: all `but_for` some, or `only` some.

    `always`: from the row's first day on. Otherwise from the first change on that a command makes to these columns:
    until then other rules say what stands in them.
    """

    but_for: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    always: bool = True
