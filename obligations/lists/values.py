"""Values of rows as SQL, and how they are written: in JSON, as text put together piece by piece, or in a flat cell.

`json_build_object` takes three times as long, since it asks of each value again what type it is of.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from obligations.lists import takeaway
from obligations.lists.takeaway import Kind


class Value(NamedTuple):
    """`json` is the SQL of the value as a text of JSON, `cell` that of what stands in a sheet."""

    json: str
    cell: str
    kind: Kind = Kind.TEXT
    # Any text: in a line of CSV it is quoted.
    is_text: bool = False


# The members of an object: values, objects, or the SQL of a text that is JSON already.
Members = Mapping[str, Any]


class Row(dict[str, Any]):
    """Members that several answers have, written once."""

    @cached_property
    def json(self) -> str:
        return put_together(self)


def as_json(members: Members) -> str:
    """SQL of a JSON object."""
    return members.json if isinstance(members, Row) else put_together(members)


def json_of(value: Any) -> str:
    """SQL of one member: of a value, of an object, or as it is."""
    json = value.json if isinstance(value, Value) else value
    return json if isinstance(json, str) else as_json(json)


def put_together(members: Members) -> str:
    parts = []
    for place, (name, value) in enumerate(members.items()):
        parts += [f"'{',' if place else '{'}\"{name}\":'", json_of(value)]
    return " || ".join([*parts, "'}'"]).replace("' || '", "")  # literals side by side are one


def cells(members: Members, above: str = "") -> Iterator[tuple[str, Value]]:
    """Each value with its name, those of an object by both names: `obligation_code`. Lists are left out."""
    for name, value in members.items():
        if isinstance(value, Value):
            yield above + name, value
        elif not isinstance(value, str):
            yield from cells(value, f"{above}{name}_")


# By their numbers, which are compared faster than texts.
FORMULA = ", ".join(str(ord(one)) for one in takeaway.FORMULA)


def text(sql: str) -> Value:
    """Of any text. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    cell = f"CASE WHEN ascii({sql}) IN ({FORMULA}) THEN chr(39) || {sql} ELSE {sql} END"
    return Value(f"coalesce(to_json({sql})::text, 'null')", cell, is_text=True)


def address(sql: str) -> Value:
    """Of an absolute address, which is no formula."""
    return Value(f"coalesce(to_json({sql})::text, 'null')", f"({sql})", is_text=True)


def plain(sql: str) -> Value:
    """Of a number."""
    return Value(f"coalesce(({sql})::text, 'null')", f"({sql})", Kind.NUMBER)


def word(sql: str, kind: Kind = Kind.TEXT) -> Value:
    """Of a word from a list, or a key: what nothing has to be escaped in."""
    return Value(f"coalesce('\"' || ({sql})::text || '\"', 'null')", f"({sql})::text", kind)


def on(sql: str) -> Value:
    """Of a day."""
    return word(sql, Kind.DAY)


def instant(sql: str) -> Value:
    """Of an instant that is written already, by `utc`."""
    return word(sql, Kind.INSTANT)


def flag(sql: str) -> Value:
    """Of what is true or false, and never missing."""
    written = f"CASE WHEN {sql} THEN 'true' ELSE 'false' END"
    return Value(written, written, Kind.FLAG)


def in_utc(sql: str) -> Value:
    """Of an instant."""
    return instant(utc(sql))


def utc(sql: str) -> str:
    """An instant as the serializers write it: with microseconds where there are any."""
    whole = f"to_char({sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    return f"replace({whole}, '.000000Z', 'Z')"
