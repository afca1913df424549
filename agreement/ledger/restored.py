"""What an older backup took away: entries that a witness, or a seal, knows and that are not there now.

Putting it on record mends nothing. An entry in each chain says which heads were lost, and why; later verifications name
these no more, and everything else as before.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from agreement.ledger import enter
from agreement.ledger.witness import GONE, Head, known_heads, missing, share_file
from agreement.models import Agreement, ChainHead, ChainLink, LedgerSeal, Witness
from agreement.models.ledger import NO_AGREEMENT, RESTORED, WITNESS_LOST
from parties.access import Viewer


@dataclass(frozen=True, slots=True)
class Lost:
    """Of one chain: what was known and is not there. Entries `first` to `last`; it goes on after entry `head`."""

    chain: int
    code: str
    first: int
    last: int
    head: int
    heads: tuple[Head, ...]

    def __str__(self) -> str:
        entries = f"entry {self.first}" if self.first >= self.last else f"entries {self.first} to {self.last}"
        number = max(self.last - self.first + 1, 1)
        return (
            f"{self.code or 'accounts and parties'}: {entries} ({number:,}) were seen, by a witness or a seal, and are"
            f" not there now; the chain stands at entry {self.head}"
        )


def lost(now: datetime) -> list[Lost]:
    """What is known and not there, by chain. Raises WitnessError."""
    gone = [*missing(known_heads(share_file(now))), *missing_of_seals()]
    codes = dict(Agreement.objects.values_list("pk", "code"))
    ends = dict(ChainHead.objects.values_list("chain", "position"))
    return [
        lost_of(chain, codes.get(chain, ""), ends.get(chain, 0), [h for h in gone if h.chain == chain])
        for chain in sorted({head.chain for head in gone})
    ]


def lost_of(chain: int, code: str, end: int, heads: list[Head]) -> Lost:
    """What is beyond the end of the chain is missing; what is not was there with another hash."""
    positions = [head.position for head in heads if head.position] or [end + 1]
    return Lost(chain, code, min(end + 1, *positions), max(positions), end, tuple(heads))


def missing_of_seals() -> list[Head]:
    """Heads that were sealed and are no entry now. A seal does not say which position its head had: 0 stands for it."""
    sealed = [Head(chain, 0, hash_) for chain, hash_ in LedgerSeal.objects.values_list("chain", "head")]
    there = set(
        ChainLink.objects.filter(hash__in=[head.hash for head in sealed]).values_list("chain", "hash")
    )
    known = missing(sealed)
    return [head for head in known if (head.chain, head.hash) not in there]


@transaction.atomic
def put_on_record(gone: list[Lost], reason: str, now: datetime) -> None:
    """Enter in each chain what it lost, and that files of witnesses were."""
    for gone_row in gone:
        is_there = gone_row.chain != NO_AGREEMENT and gone_row.code != ""
        enter(
            agreement_id=gone_row.chain if is_there else None,
            actor=Viewer(),
            now=now,
            command=RESTORED,
            subject=gone_row.code or f"chain {gone_row.chain}",
            before={"position": gone_row.last},
            after={
                "position": gone_row.head,
                "lost": [[head.chain, head.position, head.hash] for head in gone_row.heads],
            },
            reason=reason,
        )
    files = Witness.objects.select_for_update().filter(lost_at__isnull=False)
    for file in files:
        enter(
            agreement_id=None,
            actor=Viewer(),
            now=now,
            command=WITNESS_LOST,
            subject="a witness",
            after={"place": file.place, "lost_at": file.lost_at},
            reason=reason,
        )
    files.update(lost_at=None)
    # What any worker found missing is on record; one that knows of more finds that within a minute.
    Witness.objects.filter(trouble__contains=GONE).update(trouble="")
