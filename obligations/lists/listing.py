"""Lists whose rows the database writes, as JSON or as the cells of a file.

Making a row of models and serializers takes thirty times as long as the query. The serializer stays as what the API's
document says of a row, and answers for a single one; a test reads each list both ways.
"""

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.db import transaction
from django.http import FileResponse
from django.utils.functional import Promise

from obligations.deadlines import Moment
from obligations.lists.about import About
from obligations.lists.labels import label_of
from obligations.lists.places import Part
from obligations.lists.takeaway import Column, answer_of
from obligations.lists.values import Members, Value, as_json, cells, json_of
from obligations.status import reading
from obligations.status.filters import Chosen, Condition, Filter, conditions
from obligations.status.reading import joined
from parties import progress, replica
from parties.access import Viewer
from parties.prepared import run


@dataclass(frozen=True, slots=True)
class Key:
    """A column that rows are in the order of, and that is never null: its SQL with what it is given, its type, and how
    a cursor writes it. `down`: the greatest first. `stays`: so, whichever way round the list is.
    """

    sql: str
    type: str
    part: Part
    given: tuple[Any, ...] = ()
    down: bool = False
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """An order. `keys` are those that lead; the text, the party and the row tell apart what they leave alike."""

    label: Promise
    keys: Callable[[Moment], Sequence[Key]]


