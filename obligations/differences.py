"""What changed between two texts, word by word: for people to read beside each other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
# Longer texts are shown whole: comparing them word by word would take seconds.
MOST_TOKENS = 4000

Op = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: in both texts, in the earlier one alone (`gone`), or in the later one alone (`new`)."""

    op: Op
    text: str


def differences(earlier: str, later: str) -> list[Piece]:
    """The pieces in reading order. `same` and `gone` together are the earlier text, `same` and `new` the later."""
    if earlier == later:
        return [Piece("same", later)] if later else []
    return list(pieces(TOKENS.findall(earlier), TOKENS.findall(later)))


def pieces(was: list[str], is_now: list[str]) -> Iterator[Piece]:
    if len(was) + len(is_now) > MOST_TOKENS:
        was_and_is: list[tuple[Op, list[str]]] = [("gone", was), ("new", is_now)]
        yield from (Piece(op, "".join(words)) for op, words in was_and_is if words)
        return
    for tag, a, b, c, d in SequenceMatcher(None, was, is_now, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(was[a:b]))
            continue
        if a < b:
            yield Piece("gone", "".join(was[a:b]))
        if c < d:
            yield Piece("new", "".join(is_now[c:d]))
