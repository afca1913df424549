"""Two versions of one thing side by side: what somebody recorded meanwhile, and what a form holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from obligations.differences import Piece, differences
from obligations.models import Statement

NOTHING_SEEN = "none"


@dataclass(frozen=True, slots=True)
class Compared:
    """One field in both versions, whole: `gone` are the words of theirs alone, `new` those of mine alone."""

    label: str
    theirs: tuple[Piece, ...]
    mine: tuple[Piece, ...]

    @property
    def differs(self) -> bool:
        return any(piece.op != "same" for piece in (*self.theirs, *self.mine))


def compared(fields: Iterable[tuple[str, str, str]]) -> list[Compared]:
    """Of (label, theirs, mine), those that hold anything in either version."""
    return [Compared(label, *sides(theirs, mine)) for label, theirs, mine in fields if theirs or mine]


def sides(theirs: str, mine: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    pieces = differences(theirs, mine)
    return tuple(one for one in pieces if one.op != "new"), tuple(one for one in pieces if one.op != "gone")


def newest_key(statements: Sequence[Statement]) -> str:
    """What a form says was seen: the key of the statement that was recorded last, or that there was none."""
    newest = max(statements, key=lambda one: (one.recorded_at, one.pk), default=None)
    return newest.key if newest else NOTHING_SEEN
