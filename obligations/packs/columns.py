"""Which column holds which key of a pack: read one way to load and to plan, the other way to write a pack out.

What is no value of one column stands where it is loaded and written: codes that are references, places in a list, and
what is put together from several keys.
"""

from typing import Any

from django.db.models import Model

from agreement.packs.fields import Entry

Columns = dict[str, str]  # by the key of the pack


def _columns(*same: str, **others: str) -> Columns:
    return {name: name for name in same} | others


AGREEMENT = _columns(
    "code",
    "title",
    "short_title",
    "time_zone",
    "due_soon_days",
    as_of="facts_as_of",
    counting="convention",
)
PARTY = _columns("code", "name", "mark")
PARTICIPATION = _columns("note", role="kind")
CALENDAR = _columns("code", "name", "library", "source", "note")
HOLIDAY = _columns("name", date="day")
TRIGGER = _columns("code", "label", "note", date="pack_date")
INSTRUMENT = _columns(
    "code",
    "kind",
    "title",
    "short_title",
    "in_effect_from",
    "derived_from",
    "source",
    "note",
    date="adopted_on",
)
POSITION = _columns("note", position="kind", date="since")
PROVISION = _columns("anchor", "label", "heading")
RULE = _columns("code", "text")
EVENT = _columns("code", "precision", "title", "source", date="happened_on")
OBLIGATION = _columns(
    "code",
    "title",
    "summary",
    "kind",
    "tags",
    "confidence",
    "confidence_note",
    "source",
    beneficiaries="beneficiary_codes",
)
DEADLINE = _columns("rule", "expected_due")


def values_of(entry: Entry, columns: Columns) -> dict[str, Any]:
    """What the columns of a row are to hold for the entry."""
    values = {column: getattr(entry, key) for key, column in columns.items()}
    return {column: list(value) if isinstance(value, tuple) else value for column, value in values.items()}


def keys_of(row: Model, columns: Columns) -> dict[str, Any]:
    """What the keys of an entry say for the row."""
    values = {key: getattr(row, column) for key, column in columns.items()}
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
