"""Heads of chains, kept outside of the database: who cuts off the newest entries there cannot cut them off here too.

The file has a line of JSON for each head that was seen good, and is only ever added to. Keep it where whoever
administers the database does not write, or copy it there. Each head goes to a table of the database, too: workers with
files of their own know the same. What was found missing once stays missing, whatever witness looks later, until
`agreement.ledger.restored` puts it on record.
"""

import fcntl
import json
import os
import socket
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Now

from agreement.ledger.canonical import instant
from agreement.models import ChainHead, ChainLink, LedgerCheck, LedgerEntry, Witness, WitnessedHead
from agreement.models.ledger import BREAKS, RESTORED


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


@contextmanager
def used(verb: str) -> Iterator[None]:
    """Raise WitnessError, which says so, where the file cannot be read, or written."""
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        raise WitnessError(f"{place()} cannot be {verb}: {error}") from error


@contextmanager
def opened() -> Iterator[BinaryIO | None]:
    """The file, to be read; None where nothing was written down yet. Raises WitnessError."""
    with used("read"):
        if not place().exists():
            yield None
            return
        with place().open("rb") as file:
            yield file


def heads() -> Iterator[Head]:
    """Every head that was written down, in that order; none where nothing was yet. Raises WitnessError."""
    with opened() as file:
        for number, line in enumerate(file or (), start=1):
            yield read(line.decode(), f"line {number}")


def newest() -> dict[int, Head]:
    """By chain, the newest head that was written down. Raises WitnessError."""
    path = place()
    with opened() as file:
        if file is None:
            _read.pop(path, None)
            return {}
        stat = os.fstat(file.fileno())
        known = _read.get(path)
        if known is None or known.file != (stat.st_dev, stat.st_ino) or known.offset > stat.st_size:
            known = _read[path] = Newest((stat.st_dev, stat.st_ino))
        file.seek(known.offset)
        for line in file:
            head = read(line.decode(), f"byte {known.offset}")
            known.offset += len(line)
            known.heads[head.chain] = head
        return dict(known.heads)


def end() -> tuple[int, str]:
    """Where the last line ends, and that line: 0 where there is none. Reads no more than that. Raises WitnessError."""
    with opened() as file:
        if file is None:
            return 0, ""
        fcntl.flock(file, fcntl.LOCK_SH)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - LINE))
        lines = file.read().decode().splitlines(keepends=True)
        return size, lines[-1] if lines else ""


def holds(end: int, last: str) -> bool:
    """Whether the line that ended there does so still, as in a file that is only added to. Raises WitnessError."""
    line = last.encode()
    if not line:
        return True
    with opened() as file:
        if file is None:
            return False
        file.seek(end - len(line))
        return file.read(len(line)) == line


def read(line: str, where: str) -> Head:
    try:
        values = json.loads(line)
        return Head(int(values["chain"]), int(values["position"]), str(values["hash"]))
    except (ValueError, KeyError, TypeError) as error:
        raise WitnessError(f"{place()}, {where}: is no head of a chain ({error!r}).") from error


