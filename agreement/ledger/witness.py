"""Heads of chains, kept outside of the database: who cuts off the newest entries there cannot cut them off here too.

The file has a line of JSON for each head that was seen good, and is only ever added to. Keep it where whoever
administers the database does not write, or copy it there.
"""

import fcntl
import json
import os
import socket
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
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


@dataclass(slots=True)
class Newest:
    """The newest head of each chain in a file, as far as this process read it: the next look reads on from there."""

    file: tuple[int, int] = (0, 0)  # device and inode
    offset: int = 0
    heads: dict[int, Head] = field(default_factory=dict)


# Bytes; no line is as long.
LINE = 1_000
_read: dict[Path, Newest] = {}


def place() -> Path:
    return Path(settings.LEDGER_WITNESS)


def name() -> str:
    """Which witness this process has: workers may have files of their own."""
    return f"{socket.gethostname()}:{place()}"


def heads() -> Iterator[Head]:
    """Every head that was written down, in that order; none where nothing was yet. Raises WitnessError."""
    try:
        with place().open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                yield read(line, f"line {number}")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise WitnessError(f"{place()} cannot be read: {error}") from error


def newest() -> dict[int, Head]:
    """By chain, the newest head that was written down. Raises WitnessError."""
    path = place()
    try:
        with path.open("rb") as file:
            stat = os.fstat(file.fileno())
            known = _read.get(path)
            if known is None or known.file != (stat.st_dev, stat.st_ino) or known.offset > stat.st_size:
                known = _read[path] = Newest((stat.st_dev, stat.st_ino))
            file.seek(known.offset)
            for line in file:
                head = read(line.decode(), f"byte {known.offset}")
                known.offset += len(line)
                known.heads[head.chain] = head
    except FileNotFoundError:
        _read.pop(path, None)
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise WitnessError(f"{path} cannot be read: {error}") from error
    return dict(known.heads)


def end() -> tuple[int, str]:
    """Where the last line ends, and that line: 0 where there is none. Reads no more than that. Raises WitnessError."""
    try:
        with place().open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LINE))
            lines = file.read().decode().splitlines(keepends=True)
    except FileNotFoundError:
        return 0, ""
    except (OSError, UnicodeDecodeError) as error:
        raise WitnessError(f"{place()} cannot be read: {error}") from error
    return size, lines[-1] if lines else ""


def holds(end: int, last: str) -> bool:
    """Whether the line that ended there does so still, as in a file that is only added to. Raises WitnessError."""
    line = last.encode()
    if not line:
        return True
    try:
        with place().open("rb") as file:
            file.seek(end - len(line))
            return file.read(len(line)) == line
    except FileNotFoundError:
        return False
    except OSError as error:
        raise WitnessError(f"{place()} cannot be read: {error}") from error


def read(line: str, where: str) -> Head:
    try:
        said = json.loads(line)
        return Head(int(said["chain"]), int(said["position"]), str(said["hash"]))
    except (ValueError, KeyError, TypeError) as error:
        raise WitnessError(f"{place()}, {where}: is no head of a chain ({error!r}).") from error


def write_down(seen: Iterable[Head], now: datetime) -> int:
    """Add the heads that are not the newest of their chain in the file; how many. Raises WitnessError."""
    path = place()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = newest()
            new = [head for head in seen if known.get(head.chain) != head]
            file.write("".join(json.dumps({"at": instant(now), **asdict(head)}) + "\n" for head in new))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise WitnessError(f"{path} cannot be written: {error}") from error
    return len(new)
