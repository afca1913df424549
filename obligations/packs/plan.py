"""What loading a pack changes, in lines for a person."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any

from obligations.packs.difference import Change
from obligations.packs.load import Loaded

# In the order of telling: what is done, and what is to be done.
VERBS = {
    "added": "to add",
    "changed": "to change",
    "ordered": "to put in another order",
    "resumed": "to resume",
    "superseded": "to supersede",
    "removed": "to remove",
    "kept": "to keep, though named no more",
}
LONGEST = 200


def lines(loaded: Loaded) -> Iterator[str]:
    """One line a change, under the kind of thing that it changes, and a last line with numbers."""
    order = {kind: place for place, kind in reversed(list(enumerate(one.kind for one in loaded.changes)))}
    for kind, changes in groupby(
        sorted(loaded.changes, key=lambda one: order[one.kind]), lambda one: one.kind
    ):
        yield kind
        yield from (f"  {line(change)}" for change in changes)
    yield summary(loaded, VERBS)


def line(change: Change) -> str:
    """Such as ``changed     R-1  title: 'Report' -> 'Yearly report'``."""
    text = f"{change.verb:<10}  {change.row}"
    if change.field:
        text += f"  {change.field}: {shown(change.old)} -> {shown(change.new)}"
    return f"{text}  ({change.note})" if change.note else text


def shown(value: Any) -> str:
    """A value on one line, short enough to read."""
    if value is None:
        return "nothing"
    text = value.isoformat() if isinstance(value, date | datetime) else repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def summary(loaded: Loaded, verbs: dict[str, str] | None = None) -> str:
    """What was done as one line; with `verbs` in other words."""
    if not loaded:
        return f"{loaded.code}: nothing changed" if verbs is None else f"{loaded.code}: nothing to change"
    parts = []
    for verb, words in VERBS.items():
        if counter := loaded.counts.get(verb):
            numbers = ", ".join(f"{number:,} {kind}" for kind, number in sorted(counter.items()))
            parts.append(f"{verb} {numbers}" if verbs is None else f"{words}: {numbers}")
    return f"{loaded.code}: {'; '.join(parts)}"
