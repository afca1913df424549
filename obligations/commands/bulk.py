"""Saving many rows at once.

The values of each column are given as one array. To hand them over value by value, or as JSON, takes the driver several
times as long, and the database longer to read: most columns say the same of many rows.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import JSONField, Model
from psycopg2.extras import Json

from parties.content import as_written

M = TypeVar("M", bound=Model)
ROWS_AT_ONCE = 1000


def save_columns(rows: Sequence[M], columns: Sequence[str]) -> None:
    """Save some columns (``party_id`` style) of rows that are there.

    ``bulk_update`` writes a CASE with a branch for each row and each column, and takes a hundred times as long.
    """
    if not (rows and columns):
        return
    model = type(rows[0])
    given = ("id", *(field.attname for field in model._meta.concrete_fields if field.attname in columns))
    sets = ", ".join(f"{name} = new.{name}" for name in given[1:])
    sql = f"UPDATE {model._meta.db_table} AS there SET {sets} FROM ({selecting(model, given)}) AS new"
    last = {row.pk: [getattr(row, name) for name in given] for row in rows}
    execute(f"{sql} WHERE there.id = new.id", model, given, last.values())


def insert(model: type[Model], columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of a table by their columns, without their defaults and without making objects of them."""
    execute(inserting(model, columns), model, columns, rows)


def execute(sql: str, model: type[Model], columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    left = iter(rows)
    with connection.cursor() as cursor:
        while some := list(islice(left, ROWS_AT_ONCE)):
            cursor.execute(sql, arrays(model, columns, some))


def inserting(model: type[Model], columns: tuple[str, ...]) -> str:
    """The statement that inserts rows; its parameters are their `arrays`."""
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) {selecting(model, columns)}"


@cache
def selecting(model: type[Model], columns: tuple[str, ...]) -> str:
    """The query that makes rows of the `arrays` of their columns."""
    values, types = [], []
    for name in columns:
        # Without its length: a cast would cut a text off in silence.
        kind = re.sub(r"\(.*?\)", "", str(model._meta.get_field(name).db_type(connection)))
        is_array = kind.endswith("[]")  # an array of these would be taken apart down to its last values
        types.append("%s::text[]" if is_array else f"%s::{kind}[]")
        values.append(f"{name}::{kind} AS {name}" if is_array else name)
    return f"SELECT {', '.join(values)} FROM unnest({', '.join(types)}) AS given ({', '.join(columns)})"


def arrays(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """The values of each column as PostgreSQL writes an array."""
    found = []
    for name, values in zip(columns, zip(*rows, strict=True), strict=True):
        field = model._meta.get_field(name)
        if isinstance(field, JSONField):
            values = tuple(field.get_db_prep_save(value, connection) for value in values)
        try:
            known = {value: literal(value) for value in set(values)}
            written: Iterable[str] = map(known.__getitem__, values)
        except TypeError:  # lists have no hash
            written = map(literal, values)
        found.append(f"{{{','.join(written)}}}")
    return found


def literal(value: Any) -> str:
    """As an element of an array."""
    if value is None:
        return "NULL"
    if isinstance(value, Json):
        value = value.dumps(value.adapted)
    elif isinstance(value, list | tuple):
        value = f"{{{','.join(map(literal, value))}}}"
    text = as_written(value) if isinstance(value, str) else str(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
