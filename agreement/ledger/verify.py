"""The verification: whether every chain is whole, and the rows are those that its entries name.

What is wrong is a `Fault`. They come in the order in which they are met, so that the first is the first bad entry of
its chain. It reads everything once, in one snapshot, and keeps a bit for each row.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from agreement.ledger import told
from agreement.ledger.canonical import link_hash
from agreement.ledger.further import further
from agreement.ledger.rows import Rows
from agreement.ledger.witness import Head, WitnessError, heads
from agreement.models import Agreement, ChainHead, ChainLink, LedgerEntry
from agreement.models.ledger import BEGINNING, NO_AGREEMENT

CHUNK = 1_000
# Beyond these, more of the same tells nothing new.
MOST = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """`agreement` is a code, empty for what belongs to none."""

    agreement: str
    what: str


@dataclass(slots=True)
class Verification:
    """What was looked at, and what is wrong with it: the first MOST faults."""

    entries: int = 0
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.faults


def verify(agreement: Agreement | None = None) -> Verification:
    """Verify one agreement's chain and rows, or everything."""
    done = Verification()
    with one_snapshot():
        for fault in Verifier(agreement, done).faults():
            done.faults.append(fault)
            if len(done.faults) == MOST:
                break
    return done


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Entries and rows as of one instant, however many commands commit meanwhile."""
    fresh = not connection.in_atomic_block
    with transaction.atomic():
        if fresh:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


class Verifier:
    def __init__(self, agreement: Agreement | None, done: Verification) -> None:
        self.only, self.done = agreement, done
        self.codes = dict(Agreement.objects.values_list("pk", "code")) | {NO_AGREEMENT: ""}
        self.rows = Rows(agreement)

    def faults(self) -> Iterator[Fault]:
        witnessed = self.witnessed()
        yield from self.unplaced()
        for chain in self.chains(witnessed):
            for what in self.chain(chain, witnessed.get(chain, {})):
                yield Fault(self.codes.get(chain, ""), what)
        for what in self.rows.left():
            yield Fault(self.only.code if self.only else "", what)
        for what in further():
            yield Fault("", what)
        self.done.rows = self.rows.count
        if isinstance(self.trouble, WitnessError):
            yield Fault("", str(self.trouble))

    def witnessed(self) -> dict[int, dict[int, set[str]]]:
        """The hash, or hashes, that each position of a chain was seen with."""
        found: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.trouble: WitnessError | None = None
        try:
            for head in heads():
                if self.only is None or head.chain == self.only.pk:
                    found[head.chain][head.position].add(head.hash)
        except WitnessError as error:
            self.trouble = error
        return found

    def chains(self, witnessed: dict[int, Any]) -> list[int]:
        if self.only is not None:
            return [self.only.pk]
        linked = ChainLink.objects.order_by("chain").values_list("chain", flat=True).distinct()
        return sorted({*linked, *ChainHead.objects.values_list("chain", flat=True), *witnessed})

    def unplaced(self) -> Iterator[Fault]:
        """Entries that stand in no chain: written past the database's own functions."""
        alone = LedgerEntry.objects.filter(link__isnull=True) | LedgerEntry.objects.filter(
            link__position__isnull=True
        )
        if self.only is not None:
            alone = alone.filter(agreement=self.only)
        for pk, agreement_id in alone.order_by("pk").values_list("pk", "agreement_id")[:MOST]:
            yield Fault(self.codes.get(agreement_id or NO_AGREEMENT, ""), f"entry with key {pk}: in no chain")

    def chain(self, chain: int, witnessed: dict[int, set[str]]) -> Iterator[str]:
        """What is wrong with a chain, from its first entry to its last."""
        at, previous = 0, BEGINNING
        for position, link, entry in entries_of(chain):
            if position != at + 1:
                gap = f"{at + 1}" if position == at + 2 else f"{at + 1} to {position - 1}"
                yield f"entry {gap}: missing"
            name = f"entry {position}"
            if position == at + 1 and link.previous != previous:
                yield f"{name}: does not follow the entry before it"
            if link.hash != link_hash(link.previous, position, entry.content):
                yield f"{name}: its content is not what the hash was taken over"
            said, wrong = content_of(entry)
            yield from (f"{name}: {what}" for what in wrong)
            if (said.get("agreement") or NO_AGREEMENT) != chain:
                yield f"{name}: belongs to another chain"
            for seen in witnessed.pop(position, set()) - {link.hash}:
                yield f"{name}: was seen with another hash, {seen}"
            yield from self.rows.take(name, said)
            at, previous = position, link.hash
            self.done.entries += 1
        yield from self.rows.settle()
        yield from self.end(chain, at, previous, witnessed)

    def end(self, chain: int, at: int, last: str, witnessed: dict[int, set[str]]) -> Iterator[str]:
        """Whether the chain goes as far as it is known to."""
        for position in sorted(witnessed):
            yield f"entry {position}: missing, and it was seen before"
        head = ChainHead.objects.filter(chain=chain).first()
        if head is not None and head.position > at:
            yield f"entry {at + 1}: missing, and the chain's head is entry {head.position}"
        elif (head.position, head.hash) != (at, last) if head is not None else at:
            yield f"entry {at}: is not what the chain's head says"
        if at:
            self.done.heads.append(Head(chain, at, last))


def entries_of(chain: int) -> Iterator[tuple[int, ChainLink, LedgerEntry]]:
    links = ChainLink.objects.filter(chain=chain, position__isnull=False).select_related("entry")
    for link in links.order_by("position").iterator(CHUNK):
        yield link.position or 0, link, link.entry


def content_of(entry: LedgerEntry) -> tuple[dict[str, Any], list[str]]:
    """What the entry's content says, and which columns say something else."""
    try:
        said = json.loads(entry.content)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return {}, ["its content is no object of JSON"]
    return said, [
        f"its column {name} is not what its content says"
        for name, value in told(entry).items()
        if name not in said or said[name] != value
    ]
