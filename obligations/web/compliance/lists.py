"""A page of a list that the database writes: sorted by its headings, grouped, with the columns that are chosen."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from obligations.lists import listings
from obligations.lists.listing import Key, Listing, ListQuery, Order
from obligations.lists.places import SMALL_NUMBER, WrongPlace, place_of, values_at
from obligations.lists.sorts import PARTY_NAME
from obligations.lists.takeaway import Kind
from obligations.lists.values import Value
from obligations.web.base.scope import Scope, nothing_to_read, scope_of
from obligations.web.base.selection import no_such
from obligations.web.base.table import Table, TableColumn, grouped, headings
from obligations.web.compliance.shared import about, chosen, shared
from parties.alphabets import by_name
from parties.content import PackText
from parties.models import Party
from parties.texts import StrOrPromise

PAGE_SIZE, MOST = 100, 500
# What a row is, and whose, is never left out.
ALWAYS = ("what", "party")
Rows = Sequence[Any]
Label = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class ListPage:
    """`name` is that of its address, and of the API's; `said` what a row is; `sort` its usual order.

    `rows` gives what the cells show, from rows as the API has them; `groups` what they are grouped by, each with what
    a group is called.
    """

    name: str
    title: StrOrPromise
    said: StrOrPromise
    listing: Listing
    columns: Sequence[TableColumn]
    sort: str
    group_names: Sequence[str]
    groups: Callable[[Scope], Mapping[str, Label]]
    rows: Callable[[Scope, list[dict[str, Any]]], Rows]
    looks_ahead: bool = False

    def asked(self, scope: Scope, **how: Any) -> ListQuery:
        chosen = {**scope.active, "agreement": (scope.agreement.code,)}
        return ListQuery(scope.viewer, scope.moment, "/", chosen, **how)

    def count(self, scope: Scope, asked: ListQuery | None = None) -> int:
        """How many there are, whatever the filters, or of what is asked."""
        every = ListQuery(scope.viewer, scope.moment, "/", {"agreement": (scope.agreement.code,)})
        return self.listing.count(asked or every)


@dataclass(frozen=True, slots=True)
class Arranged:
    """How the address wants the list; `problems` are what it asks for in vain."""

    sort: str
    group: str
    columns: tuple[str, ...]
    limit: int
    problems: list[str]

    @property
    def sorts(self) -> list[str]:
        return [one for one in (self.group, self.sort) if one]


def arranged(request: HttpRequest, page: ListPage) -> Arranged:
    sort, group = request.GET.get("sort") or page.sort, request.GET.get("group", "")
    known = {column.key for column in page.columns}
    chosen = tuple(dict.fromkeys(filter(None, request.GET.getlist("column"))))
    limit = request.GET.get("limit") or str(PAGE_SIZE)
    problems = [no_such(_("Columns"), one) for one in chosen if one not in known]
    if sort.removeprefix("-") not in page.listing.sorts:
        problems.append(no_such(_("Order"), sort))
    if group and group not in page.group_names:
        problems.append(no_such(_("Grouped by"), group))
    if limit not in (str(PAGE_SIZE), str(MOST)):
        problems.append(no_such(_("Rows on a page"), limit))
    if problems:
        return Arranged(page.sort, "", (), PAGE_SIZE, problems)
    usual = tuple(column.key for column in page.columns if column.is_chosen)
    return Arranged(sort, group, chosen or usual, int(limit), [])


def listed(request: HttpRequest, page: ListPage) -> HttpResponse:
    """The answer of the page."""
    scope = scope_of(request, page.listing.filters, page.looks_ahead)
    if scope is None:
        return nothing_to_read(request, page.title, request.path)
    order = arranged(request, page)
    scope.problems.extend(order.problems)
    rows: Rows = []
    following = None
    try:
        rows, following = rows_of(request, page, scope, order)
    except WrongPlace as wrong:
        scope.problems.append(str(wrong))
    context = context_of(request, page, scope, order, rows) | {"following": following}
    return render(request, "lists/page.html", context, status=400 if scope.problems else 200)


def rows_of(request: HttpRequest, page: ListPage, scope: Scope, order: Arranged) -> tuple[Rows, str | None]:
    """The rows of a page, and the place after which the next one begins. Raises WrongPlace."""
    if scope.problems:
        return [], None
    keys = in_own_alphabet(page.listing.keys_of(order.sorts, scope.moment), scope.register.parties)
    parts = Order(keys).parts
    after = values_at(place, parts) if (place := request.GET.get("after")) else None
    asked = page.asked(scope, limit=order.limit, after=after, keys=keys)
    text, last = page.listing.page(asked)
    return page.rows(scope, json.loads(text)), place_of(parts, last) if last else None


def in_own_alphabet(keys: Iterable[Key], parties: Iterable[Party]) -> tuple[Key, ...]:
    """The keys of an order, names of parties by their place in the reader's alphabet among those that rows can have."""
    codes = [party.code for party in by_name(parties)]
    names = Key("coalesce(array_position(%s::text[], y.code::text), 0)", "int", SMALL_NUMBER, (codes,))
    return tuple(replace(names, down=key.down) if key.sql == PARTY_NAME.sql else key for key in keys)


