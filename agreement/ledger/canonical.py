"""Which rows the ledger answers for, and how it names them: canonical JSON after RFC 8785, and SHA-256 over it.

The rows of every append-only model, but for its own: as they were written. And those of each model that says
`ledger_state`: as the newest entry that names them left them.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

import rfc8785
from django.apps import apps
from django.contrib.postgres.search import SearchVectorField
from django.db.models import ForeignKey, GeneratedField, Model, QuerySet

from agreement.models import Agreement
from agreement.models.appendonly import append_only_models
from parties.content import as_written
from parties.models import LedgerState


def canonical(value: Any) -> str:
    """The value, made of what `plain` gives, as the one text that RFC 8785 allows.

    The standard library writes the same, but for names with letters beyond the first plane, which it puts in another
    order, and numbers that the standard forbids; and it is ten times as fast.
    """
    text = as_json(value)
    return rfc8785.dumps(value).decode() if UNLIKE.search(text) else text


as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
UNLIKE = re.compile("[\ud800-\U0010ffff]|[0-9]{16}")


def plain(value: Any) -> Any:
    """Strings, whole numbers, booleans, null, lists and objects. Raises TypeError for what has no one text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return as_written(value)  # whoever reads
    if isinstance(value, int):
        return int(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    raise TypeError(f"The ledger holds no {type(value).__name__}: {value!r}")


def instant(at: datetime) -> str:
    """An instant in UTC to the microsecond, as in `2026-03-02T09:00:00.000000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@cache
def columns_of(model: type[Model]) -> tuple[str, ...]:
    """What the digest of a row is taken over: its columns, but for those that may change or are worked out."""
    may_change = {
        column for appended, columns in append_only_models() if appended is model for column in columns
    }
    return tuple(
        sorted(
            field.attname
            for field in model._meta.concrete_fields
            if field.attname not in may_change and not isinstance(field, GeneratedField | SearchVectorField)
        )
    )


def digest(columns: Sequence[str], values: Sequence[Any]) -> str:
    """SHA-256 over an object of columns and their values."""
    row = {name: plain(value) for name, value in zip(columns, values, strict=True)}
    return hashlib.sha256(canonical(row).encode()).hexdigest()


def digest_of(row: Model) -> str:
    columns = columns_of(type(row))
    return digest(columns, [getattr(row, name) for name in columns])


def link_hash(previous: str, position: int, content: str) -> str:
    """What the database works out: SHA-256 over three parts with a line feed between them, in UTF-8."""
    return hashlib.sha256(f"{previous}\n{position}\n{content}".encode()).hexdigest()


def seal_of(day: date, head: str) -> str:
    """SHA-256 over the day, a line feed and the hash of the head."""
    return hashlib.sha256(f"{day.isoformat()}\n{head}".encode()).hexdigest()


# A row that joins two others is what both say, and has no class of its own to say so.
JOINS = LedgerState()


def covered() -> Iterator[type[Model]]:
    """The models whose rows are to be named by an entry. A model says `in_ledger = False` where they are not."""
    for model, _may_change in append_only_models():
        if getattr(model, "in_ledger", True):
            yield model


@cache
def with_states() -> dict[type[Model], LedgerState]:
    """The models of rows that may change, and what is named of them."""
    states: dict[type[Model], LedgerState] = {}
    for model in apps.get_models():
        if state := getattr(model, "ledger_state", None):
            states[model] = state
            for field in model._meta.local_many_to_many:
                outside = field.name in getattr(model, "joins_outside_of_ledger", ())
                through = field.remote_field.through
                if through is not None and through._meta.auto_created and not outside:
                    states[through] = JOINS
    return states


@cache
def state_columns(model: type[Model]) -> tuple[str, ...]:
    """The columns that the digest of a row's state is taken over."""
    state = with_states()[model]
    columns = (field.attname for field in model._meta.concrete_fields)
    return tuple(sorted(state.only or (name for name in columns if name not in state.but_for)))


@cache
def path_to_agreement(model: type[Model]) -> str | None:
    """By which fields a row belongs to an agreement, the shortest way; None where there is none."""
    paths: list[tuple[str, type[Model]]] = [("", model)]
    if model is Agreement:
        return "pk"
    seen = {model}
    while paths:
        path, at = paths.pop(0)
        for field in at._meta.concrete_fields:
            if isinstance(field, ForeignKey):
                to = field.related_model
                if to is Agreement:
                    return f"{path}{field.name}"
                if to not in seen:
                    seen.add(to)
                    paths.append((f"{path}{field.name}__", to))
    return None


def rows_of(model: type[Model], only: Agreement | None) -> QuerySet[Model]:
    """The rows to account for: all, or the one agreement's."""
    rows = model._base_manager.all()
    if only is None:
        return rows
    path = path_to_agreement(model)
    return rows.filter(**{path: only.pk}) if path else rows.none()


CHUNK = 2_000


def named_states(rows: Iterable[Model], agreement_id: int | None) -> dict[str, Any]:
    """What an entry of that chain says of `rows`: `states` and `state_columns`.

    A state is a model, a key and a digest, None where the row is gone. Only class and key of each row are looked at:
    its columns are read anew, so that what is named is what is kept. Raises ValueError for a row of which no state is
    kept, or that belongs in another chain.
    """
    keys: dict[type[Model], set[int]] = defaultdict(set)
    for row in rows:
        keys[type(row)].add(row.pk)
    states: list[list[Any]] = []
    columns: dict[str, list[str]] = {}
    for model in sorted(keys, key=lambda kind: kind._meta.label_lower):
        refuse_another_chain(model, agreement_id)
        label, named = model._meta.label_lower, state_columns(model)
        columns[label] = list(named)
        there = digests(model, named, keys[model])
        states += [[label, key, there.get(key)] for key in sorted(keys[model])]
    return {"states": states, "state_columns": columns}


def refuse_another_chain(model: type[Model], agreement_id: int | None) -> None:
    """Each row is named in one chain: its agreement's, or that of no agreement for parties and accounts."""
    if model not in with_states():
        raise ValueError(f"No state of {model._meta.label} is kept in the ledger.")
    if (path_to_agreement(model) is None) != (agreement_id is None):
        raise ValueError(
            f"{model._meta.label} is not named in the chain of {agreement_id or 'no agreement'}."
        )


def digests(model: type[Model], columns: Sequence[str], keys: Collection[int]) -> dict[int, str]:
    """By key, the digests of those rows that are there."""
    return {key: digest(columns, values) for key, values in values_of(model, columns, keys)}


def values_of(
    model: type[Model], columns: Sequence[str], keys: Collection[int]
) -> Iterator[tuple[int, Sequence[Any]]]:
    every = sorted(keys)
    for start in range(0, len(every), CHUNK):
        rows = model._base_manager.filter(pk__in=every[start : start + CHUNK])
        for key, *values in rows.values_list("pk", *columns):
            yield key, values
