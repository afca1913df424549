"""A table that is sorted by its headings, keeps them in sight, and is a list of cards where there is little room.

`components/table.html` shows it: each column has a template for its cells, which is given the `row`. The address
carries the order, the groups and the columns.

Of rows of models, a view needs these lines; its template includes `table.html` and `further.html` of `components/`:

    COLUMNS = (TableColumn("day", _("Day"), DAY_CELL, "day"), TableColumn("place", _("Place")))
    ORDERS = {"day": (("held_on", DAY), ("key", TEXT))}

    context = paged(request, rows, _("Meetings"), COLUMNS, ORDERS, "-day")
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from obligations.lists.places import Part, WrongPlace, after, place_of, value_at, values_at
from obligations.web.base.parameters import WrongParameter
from obligations.web.base.selection import no_such

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


TEXT_CELL, DAY_CELL = "components/cells/text.html", "components/cells/day.html"
LATE_CELL, INSTANT_CELL = "components/cells/late.html", "components/cells/instant.html"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """`sort` is the order that its heading asks for, empty for none; `down`: the greatest first. The first column of a
    table says what a row is. `path` leads to the value that a template for any column shows; else that is `key`.
    """

    key: str
    label: "StrOrPromise"
    template: str = TEXT_CELL
    sort: str = ""
    path: str = ""
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


# By the name of an order: the columns of a model that rows are in the order of, which are never null and the last of
# which tells rows apart, each with how an address writes it.
Orders = Mapping[str, Sequence[tuple[str, Part]]]
ROWS_ON_A_PAGE = 50


def paged(
    request: HttpRequest,
    rows: "QuerySet[Any]",
    caption: str,
    columns: Iterable[TableColumn],
    orders: Orders,
    usual: str,
    load: Callable[[list[Any]], list[Any]] = list,
) -> dict[str, Any]:
    """The table of a page of rows in the order that the address asks for, else in the `usual` one.

    `following` is the place after which the next page begins. `load` gives what the cells show. Raises WrongParameter.
    """
    sort = request.GET.get("sort") or usual
    if sort.removeprefix("-") not in orders:
        raise WrongParameter("sort", no_such(_("Order"), sort))
    order, turned = orders[sort.removeprefix("-")], "-" if sort.startswith("-") else ""
    names, parts = [f"{turned}{name}" for name, _part in order], [part for _name, part in order]
    rows = rows.order_by(*names)
    if place := request.GET.get("after"):
        try:
            rows = rows.filter(after(names, values_at(place, parts)))
        except WrongPlace as wrong:
            raise WrongParameter("after", str(wrong)) from wrong
    found = list(rows[: ROWS_ON_A_PAGE + 1])
    shown, last = found[:ROWS_ON_A_PAGE], found[ROWS_ON_A_PAGE - 1 : ROWS_ON_A_PAGE]
    further = len(found) > ROWS_ON_A_PAGE
    return {
        "rows": shown,
        "table": Table(caption, headings(request, columns, sort), grouped(load(shown), None)),
        "following": place_of(parts, (value_at(last[0], name) for name in names)) if further else None,
        "is_first": not place,
    }
