"""Statements whose plan a connection keeps: planning a list takes longer than running it."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import count
from typing import Any, TypeVar

from django.conf import settings
from django.db import NotSupportedError, connections
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
    return run_in_turn([(sql, list(params))], alias)


def run_in_turn(statements: Sequence[tuple[str, list[Any]]], alias: str = "") -> list[tuple[Any, ...]]:
    """The rows of the last of some statements, sent together; each sees what was committed before it began."""
    connection = connections[alias or replica.alias()]
    with connection.cursor() as cursor:
        texts, given = list[str](), list[Any]()
        for sql, params in statements:
            name, marks = name_of(sql, connection, cursor), ", ".join(["%s"] * len(params))
            texts.append(f"EXECUTE {name}{f' ({marks})' if marks else ''}" if name else sql)
            given += params
        try:
            cursor.execute("; ".join(texts), given)
        except NotSupportedError:
            # A migration changed the type of a column: what this connection kept is of no use any more.
            connection._prepared = None  # type: ignore[attr-defined]
            raise
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def insert(row: Model) -> None:
    """Write a new row of which every column has its value. `save` takes longer to compose that than it takes."""
    sql, fields = inserting(type(row))
    connection = connections[replica.PRIMARY]
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    ((row.pk,),) = run(sql, values, replica.PRIMARY)
    row._state.adding, row._state.db = False, replica.PRIMARY


@cache
def inserting(model: type[Model]) -> tuple[str, list[Any]]:
    """The statement that writes a row and gives its key, and the fields that it is given."""
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]
    columns, marks = ", ".join(str(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks}) RETURNING id", fields


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
