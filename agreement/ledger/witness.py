"""Heads of chains, kept outside of the database: who cuts off the newest entries there cannot cut them off here too.

The file has a line of JSON for each head that was seen good, and is only ever added to. Keep it where whoever
administers the database does not write, or copy it there.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from agreement.ledger.canonical import instant


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a chain, at some time."""

    chain: int
    position: int
    hash: str


class WitnessError(Exception):
    """The file cannot be read or written; the message says which and why."""


def place() -> Path:
    return Path(settings.LEDGER_WITNESS)


def heads() -> Iterator[Head]:
    """Every head that was written down, in that order; none where nothing was yet. Raises WitnessError."""
    try:
        with place().open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                yield read(line, number)
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise WitnessError(f"{place()} cannot be read: {error}") from error


def read(line: str, number: int) -> Head:
    try:
        said = json.loads(line)
        return Head(int(said["chain"]), int(said["position"]), str(said["hash"]))
    except (ValueError, KeyError, TypeError) as error:
        raise WitnessError(f"{place()}, line {number}: is no head of a chain ({error!r}).") from error


def write_down(seen: Iterable[Head], now: datetime) -> int:
    """Add the heads that are not the newest of their chain in the file; how many. Raises WitnessError."""
    path = place()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            newest = {head.chain: head for head in heads()}
            new = [head for head in seen if newest.get(head.chain) != head]
            file.write("".join(json.dumps({"at": instant(now), **asdict(head)}) + "\n" for head in new))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise WitnessError(f"{path} cannot be written: {error}") from error
    return len(new)