class Order(NamedTuple):
    """Of rows by their keys, which a SELECT calls `k0`, `k1`, ..."""

    keys: Sequence[Key]

    @property
    def names(self) -> list[str]:
        return [f"k{place}" for place in range(len(self.keys))]

    @property
    def parts(self) -> list[Part]:
        return [key.part for key in self.keys]

    @property
    def columns(self) -> Condition:
        named = ", ".join(f"{key.sql} AS {name}" for key, name in zip(self.keys, self.names, strict=True))
        return named, [one for key in self.keys for one in key.given]

    def by(self, backwards: bool = False) -> str:
        """What follows ORDER BY."""
        return ", ".join(
            f"{name} DESC" if key.down is not backwards else name
            for key, name in zip(self.keys, self.names, strict=True)
        )

    def after(self, place: Sequence[Any]) -> Condition:
        """Whether a row comes after that place."""
        marks = [f"%s::{key.type}" for key in self.keys]
        if not any(key.down for key in self.keys):
            return f"({', '.join(self.names)}) > ({', '.join(marks)})", list(place)
        any_of, given = [], list[Any]()
        for last, key in enumerate(self.keys):
            same = [f"k{at} = {marks[at]}" for at in range(last)]
            any_of.append(" AND ".join([*same, f"k{last} {'<' if key.down else '>'} {marks[last]}"]))
            given += place[: last + 1]
        return f"({' OR '.join(any_of)})", given


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What is asked of a list, by whom, of which days; all rows where `limit` is 0. `root` is the server's address."""

    viewer: Viewer
    moment: Moment
    root: str
    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    limit: int = 1
    after: Sequence[Any] | None = None
    # Where the rows are in another order than the listing's own.
    keys: tuple[Key, ...] = ()
    # The members that are wanted of each row; all, if none is named.
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list in SQL, of tables with one letter each; `s` has the agreement `a` of each row.

    `tables` and `seen` give the rows that a viewer may see at a moment, and `keys` tell these apart; `row` gives the
    members of one, from `details` that are joined to a page's rows. Of the commitments, numbers are kept
    (`is_of_commitments`).
    """

    keys: tuple[Key, ...]
    tables: str
    seen: Callable[[Viewer, Moment], list[Condition]]
    details: Callable[[Viewer, Moment], Condition]
    row: Callable[[Viewer, Moment, str], tuple[Members, list[Any]]]
    filters: Mapping[str, Filter]
    is_of_commitments: bool = False
    # Members that a sheet leaves out, since others say as much. Their SQL has no parameters.
    not_in_sheets: frozenset[str] = frozenset()
    # Other orders than its own, with what tells apart what they leave alike, and the tables that they need.
    sorts: Mapping[str, Sort] = field(default_factory=dict)
    alike: tuple[Key, ...] = ()
    also: str = ""

    def keys_of(self, sorts: Sequence[str], moment: Moment) -> tuple[Key, ...]:
        """The keys of an order, by the names of sorts, the first one leading; `-` before a name turns it round.

        None where no sort is named: the rows are in the order of their listing.
        """
        if not sorts:
            return ()
        keys: dict[str, Key] = {}
        for name in sorts:
            down = name.startswith("-")
            for key in self.sorts[name.removeprefix("-")].keys(moment):
                keys.setdefault(key.sql, replace(key, down=down and not key.stays))
        for key in (*self.alike, *self.keys):
            keys.setdefault(key.sql, key)
        return tuple(keys.values())

    def where(self, asked: ListQuery) -> Condition:
        picked = conditions(asked.chosen, asked.moment, self.filters)
        return joined([*self.seen(asked.viewer, asked.moment), *picked])

    def count(self, asked: ListQuery) -> int:
        if self.is_of_commitments:
            return reading.Listed(asked.viewer, asked.moment, asked.chosen).count()
        where, params = self.where(asked)
        return int(run(f"SELECT count(*) FROM {self.tables} WHERE {where}", params)[0][0])

    def order(self, asked: ListQuery) -> Order:
        return Order(asked.keys or self.keys)

    def picked(self, asked: ListQuery, only: Condition | None = None) -> Condition:
        """The SELECT of the rows, each with its keys, in their order. `only` picks further."""
        sql, given = self.found(asked, only)
        return f"{sql} ORDER BY {self.order(asked).by()}", given

    def found(self, asked: ListQuery, only: Condition | None = None) -> Condition:
        """The same in any order."""
        where, given = self.where(asked)
        if only is not None:
            where, given = joined([(where, given), only])
        order = self.order(asked)
        columns, of_columns = order.columns
        tables = f"{self.tables} {self.also}" if asked.keys else self.tables
        sql, given = f"SELECT {columns}, s.id AS row FROM {tables} WHERE {where}", [*of_columns, *given]
        if asked.after is not None:
            rule, of_rule = order.after(asked.after)
            sql, given = f"SELECT * FROM ({sql}) AS found WHERE {rule}", [*given, *of_rule]
        return sql, given

    def page(self, asked: ListQuery, only: Condition | None = None) -> tuple[str, list[Any] | None]:
        """The rows as a JSON array, and the keys of the last where others follow it. One query.

        `only` picks further.
        """
        picked, given = self.picked(asked, only)
        row, of_row = self.row(asked.viewer, asked.moment, asked.root)
        details, of_details = self.details(asked.viewer, asked.moment)
        order, limit = self.order(asked), asked.limit
        told, shown = as_json(row), f"shown {details}"
        if asked.fields:
            told, shown = narrowed(asked.fields, row, order, shown)
        sql = f"""
            WITH page AS MATERIALIZED ({picked} LIMIT {limit + 1}),
                shown AS (SELECT * FROM page ORDER BY {order.by()} LIMIT {limit})
            SELECT (SELECT count(*) FROM page),
                (SELECT coalesce(string_agg({told}, ',' ORDER BY {order.by()}), '') FROM {shown}),
                {", ".join(f"last.{name}" for name in order.names)}
            FROM (SELECT 1) AS nothing LEFT JOIN (
                SELECT * FROM shown ORDER BY {order.by(backwards=True)} LIMIT 1
            ) AS last ON true
        """
        ((number_of, text, *last),) = run(sql, [*given, *of_row, *of_details])
        return f"[{text}]", list(last) if number_of > limit else None

    def whole(self, asked: ListQuery, form: str) -> tuple[list[Column], Condition]:
        """The columns of a file in a format of `takeaway`, and a SELECT of its rows in their order."""
        # Of all rows only those that come out are put in order: the database then reads each table once.
        picked, given = self.picked(asked) if asked.limit else self.found(asked)
        row, of_row = self.row(asked.viewer, asked.moment, asked.root)
        details, of_details = self.details(asked.viewer, asked.moment)
        if form in ("csv", "xlsx"):
            row = {name: value for name, value in row.items() if name not in self.not_in_sheets}
        order = self.order(asked)
        tables = f"({picked} LIMIT {asked.limit})" if asked.limit else f"({picked})"
        told, shown = written(form, row), f"{tables} AS shown {details}"
        if asked.fields and form in ("csv", "xlsx"):
            told, shown = narrowed_cells(form, asked.fields, row, order, shown)
        elif asked.fields:
            told, shown = narrowed(asked.fields, row, order, shown)
        sql = f"SELECT {told} FROM {shown} ORDER BY {order.by()} {WRITTEN_LAST}"
        columns = [
            Column(name, label_of(name), value.kind)
            for member in row
            if not asked.fields or member in asked.fields
            for name, value in cells({member: row[member]})
        ]
        return columns, (sql, [*of_row, *given, *of_details])


def narrowed(fields: Collection[str], row: Members, order: Order, shown: str) -> tuple[str, str]:
    """The SQL of rows with some members alone, and what it is read from: all members, with the parameters that these
    have. The database works out those that are read.
    """
    told = as_json({name: f"m_{name}" for name in row if name in fields})
    return told, within({f"m_{name}": json_of(value) for name, value in row.items()}, order, shown)


def narrowed_cells(
    form: str, fields: Collection[str], row: Members, order: Order, shown: str
) -> tuple[str, str]:
    """The same of a sheet: its cells."""
    write = quoted if form == "csv" else (lambda value: value.cell)
    wanted = [f"c_{name}" for member in row if member in fields for name, _v in cells({member: row[member]})]
    told = f"concat({SEPARATOR.join(wanted)})" if form == "csv" else ", ".join(wanted)
    return told, within({f"c_{name}": write(value) for name, value in cells(row)}, order, shown)


def within(columns: Mapping[str, str], order: Order, shown: str) -> str:
    named = [*order.names, *(f"{sql} AS {name}" for name, sql in columns.items())]
    return f"(SELECT {', '.join(named)} FROM {shown}) AS told"


# The plan is for all rows, and not for the first ones soon; these are put in order in memory.
ALL_ROWS = "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL work_mem = '128MB'"
# Limits nothing: it has the rows put in order before they are written out, since their texts are long.
WRITTEN_LAST = "LIMIT ALL"
SEPARATOR = ", ',', "


def written(form: str, members: Members) -> str:
    """The SQL of what a row of that format has."""
    if form in ("json", "ndjson"):
        return as_json(members)
    if form == "csv":
        return f"concat({SEPARATOR.join(quoted(value) for _name, value in cells(members))})"
    return ", ".join(f"{value.cell} AS {name}" for name, value in cells(members))


def quoted(value: Value) -> str:
    """The SQL of a cell of CSV, in quotes where it can hold anything."""
    if not value.is_text:
        return value.cell
    return f"""'"' || replace({value.cell}, '"', '""') || '"'"""


def whole_list(listing: Listing, asked: ListQuery, form: str, about: About) -> FileResponse:
    """A list in a file, all rows as they are at one instant.

    They come by a cursor of the database, since COPY does not work where a process gives up waiting for the database
    in time (`running/database.py`).
    """
    columns, statement = listing.whole(asked, form)
    progress.expect(lambda: min(listing.count(asked), asked.limit or sys.maxsize))
    connection = replica.connection()
    with (
        transaction.atomic(using=connection.alias),
        connection.cursor() as cursor,
        connection.chunked_cursor() as rows,
    ):
        cursor.execute(ALL_ROWS)
        rows.execute(*statement)
        found: Iterable[Any] = rows if form == "xlsx" else (text for (text,) in rows)
        return answer_of(form, columns, found, about)
