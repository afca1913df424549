"""Two versions of one thing side by side: what somebody recorded meanwhile, and what a form holds."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from obligations.models import Statement

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Beyond this many words a difference is not worked out word by word.
MOST = 4_000
NOTHING_SEEN = "none"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `differs` where the other version has it not."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One field in both versions, whole."""

    label: str
    theirs: tuple[Piece, ...]
    mine: tuple[Piece, ...]

    @property
    def differs(self) -> bool:
        return any(piece.differs for piece in (*self.theirs, *self.mine))


def compared(fields: Iterable[tuple[str, str, str]]) -> list[Compared]:
    """Of (label, theirs, mine), those that hold anything in either version."""
    return [Compared(label, *difference(theirs, mine)) for label, theirs, mine in fields if theirs or mine]


def difference(theirs: str, mine: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts whole, in pieces: words that only one of them has are marked."""
    ours, others = WORDS.findall(mine), WORDS.findall(theirs)
    if len(ours) > MOST or len(others) > MOST:
        same = theirs == mine
        return (Piece(theirs, not same),), (Piece(mine, not same),)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, others, ours, autojunk=False).get_opcodes():
        for pieces, words in ((left, others[a:b]), (right, ours[c:d])):
            if words:
                pieces.append(Piece("".join(words), kind != "equal"))
    return tuple(left), tuple(right)


def newest_key(statements: Sequence[Statement]) -> str:
    """What a form says was seen: the key of the statement that was recorded last, or that there was none."""
    newest = max(statements, key=lambda one: (one.recorded_at, one.pk), default=None)
    return newest.key if newest else NOTHING_SEEN
