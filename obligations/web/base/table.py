"""A table that is sorted by its headings, keeps them in sight, and is a list of cards where there is little room.

`components/table.html` shows it: each column has a template for its cells, which is given the `row`. The address
carries the order, the groups and the columns.

Of rows of models, a view needs these lines; its template includes `table.html` and `further.html` of `components/`:

    COLUMNS = (TableColumn("day", _("Day"), DAY_CELL, "day"), TableColumn("place", _("Place")))
    ORDERS = {"day": (("held_on", DAY), ("key", TEXT))}

    context = paged(request, rows, _("Meetings"), COLUMNS, ORDERS, "-day")

A list whose order is what it says is no table, but goes on in the same way: `page_after`. Rows that are no models but
worked out are sorted here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from obligations.lists.places import Part, WrongPlace, after, place_of, value_at, values_at
from obligations.web.base.parameters import WrongParameter
from obligations.web.base.selection import no_such
from parties.texts import StrOrPromise

TEXT_CELL, DAY_CELL = "components/cells/text.html", "components/cells/day.html"
LATE_CELL, INSTANT_CELL = "components/cells/late.html", "components/cells/instant.html"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """`sort` is the order that its heading asks for, empty for none; `down`: the greatest first. The first column of a
    table says what a row is. `path` leads to the value that a template for any column shows; else that is `key`.
    """

    key: str
    label: StrOrPromise
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
    """`at` is the id on its page that its links lead to, empty where it is most of the page."""

    caption: str
    headings: Sequence[Heading]
    groups: Sequence[TableGroup]
    at: str = ""

    @property
    def columns(self) -> list[TableColumn]:
        return [heading.column for heading in self.headings]


def headings(request: HttpRequest, columns: Iterable[TableColumn], sort: str) -> list[Heading]:
    """The headings of columns; those by which rows can be sorted lead to that order. `sort` is the order that they
    have.
    """
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


# The columns of a model, or attributes of what is worked out, that rows are in the order of, each with how an address
# writes it. None is ever null, and the last one tells rows apart.
Order = Sequence[tuple[str, Part]]
Orders = Mapping[str, Order]
ROWS_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """`following` is the place after which the next page begins, None on the last one."""

    rows: list[Any]
    following: str | None
    is_first: bool

    @property
    def context(self) -> dict[str, Any]:
        """What `components/further.html` shows."""
        return {"following": self.following, "is_first": self.is_first}


def place_asked(query: QueryDict, parts: Sequence[Part]) -> list[Any] | None:
    """The place that a page begins after; None for the first one. Raises WrongParameter."""
    if not (place := query.get("after")):
        return None
    try:
        return values_at(place, parts)
    except WrongPlace as wrong:
        raise WrongParameter("after", str(wrong)) from wrong


def is_after(at: list[Any], place: list[Any], down: bool) -> bool:
    """Of rows that are worked out, whose first value alone is sorted the other way round."""
    if at[0] == place[0]:
        return at > place
    return bool(at[0] < place[0]) if down else bool(at[0] > place[0])


def page_after(
    query: QueryDict,
    rows: "QuerySet[Any] | Sequence[Any]",
    order: Order,
    *,
    down: bool = False,
    size: int = 0,
) -> Page:
    """The rows that come after the place that the address has. Raises WrongParameter."""
    size, parts = size or ROWS_ON_A_PAGE, [part for _name, part in order]
    place = place_asked(query, parts)

    def values(row: Any) -> list[Any]:
        return [value_at(row, name) for name, _part in order]

    if isinstance(rows, QuerySet):
        names = [f"-{name}" if down else name for name, _part in order]
        found = list(rows.order_by(*names).filter(after(names, place) if place else Q())[: size + 1])
    else:
        placed = sorted(((values(row), row) for row in rows), key=itemgetter(0))
        # What is alike there, such as of one day, keeps its order whichever way the rows are sorted.
        placed.sort(key=lambda one: one[0][0], reverse=down)
        found = [row for at, row in placed if not place or is_after(at, place, down)][: size + 1]
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], place_of(parts, values(last)) if last is not None else None, place is None)


def paged(
    request: HttpRequest,
    rows: "QuerySet[Any] | Sequence[Any]",
    caption: str,
    columns: Iterable[TableColumn],
    orders: Orders,
    usual: str,
    load: Callable[[list[Any]], list[Any]] = list,
    size: int = 0,
    at: str = "",
) -> dict[str, Any]:
    """The table of a page of rows in the order that the address asks for, else in the `usual` one.

    `load` gives what the cells show; `at` is the id of the table's place on its page. Raises WrongParameter.
    """
    sort = request.GET.get("sort") or usual
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name not in orders:
        raise WrongParameter("sort", no_such(_("Order"), sort))
    page = page_after(request.GET, rows, orders[name], down=down, size=size)
    table = Table(caption, headings(request, columns, sort), grouped(load(page.rows), None), at)
    return {"rows": page.rows, "table": table, **page.context}
