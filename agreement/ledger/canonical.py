"""The one text of an entry, and the digests of rows: canonical JSON after RFC 8785, and SHA-256 over it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

import rfc8785
from django.contrib.postgres.search import SearchVectorField
from django.db.models import GeneratedField, Model

from agreement.models.appendonly import append_only_models


def canonical(value: Any) -> str:
    """The value, made of what `plain` gives, as the one text that RFC 8785 allows."""
    return rfc8785.dumps(value).decode()


def plain(value: Any) -> Any:
    """Strings, whole numbers, booleans, null, lists and objects. Raises TypeError for what has no one text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return str(value)
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
        return [plain(one) for one in value]
    raise TypeError(f"The ledger holds no {type(value).__name__}: {value!r}")


def instant(at: datetime) -> str:
    """An instant in UTC to the microsecond, as in `2026-03-02T09:00:00.000000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@cache
def columns_of(model: type[Model]) -> tuple[str, ...]:
    """What the digest of a row is taken over: its columns, but for those that may change or are worked out."""
    may_change = {column for one, columns in append_only_models() if one is model for column in columns}
    return tuple(
        sorted(
            field.attname
            for field in model._meta.concrete_fields
            if field.attname not in may_change and not isinstance(field, GeneratedField | SearchVectorField)
        )
    )


def digest(columns: Sequence[str], values: Sequence[Any]) -> str:
    """SHA-256 over an object of columns and their values."""
    said = {name: plain(value) for name, value in zip(columns, values, strict=True)}
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


def digest_of(row: Model) -> str:
    columns = columns_of(type(row))
    return digest(columns, [getattr(row, name) for name in columns])


def link_hash(previous: str, position: int, content: str) -> str:
    """What the database works out: SHA-256 over three parts with a line feed between them, in UTF-8."""
    return hashlib.sha256(f"{previous}\n{position}\n{content}".encode()).hexdigest()


def seal_of(day: date, head: str) -> str:
    """SHA-256 over the day, a line feed and the hash of the head."""
    return hashlib.sha256(f"{day.isoformat()}\n{head}".encode()).hexdigest()