READ = {Kind.DAY: date.fromisoformat, Kind.INSTANT: datetime.fromisoformat}


def typed(listing: Listing, scope: Scope, found: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows as the API has them, with days and instants for what is one, and their party."""
    members, _given = listing.row(scope.viewer, scope.moment, "/")
    read = {
        name: READ[one.kind] for name, one in members.items() if isinstance(one, Value) and one.kind in READ
    }
    parties, of = {one.code: one for one in scope.register.parties}, scope.agreement.pk
    for row in found:
        days = {name: typed_as(row[name]) for name, typed_as in read.items() if row[name]}
        owed = row["obligation"] | {"title": PackText(row["obligation"]["title"], of)}
        yield row | days | {"party": parties[row["party"]["code"]], "obligation": owed}


def context_of(
    request: HttpRequest, page: ListPage, scope: Scope, order: Arranged, rows: Rows
) -> dict[str, Any]:
    of_all, named = shared(scope), [("agreement", scope.agreement.code), *chosen(scope)]
    sorts = [("sort", one) for one in order.sorts]
    file = f"{reverse(f'api:{page.name}')}?{urlencode([*named, *scope.then.days.items(), *sorts])}"
    return {
        **of_all,
        **table_of(request, page, scope, order, rows),
        "page": page,
        "rows": rows,
        "carried": [*of_all["carried"], *arrangement(request)],
        "days_carried": named,
        "lists": [(name, title, scope.query_for(those)) for name, title, those in LISTS],
        "is_first": not request.GET.get("after"),
        "may_have_more": order.limit < MOST,
        "most": MOST,
        "file": file,
        "whole_at": f"{request.build_absolute_uri(file)}&format=csv",
        "about": about(request, scope, page.title, page.name, {"agreement": scope.agreement.code}),
        "total": page.count(scope, page.asked(scope)) if not scope.problems else 0,
        "all": page.count(scope),
    }


def table_of(
    request: HttpRequest, page: ListPage, scope: Scope, order: Arranged, rows: Rows
) -> dict[str, Any]:
    """The table, and what its form offers."""
    shown = [column for column in page.columns if column.key in (*ALWAYS, *order.columns)]
    sorts, label = page.listing.sorts, page.groups(scope).get(order.group)
    words = {"title": page.title, "by": sorts[order.sort.removeprefix("-")].label}
    caption = _("%(title)s, sorted by: %(by)s") % words
    return {
        "table": Table(caption, headings(request, shown, order.sort), grouped(rows, label)),
        "order": order,
        "columns": [(one, one in shown) for one in page.columns if one.key not in ALWAYS],
        "groups": [(name, sorts[name].label) for name in page.group_names],
        "sorts": [(name, one.label) for name, one in sorts.items()],
    }


LISTS = (
    ("commitments", gettext_lazy("Commitments"), listings.COMMITMENTS.filters),
    ("breaches", gettext_lazy("Breaches"), listings.BREACHES.filters),
    ("periods", gettext_lazy("Periods"), listings.PERIODS.filters),
)


def arrangement(request: HttpRequest) -> list[tuple[str, str]]:
    """How the list was asked to be, as a form keeps it."""
    return [
        (name, value) for name in ("sort", "group", "column") for value in request.GET.getlist(name) if value
    ]