def write_down(seen: Iterable[Head], now: datetime) -> int:
    """Add the heads that are not the newest of their chain in the file; how many. Raises WitnessError."""
    path = place()
    with used("written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = newest()
            new = [head for head in seen if known.get(head.chain) != head]
            file.write("".join(json.dumps({"at": instant(now), **asdict(head)}) + "\n" for head in new))
            file.flush()
            os.fsync(file.fileno())
    return len(new)


# An entry that is older than this and in no witness is a fault; and that nobody looked for so long, as with a database
# from a backup.
LATE = timedelta(minutes=2)
# The trouble of a worker that did not look for so long counts no more, where another one writes.
FORGOTTEN = timedelta(hours=1)
GONE = "was seen before and is not there"
LOST = "the file was missing, or had lost what was written in it"


def heads_in(model: type[WitnessedHead] | type[ChainHead]) -> list[Head]:
    """The heads of a table, in its order."""
    return [Head(*values) for values in model._default_manager.values_list("chain", "position", "hash")]


def known_heads(in_file: Iterable[Head]) -> set[Head]:
    """Every head that was ever seen: in a file, in the table, or named by a fault of an earlier verification."""
    seen = set(heads_in(WitnessedHead))
    for faults in LedgerCheck.objects.exclude(faults=[]).values_list("faults", flat=True):
        seen |= {Head(*fault["seen"]) for fault in faults if fault.get("seen")}
    return seen.union(in_file) - lost_on_record()


def lost_on_record() -> set[Head]:
    """The heads of which an entry says that they were lost with a restored backup."""
    entries = LedgerEntry.objects.filter(command__in=BREAKS, actor=None)
    breaks = [after for command, after in entries.values_list("command", "after") if command == RESTORED]
    return {Head(*values) for after in breaks for values in after.get("lost", ())}


def by_place(known: Iterable[Head]) -> dict[int, dict[int, set[str]]]:
    """The hash, or hashes, that each position of a chain was seen with."""
    hashes: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for head in known:
        hashes[head.chain][head.position].add(head.hash)
    return hashes


def share(seen: Iterable[Head], now: datetime) -> None:
    """Make heads known to every worker."""
    WitnessedHead.objects.bulk_create(
        [WitnessedHead(chain=head.chain, position=head.position, hash=head.hash, at=now) for head in seen],
        batch_size=1_000,
        ignore_conflicts=True,
    )


def share_file(now: datetime) -> list[Head]:
    """Make known what this worker's file holds; all of that. Raises WitnessError."""
    in_file = list(heads())
    known = set(heads_in(WitnessedHead))
    share([head for head in dict.fromkeys(in_file) if head not in known], now)
    return in_file


def write_heads(now: datetime) -> Witness:
    """Write down the heads of all chains that moved. A chain that lacks what was seen of it before gets nothing more.

    How it went is kept in this witness's row, for /healthz.
    """
    state: dict[str, Any] = {"at": Now()}
    try:
        note_loss(now)
        in_file = newest()
        share(in_file.values(), now)
        broken = {head.chain: head for head in missing([*in_file.values(), *newest_shared()])}
        moved = [head for head in heads_in(ChainHead) if head.chain not in broken]
        write_down(moved, now)
        share(moved, now)
        state["end"], state["last"] = end()
        state["trouble"] = "; ".join(
            f"chain {head.chain}: entry {head.position} {GONE}"
            for head in sorted(broken.values(), key=lambda head: head.chain)
        )
    except WitnessError as error:
        state["trouble"] = str(error)
    return Witness.objects.update_or_create(place=name(), defaults=state)[0]


def note_loss(now: datetime) -> None:
    """Note it where this worker's file does not hold what was written in it. Raises WitnessError."""
    row = Witness.objects.filter(place=name()).first()
    if row is not None and not holds(row.end, row.last):
        Witness.objects.filter(pk=row.pk).update(lost_at=row.lost_at or now, end=0, last="")


def lost_files() -> list[str]:
    """What is said of the files that were lost, and of this worker's where nobody noted that yet."""
    return [
        f"{row.place}: {LOST}"
        for row in Witness.objects.all()
        if row.lost_at or (row.place == name() and not holds(row.end, row.last))
    ]


def newest_shared() -> list[Head]:
    last = WitnessedHead.objects.values("chain").annotate(last=Max("position"))
    rows = WitnessedHead.objects.filter(
        position__in=[row["last"] for row in last], chain__in=[row["chain"] for row in last]
    )
    ends = {(row["chain"], row["last"]) for row in last}
    return [Head(r.chain, r.position, r.hash) for r in rows if (r.chain, r.position) in ends]


def missing(seen: Iterable[Head]) -> list[Head]:
    """Those heads that are no entry of their chain now, and of which no entry says that they were lost."""
    wanted = set(seen)
    there = {
        Head(link.chain, link.position or 0, link.hash)
        for link in ChainLink.objects.filter(hash__in=[head.hash for head in wanted])
    }
    gone = wanted - there
    return sorted(gone and gone - lost_on_record(), key=lambda head: (head.chain, head.position))


def troubles(now: datetime) -> list[str]:
    """What is wrong with the witnesses: a file that is lost or cannot be used, a chain that is not written down."""
    rows = Witness.objects.all()
    fresh, lately = rows.filter(at__gt=Now() - LATE), rows.filter(at__gt=Now() - FORGOTTEN)
    troubled = rows.filter(lost_at__isnull=False) | (
        lately if fresh.filter(trouble="").exists() else rows
    ).exclude(trouble="")
    sentences = [
        f"{row.place}: {what}" for row in troubled for what in (row.lost_at and LOST, row.trouble) if what
    ]
    if rows.exists() and not fresh.exists():
        sentences.append(f"nobody looked at a witness for {LATE.total_seconds():.0f} s")
    return sentences + list(unwritten(now))


def unwritten(now: datetime) -> Iterator[str]:
    """The chains of which an entry is not the newest any more, and in no witness."""
    same = {name: OuterRef(name) for name in ("chain", "position", "hash")}
    for chain in ChainHead.objects.values_list("chain", flat=True):
        links = ChainLink.objects.filter(chain=chain, position__isnull=False)
        seen = links.filter(Exists(WitnessedHead.objects.filter(**same))).order_by("-position").first()
        last = (seen and seen.position) or 0
        if links.filter(position=last + 1, entry__at__lt=now - LATE).exists():
            yield f"chain {chain}: nothing after entry {last} is in a witness"
