"""What waits in one queue, in its order: in pages of which each goes on after a place, and the rows of a saved view."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise

from obligations.models import SavedView
from obligations.status.filters import Condition
from obligations.status.queues import (
    ACTIVE,
    BY_DATE,
    BY_KEYS,
    CLAIMED,
    CONTESTED,
    COSTLY,
    DUE,
    IN_ORDER,
    LONG,
    Queue,
    Waiting,
    queue_of,
    waiting,
)
from obligations.status.reading import BY_TEXT, COMMITMENTS, IN_TEXT, selected
from parties.access import Viewer

# Of what queues go by; all others go by the place in a list of keys.
TYPES = {DUE: "timestamptz", CONTESTED: "timestamptz", CLAIMED: "date", "s.runs_from": "date"}
TEXT_TYPES = ("int", "text", "bigint")
Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Keys of commitments; `last` is the place that the next ones come after, None where there are no more."""

    keys: list[int]
    last: Place | None


@dataclass(frozen=True, slots=True)
class InQueue:
    """The rows of a queue that has `length` of them."""

    rows: Waiting
    queue: Queue
    length: int
    sort: str = ""

    @property
    def since(self) -> str:
        if self.sort == "article":
            return ""
        is_long = self.queue.since in COSTLY and self.length > LONG
        return DUE if self.sort == "date" or is_long else self.queue.since

    @property
    def sorted_by(self) -> Promise:
        if self.since == self.queue.since:
            return self.queue.sorted_by
        return BY_DATE if self.since else IN_ORDER

    @property
    def types(self) -> tuple[str, ...]:
        """Of the values of a place, in SQL; the first one may be None, where there are two."""
        return (TYPES.get(self.since, "int"), "bigint") if self.since else TEXT_TYPES

    def after(self, place: Place | None, most: int) -> QueuePage:
        """The first `most` that come after a place, or of all."""
        find = self.by_since if self.since else self.by_text
        return self.rows.kept(self.queue.code, lambda: find(place, most), self.since, place, most)

    def by_text(self, place: Place | None, most: int) -> QueuePage:
        rows = self.rows.that(f"{ACTIVE} AND {self.queue.waits}")
        if place:
            rows = replace(rows, more=(*rows.more, (f"({BY_TEXT}) > (%s, %s, %s)", list(place))))
        found = rows.select((BY_TEXT, []), f"ORDER BY {BY_TEXT} LIMIT {most + 1}", IN_TEXT)
        return QueuePage([row[-1] for row in found[:most]], found[most - 1] if len(found) > most else None)

    def by_since(self, place: Place | None, most: int) -> QueuePage:
        """What is on a page is told by an index; of one instant, the page is in the order of the text."""
        where, given = self.rows.that(f"{ACTIVE} AND {self.queue.waits}").where
        since, of_since = self.rows.placed(self.since)
        comes_after, values = self.comes_after(place)
        picked = (
            f"SELECT * FROM (SELECT s.*, {since} AS since FROM {COMMITMENTS} WHERE {where}) AS s"
            f" WHERE {comes_after} ORDER BY since NULLS LAST, s.commitment_id LIMIT {most + 1}"
        )
        found = selected(
            ("s.since, s.commitment_id", []),
            f"({picked}) AS s {IN_TEXT}",
            ("true", [*of_since, *given, *values]),
            f"ORDER BY s.since NULLS LAST, {BY_TEXT}",
        )
        if len(found) <= most:
            return QueuePage([key for _since, key in found], None)
        in_turn = sorted(found, key=lambda row: (row[0] is None, row[1:] if row[0] is None else row))
        beyond, last = in_turn[most], in_turn[most - 1]
        return QueuePage([row[1] for row in found if row != beyond], last)

    def comes_after(self, place: Place | None) -> Condition:
        if place is None:
            return "true", []
        since, key = place
        if (name := BY_KEYS.get(self.queue.code)) and self.since not in TYPES:
            # What was taken off such a list since has moved those after it up.
            listed = self.rows.given[name]
            since = listed.index(key) + 1 if key in listed else since
        if since is None:
            return "s.since IS NULL AND s.commitment_id > %s", [key]
        typed = f"%s::{self.types[0]}"
        return (
            f"(s.since > {typed} OR (s.since = {typed} AND s.commitment_id > %s) OR s.since IS NULL)",
            [since, since, key],
        )


def in_queue(rows: Waiting, query: QueryDict, counts: dict[str, int]) -> InQueue:
    """The one that an address asks for, in the order that it asks for."""
    queue = queue_of(query)
    return InQueue(rows, queue, counts[queue.code], query.get("sort", ""))


def rows_of(view: SavedView, viewer: Viewer, now: datetime, most: int = 500) -> Sequence[int]:
    """The keys of the commitments that a saved view shows to `viewer` now, in its order: no more than `most`.

    Of "new since your last visit" there are none: what is new is its owner's alone.
    """
    query = QueryDict(view.query)
    rows = waiting(viewer, now).asked(query)
    return in_queue(rows, query, rows.counts()).after(None, most).keys
