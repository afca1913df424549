"""Which places of a text were asked for, and the excerpt that shows them.

The database says which words are forms of those asked for. It is given folded text, which has no sign but letters,
digits and spaces: no tag to take out, and no mark that could be taken for one of its own. What is shown is cut from the
original, and the pages escape it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from obligations.search.asking import Folded, Part, SearchText, folded
from parties import replica

START, STOP = "\ue000", "\ue001"
NO_MARKS = dict.fromkeys((0, ord(START), ord(STOP)), " ")
LENGTH, BEFORE = 260, 60  # characters of an excerpt, and of it before the first place
STEMS = ("english", "serbian")
LONGEST = 20_000  # characters of a text that are looked at


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Parts of a text in their order; those that were asked for are marked."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def is_marked(self) -> bool:
        return any(piece.marked for piece in self.pieces)

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where in `text` a marked piece begins and ends."""
        found, at = [], 0
        for piece in self.pieces:
            if piece.marked:
                found.append((at, at + len(piece.text)))
            at += len(piece.text)
        return found


Span = tuple[int, int]


def excerpts(texts: Sequence[str], asked: SearchText) -> list[Excerpt]:
    """One for each text, in one query."""
    shortened = [text[:LONGEST] for text in texts]
    plain = [folded(text) for text in shortened]
    stems = forms(plain, asked)
    return [
        excerpt(text, merged([*places, *as_written(there, asked.wanted)]))
        for text, there, places in zip(shortened, plain, stems, strict=True)
    ]


def forms(plain: Sequence[Folded], asked: SearchText) -> list[list[Span]]:
    """Where each text has a form of a single word that was asked for."""
    single = [part.words[0] for part in asked.wanted if len(part.words) == 1 and not part.exact]
    if not single or not plain:
        return [[] for _text in plain]
    query = " || ".join(["search_forms(%s)"] * len(single))
    marked = f"ts_headline(%s::regconfig, given, {query}, %s)"
    marks = f'HighlightAll=true, StartSel="{START}", StopSel="{STOP}"'
    with replica.connection().cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join([marked] * len(STEMS))}"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS one (given, place) ORDER BY place",
            [
                *(param for language in STEMS for param in (language, *single, marks)),
                [there.text.translate(NO_MARKS) for there in plain],
            ],
        )
        rows = cursor.fetchall()
    return [
        [place for text in by_language for place in spans(text, there)]
        for by_language, there in zip(rows, plain, strict=True)
    ]


def spans(marked: str, there: Folded) -> list[Span]:
    """The marked places of folded text as places of the original."""
    found, at, begun = [], 0, 0
    for character in marked:
        if character == START:
            begun = at
        elif character == STOP:
            found.append((there.at[begun], there.at[at - 1] + 1))
        else:
            at += 1
    return found


def as_written(there: Folded, parts: Iterable[Part]) -> list[Span]:
    """Where the text has the words themselves, side by side, or begins a word with them where that was asked."""
    found = []
    for part in parts:
        rest = r"\w*" if part.may_go_on and part.beginning is not None else r"\b"
        pattern = r"\b" + r"\s+".join(map(re.escape, part.words)) + rest
        for hit in re.finditer(pattern, there.text, re.IGNORECASE):
            found.append((there.at[hit.start()], there.at[hit.end() - 1] + 1))
    return found


def merged(places: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def excerpt(text: str, places: Sequence[Span]) -> Excerpt:
    """The part of the text around the first place, cut between words; the whole of it where it is short."""
    start, end = 0, len(text)
    if len(text) > LENGTH:
        first = places[0][0] if places else 0
        start = cut(text, max(0, min(first - BEFORE, len(text) - LENGTH)))
        end = min(len(text), start + LENGTH)
        if end < len(text):
            end = max(text.rfind(" ", start + 1, end), places[0][1] if places else 0, start + LENGTH // 2)
    pieces, at = [Piece("… ", False)] if start else [], start
    for begin, stop in places:
        if begin < start or stop > end:
            continue
        pieces += [Piece(text[at:begin], False), Piece(text[begin:stop], True)]
        at = stop
    pieces += [Piece(text[at:end], False), Piece(" …" if end < len(text) else "", False)]
    return Excerpt(tuple(piece for piece in pieces if piece.text))


def cut(text: str, near: int) -> int:
    """Where the word begins that stands at or after this place."""
    if not near:
        return 0
    space = text.find(" ", near, near + BEFORE // 2)
    return space + 1 if space >= 0 else near
