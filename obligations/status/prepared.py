"""Statements whose plan a connection keeps: planning a list takes longer than running it."""

from collections.abc import Iterable
from functools import cache
from itertools import count
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from parties import replica

numbers = count(1)
Row = TypeVar("Row", bound=Model)


# Statements that one connection keeps; others are planned each time.
MOST = 200


def run(sql: str, params: Iterable[Any], alias: str = "") -> list[tuple[Any, ...]]:
    """The rows of a statement with %s for its parameters, from the database that reads go to where none is named.

    Behind a pooler that hands a connection to another client after each transaction nothing can be kept on it.
    """
    values, connection = list(params), connections[alias or replica.alias()]
    with connection.cursor() as cursor:
        if name := name_of(sql, connection, cursor):
            marks = ", ".join(["%s"] * len(values))
            cursor.execute(f"EXECUTE {name}{f' ({marks})' if marks else ''}", values)
        else:
            cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def objects(model: type[Row], condition: str, params: list[Any]) -> list[Row]:
    """The rows of a model for which a condition in SQL holds, in the order that it ends with; of no keys, none.

    For what every command asks: to compose a query takes longer than to run it.
    """
    if [] in params:
        return []
    sql, names, converters = reading(model)
    found, connection = [], replica.connection()
    for row in run(f"{sql} WHERE {condition}", params, connection.alias):
        values = list(row)
        for place, convert in converters:
            values[place] = convert(values[place], None, connection)
        found.append(model.from_db(connection.alias, names, values))
    return found


@cache
def reading(model: type[Model]) -> tuple[str, list[str], list[tuple[int, Any]]]:
    """The statement that reads all columns, the attributes that hold them, and what is made of some values first."""
    fields = model._meta.concrete_fields
    columns = ", ".join(str(field.column) for field in fields)
    converters = [
        (place, convert)
        for place, field in enumerate(fields)
        for convert in field.get_db_converters(connections[replica.PRIMARY])
    ]
    return (
        f"SELECT {columns} FROM {model._meta.db_table}",
        [field.attname for field in fields],
        converters,
    )


def name_of(sql: str, connection: BaseDatabaseWrapper, cursor: Any) -> str:
    """The name under which the connection knows the statement, empty where it keeps no more. It may be told now."""
    if settings.POOLER:
        return ""
    raw = connection.connection
    kept: tuple[Any, dict[str, str]] | None = getattr(connection, "_prepared", None)
    if kept is None or kept[0] is not raw:
        kept = (raw, {})
        connection._prepared = kept  # type: ignore[attr-defined]
    names = kept[1]
    if sql not in names and len(names) < MOST:
        name = f"list_{next(numbers)}"
        cursor.execute(f"PREPARE {name} AS {numbered(sql)}")
        names[sql] = name
    return names.get(sql, "")


def numbered(sql: str) -> str:
    """With $1, $2, ... for each %s."""
    first, *rest = sql.split("%s")
    return first + "".join(f"${place}{part}" for place, part in enumerate(rest, start=1))
