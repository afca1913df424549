"""A table that is sorted by its headings, keeps them in sight, and is a list of cards where there is little room.

`components/table.html` shows it: each column has a template for its cells, which is given the `row`. The address
carries the order, the groups and the columns.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class TableColumn:
    """`sort` is the order that its heading asks for, empty for none; `down`: the greatest first. The first column of a
    table says what a row is.
    """

    key: str
    label: "StrOrPromise"
    template: str
    sort: str = ""
    down: bool = False
    is_number: bool = False
    is_chosen: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    """`href` sorts by it, or turns the order round; `sorted` is how it is sorted by it, as ARIA calls it."""

    column: TableColumn
    href: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class TableGroup:
    label: str
    rows: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    headings: Sequence[Heading]
    groups: Sequence[TableGroup]

    @property
    def columns(self) -> list[TableColumn]:
        return [heading.column for heading in self.headings]


def headings(request: HttpRequest, columns: Iterable[TableColumn], sort: str) -> list[Heading]:
    """Of columns that the rows can be sorted by; `sort` is how they are."""
    found = []
    for column in columns:
        if not column.sort:
            found.append(Heading(column))
            continue
        there = (
            ("descending" if sort.startswith("-") else "ascending") if sort.lstrip("-") == column.sort else ""
        )
        first = f"-{column.sort}" if column.down else column.sort
        turned = column.sort if sort.startswith("-") else f"-{column.sort}"
        query = request.GET.copy()
        query.pop("after", None)
        query["sort"] = turned if there else first
        found.append(Heading(column, f"{request.path}?{query.urlencode()}", there))
    return found


def grouped(rows: Iterable[Any], label: Callable[[Any], str] | None) -> list[TableGroup]:
    """Rows in their order, those with the same label together."""
    if label is None:
        return [TableGroup("", list(rows))]
    return [TableGroup(name, list(those)) for name, those in groupby(rows, key=label)]
