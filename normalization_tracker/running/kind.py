"""Which kind of process this is. Entry points say it once, as they start; whatever else runs is a command."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds; 0 is no limit. What takes longer in the database is ended there, and its work rolled back."""

    statement: int
    lock: int
    idle_in_transaction: int


class ProcessKind(Enum):
    """With how long it may hold the database up: somebody waits for a page, nobody for a nightly check."""

    WEB = Limits(statement=20, lock=3, idle_in_transaction=60)
    WORKER = Limits(statement=300, lock=30, idle_in_transaction=300)
    BEAT = Limits(statement=5, lock=3, idle_in_transaction=10)
    # A pack is loaded in one transaction, and an export is written while it is read.
    COMMAND = Limits(statement=0, lock=60, idle_in_transaction=0)
    # Whoever waits for a table has all others wait behind it: it gives up soon, and `migrate` tries again.
    MIGRATION = Limits(statement=0, lock=2, idle_in_transaction=0)


# The task by which worker and beat show that they live.
HEARTBEAT = "obligations.tasks.heartbeat"
_present = ProcessKind.COMMAND


def is_a(kind: ProcessKind) -> None:
    """Say what this process is, before it opens a connection."""
    global _present
    _present = kind


def present() -> ProcessKind:
    return _present
