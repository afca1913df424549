"""Saving many rows at once."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model
from psycopg2.extras import execute_values

M = TypeVar("M", bound=Model)
ROWS_AT_ONCE = 1000


def save_columns(rows: Sequence[M], columns: Sequence[str]) -> None:
    """Save some columns (``party_id`` style) of rows that are there.

    One UPDATE from a list of values for a thousand rows. ``bulk_update`` writes a CASE with a branch for each row and
    each column, and takes a hundred times as long.
    """
    if not (rows and columns):
        return
    meta = rows[0]._meta
    saved = [field for field in meta.concrete_fields if field.attname in columns]
    given = [meta.pk, *saved]
    values = {
        row.pk: [field.get_db_prep_save(getattr(row, field.attname), connection) for field in given]
        for row in rows
    }
    names = ", ".join(str(field.column) for field in given)
    sets = ", ".join(f"{field.column} = new.{field.column}" for field in saved)
    types = ", ".join(f"%s::{field.db_type(connection)}" for field in given)
    execute_values_of(
        f"UPDATE {meta.db_table} AS there SET {sets} FROM (VALUES %s) AS new ({names}) WHERE there.id = new.id",
        values.values(),
        f"({types})",
    )


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of a table by their columns, without their defaults and without making objects of them."""
    named = ", ".join(columns)
    execute_values_of(f"INSERT INTO {model._meta.db_table} ({named}) VALUES %s", rows)


def execute_values_of(sql: str, rows: Iterable[Sequence[Any]], template: str | None = None) -> None:
    with connection.cursor() as cursor:
        execute_values(cursor.cursor, sql, rows, template, ROWS_AT_ONCE)
