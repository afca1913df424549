"""The verification: whether every chain is whole, and the rows are those that its entries name.

What is wrong is a `Fault`. They come in the order in which they are met, so that the first is the first bad entry of
its chain. It reads everything once, in one snapshot, and keeps a bit for each row.
"""

import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from agreement.ledger import columns_as_content, witness
from agreement.ledger.canonical import link_hash, seal_of
from agreement.ledger.rows import Rows, States
from agreement.ledger.witness import Head, WitnessError
from agreement.models import Agreement, ChainHead, ChainLink, LedgerCheck, LedgerEntry, LedgerSeal
from agreement.models.ledger import BEGINNING, NO_AGREEMENT

CHUNK = 1_000
# Beyond these, more of the same tells nothing new.
MOST = 50
# What else is looked at: columns that may change, and that follow from rows which the ledger names. Each yields what is
# wrong, in words. Apps that know such columns add theirs when they are ready.
CHECKS: list[Callable[[], Iterator[str]]] = []


def further() -> Iterator[str]:
    for look in CHECKS:
        yield from look()


@dataclass(frozen=True, slots=True)
class Fault:
    """`agreement` is a code, empty for what belongs to none; `seen` a head that was seen and is not there."""

    agreement: str
    what: str
    seen: Head | None = None


@dataclass(slots=True)
class Verification:
    """What was looked at, and what is wrong with it: the first MOST faults."""

    entries: int = 0
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    # Which witness it went by, beside what the database knows; and what was wrong with it.
    witness: str = ""
    trouble: str = ""

    @property
    def is_good(self) -> bool:
        return not self.faults


def verify(agreement: Agreement | None = None) -> Verification:
    """Verify one agreement's chain and rows, or everything."""
    done = Verification()
    in_file = read_witness(done)  # before the snapshot: what is written down later may be of later entries
    with one_snapshot():
        for fault in Verifier(agreement, done, in_file).faults():
            done.faults.append(fault)
            if len(done.faults) == MOST:
                break
    return done


def read_witness(done: Verification) -> list[Head]:
    """Every head in this process's witness; that it cannot be read is a fault, and that one was lost."""
    try:
        seen = list(witness.heads())
        done.trouble = "; ".join(witness.lost_files())
    except WitnessError as error:
        done.trouble = str(error)
        return []
    done.witness = f"{witness.name()}, {len(seen)} heads"
    return seen


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
    def __init__(self, agreement: Agreement | None, done: Verification, in_file: list[Head]) -> None:
        self.only, self.done = agreement, done
        self.codes = dict(Agreement.objects.values_list("pk", "code")) | {NO_AGREEMENT: ""}
        self.rows = Rows(agreement)
        self.states = States(agreement)
        self.witnessed = witness.by_place(witness.known_heads(in_file))
        self.seals = sealed()

    def faults(self) -> Iterator[Fault]:
        yield from self.unplaced()
        for chain in self.chains():
            for what in self.chain(chain, self.witnessed.get(chain, {})):
                code = self.codes.get(chain, "")
                yield what if isinstance(what, Fault) else Fault(code, what)
        for what in itertools.chain(self.rows.left(), self.states.left()):
            yield Fault(self.only.code if self.only else "", what)
        for what in further():
            yield Fault("", what)
        self.done.rows = self.rows.count + self.states.count
        if self.done.trouble:
            yield Fault("", self.done.trouble)

    def chains(self) -> list[int]:
        if self.only is not None:
            return [self.only.pk]
        linked = ChainLink.objects.order_by("chain").values_list("chain", flat=True).distinct()
        return sorted(
            {*linked, *ChainHead.objects.values_list("chain", flat=True), *self.witnessed, *self.seals}
        )

    def unplaced(self) -> Iterator[Fault]:
        """Entries that stand in no chain: written past the database's own functions."""
        alone = LedgerEntry.objects.filter(link__isnull=True) | LedgerEntry.objects.filter(
            link__position__isnull=True
        )
        if self.only is not None:
            alone = alone.filter(agreement=self.only)
        for pk, agreement_id in alone.order_by("pk").values_list("pk", "agreement_id")[:MOST]:
            yield Fault(self.codes.get(agreement_id or NO_AGREEMENT, ""), f"entry with key {pk}: in no chain")

    def chain(self, chain: int, witnessed: dict[int, set[str]]) -> Iterator[str | Fault]:
        """What is wrong with a chain, from its first entry to its last."""
        at, previous = 0, BEGINNING
        seals = self.seals.get(chain, {})
        for position, link, entry in entries_of(chain):
            if position != at + 1:
                gap = f"{at + 1}" if position == at + 2 else f"{at + 1} to {position - 1}"
                yield f"entry {gap}: missing"
            name = f"entry {position}"
            if position == at + 1 and link.previous != previous:
                yield f"{name}: does not follow the entry before it"
            if link.hash != link_hash(link.previous, position, entry.content):
                yield f"{name}: its content is not what the hash was taken over"
            content, wrong = content_of(entry)
            yield from (f"{name}: {what}" for what in wrong)
            if (content.get("agreement") or NO_AGREEMENT) != chain:
                yield f"{name}: belongs to another chain"
            for seen in witnessed.pop(position, set()) - {link.hash}:
                yield self.seen_before(chain, position, seen, f"{name}: was seen with another hash, {seen}")
            seals.pop(link.hash, None)
            yield from self.rows.take(name, content)
            yield from self.states.take(name, content)
            at, previous = position, link.hash
            self.done.entries += 1
        yield from self.rows.settle()
        yield from self.states.settle()
        yield from self.end(chain, at, previous, witnessed)
        for days in seals.values():
            yield f"the seal of {days[0]} is of an entry that is not there"
        for day in wrong_seals(chain):
            yield f"the seal of {day} is not what its head gives"

    def seen_before(self, chain: int, position: int, hash: str, what: str) -> Fault:
        return Fault(self.codes.get(chain, ""), what, Head(chain, position, hash))

    def end(self, chain: int, at: int, last: str, witnessed: dict[int, set[str]]) -> Iterator[str | Fault]:
        """Whether the chain goes as far as it is known to."""
        for position in sorted(witnessed):
            for seen in sorted(witnessed[position])[:1]:
                yield self.seen_before(
                    chain, position, seen, f"entry {position}: missing, and it was seen before"
                )
        head = ChainHead.objects.filter(chain=chain).first()
        if head is not None and head.position > at:
            yield f"entry {at + 1}: missing, and the chain's head is entry {head.position}"
        elif (head.position, head.hash) != (at, last) if head is not None else at:
            yield f"entry {at}: is not what the chain's head says"
        if at:
            self.done.heads.append(Head(chain, at, last))


