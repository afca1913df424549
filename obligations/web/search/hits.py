"""What is found: the rows by kind, the best first, and what of each is shown.

What orders a row is in the row itself, so that no other row, and so no hidden one, moves it: whether its code is what
was asked for, then how well its words fit, then how new it is. Where very many fit, the newest are looked at and no
others, and that is told: nobody reads a thousand, and to order a million takes seconds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, F, Q, Value, When

from obligations.web.search.asking import SearchText
from obligations.web.search.kinds import SOURCES, SearchKind, SearchLook
from obligations.web.search.marking import Excerpt, excerpts

MOST = 1000


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that fits. `place` orders it among all kinds, the smallest first."""

    kind: SearchKind
    pk: int
    place: tuple[int, float, int, int]


@dataclass(frozen=True, slots=True)
class Hits:
    """Those of one kind in their order; `there_are_more`: only the newest were looked at."""

    kind: SearchKind
    rows: tuple[Hit, ...]
    there_are_more: bool

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A row with what is shown of it; `is_withdrawn`: a statement that was taken back by the moment of knowledge."""

    kind: SearchKind
    row: Any
    url: str
    shown: dict[str, Excerpt]
    is_withdrawn: bool


def hits_of(kind: SearchKind, asked: SearchText, look: SearchLook, most: int = MOST) -> Hits:
    """One query."""
    source = SOURCES[kind]
    is_it = Q()
    for code in source.codes:
        is_it |= Q(**{f"{code}__iexact": asked.text})
    exact = Case(When(is_it, then=Value(0)), default=Value(1)) if source.codes else Value(1)
    newest = (
        source.rows(look)
        .annotate(words=source.words)
        .filter(words=asked.query)
        .annotate(exact=exact, rank=SearchRank(F("words"), asked.query))
        .order_by(*source.newest)
    )
    rows = list(newest.values_list("pk", "exact", "rank")[: most + 1])
    order = list(SearchKind).index(kind)
    placed = [
        Hit(kind, pk, (is_exact, -rank, order, at)) for at, (pk, is_exact, rank) in enumerate(rows[:most])
    ]
    return Hits(kind, tuple(sorted(placed, key=lambda hit: hit.place)), len(rows) > most)


def shown(hits: Iterable[Hit], asked: SearchText, look: SearchLook) -> list[ShownHit]:
    """The rows of these, in the same order: a query or two a kind, and one for what is marked in them."""
    hits = list(hits)
    rows: dict[tuple[SearchKind, int], Any] = {}
    for kind in dict.fromkeys(hit.kind for hit in hits):
        source = SOURCES[kind]
        wanted = source.rows(look).filter(pk__in=[hit.pk for hit in hits if hit.kind == kind])
        rows |= {(kind, row.pk): row for row in source.load(wanted, look)}
    there = [(hit.kind, rows[hit.kind, hit.pk]) for hit in hits if (hit.kind, hit.pk) in rows]
    texts = [SOURCES[kind].texts(row) for kind, row in there]
    marked = iter(excerpts([text for of_row in texts for text in of_row.values()], asked))
    return [
        ShownHit(
            kind,
            row,
            SOURCES[kind].url(row, look.moment),
            {name: next(marked) for name in of_row},
            kind == SearchKind.STATEMENT and not row.in_force(look.moment.known_at),
        )
        for (kind, row), of_row in zip(there, texts, strict=True)
    ]


def all_hits(kinds: Sequence[SearchKind], asked: SearchText, look: SearchLook) -> list[Hits]:
    return [hits_of(kind, asked, look) for kind in kinds]