def sealed() -> dict[int, dict[str, list[date]]]:
    """By chain, the heads that were sealed and the days of their seals, but for those that were lost on record."""
    lost = {(head.chain, head.hash) for head in witness.lost_on_record()}
    sealed_heads: dict[int, dict[str, list[date]]] = defaultdict(dict)
    for chain, head, day in LedgerSeal.objects.order_by("day").values_list("chain", "head", "day"):
        if (chain, head) not in lost:
            sealed_heads[chain].setdefault(head, []).append(day)
    return sealed_heads


def wrong_seals(chain: int) -> Iterator[date]:
    for seal in LedgerSeal.objects.filter(chain=chain).order_by("day"):
        if seal.seal != seal_of(seal.day, seal.head):
            yield seal.day


def entries_of(chain: int) -> Iterator[tuple[int, ChainLink, LedgerEntry]]:
    links = ChainLink.objects.filter(chain=chain, position__isnull=False).select_related("entry")
    for link in links.order_by("position").iterator(CHUNK):
        yield link.position or 0, link, link.entry


def content_of(entry: LedgerEntry) -> tuple[dict[str, Any], list[str]]:
    """What the entry's content says, and which columns say something else."""
    try:
        content = json.loads(entry.content)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        return {}, ["its content is no object of JSON"]
    return content, [
        f"its column {name} is not what its content says"
        for name, value in columns_as_content(entry).items()
        if name not in content or content[name] != value
    ]


def check(started_at: datetime, clock_now: Callable[[], datetime]) -> LedgerCheck:
    """Verify everything and keep the result. `clock_now` gives the instant at which it came to its end."""
    with suppress(WitnessError):  # the verification names that
        witness.share_file(started_at)
    done = verify()
    note(done, clock_now())
    return LedgerCheck.objects.create(
        started_at=started_at,
        finished_at=clock_now(),
        entries=done.entries,
        rows=done.rows,
        faults=[stored(fault) for fault in done.faults],
        witness=done.witness,
    )


def stored(fault: Fault) -> dict[str, Any]:
    """As it is kept; with the head that was seen, so that later verifications go by it, too."""
    seen = {"seen": [fault.seen.chain, fault.seen.position, fault.seen.hash]} if fault.seen else {}
    return {"agreement": fault.agreement, "what": fault.what, **seen}


def note(done: Verification, now: datetime) -> None:
    """Write down the heads where nothing is wrong; that this could not be done is a fault too."""
    if done.is_good:
        try:
            witness.write_down(done.heads, now)
            witness.share(done.heads, now)
        except WitnessError as error:
            done.faults.append(Fault("", str(error)))
