"""The list of commitments: sorted by its headings, grouped, with the columns that are chosen, a page at a time."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from obligations.lists.about import about_of
from obligations.lists.listing import Asked, Order
from obligations.lists.listings import COMMITMENTS
from obligations.lists.places import WrongPlace, place_of, values_at
from obligations.lists.sorts import GROUPS, SORTS, keys_of
from obligations.models import Commitment, Statement
from obligations.status.status import Standing, with_standing
from obligations.web.base.guards import for_readers
from obligations.web.base.scope import Scope, nothing_to_read, scope_of
from obligations.web.base.selection import ASKED, ASKED_SEVERAL, no_such
from obligations.web.base.table import Table, TableColumn, grouped, headings
from obligations.web.compliance.views import carried, show

PAGE_SIZE, MOST = 100, 500
CELLS = "commitments/cells"
COLUMNS = (
    TableColumn("what", gettext_lazy("What is owed"), f"{CELLS}/what.html", "text"),
    TableColumn("party", gettext_lazy("Party"), f"{CELLS}/party.html", "party"),
    TableColumn("level", gettext_lazy("Found"), f"{CELLS}/level.html", "level", down=True),
    TableColumn("found_on", gettext_lazy("On"), f"{CELLS}/found_on.html", "found_on", down=True),
    TableColumn("claims", gettext_lazy("Claimed"), f"{CELLS}/claims.html"),
    TableColumn("timeliness", gettext_lazy("Timeliness"), f"{CELLS}/timeliness.html", "timeliness"),
    TableColumn("due", gettext_lazy("Due"), f"{CELLS}/due.html", "due"),
    TableColumn("late", gettext_lazy("Late"), f"{CELLS}/late.html", "late", down=True, is_number=True),
    TableColumn("article", gettext_lazy("Article"), f"{CELLS}/article.html", "article", is_chosen=False),
    TableColumn("topics", gettext_lazy("Topics"), f"{CELLS}/topics.html", is_chosen=False),
    TableColumn("share", gettext_lazy("Share"), f"{CELLS}/share.html", is_chosen=False),
)
# What a row is, and whose, is never left out.
ALWAYS = ("what", "party")


@dataclass(frozen=True, slots=True)
class Row:
    """A commitment as it stands, with the newest claim of each who made one, the party's own first."""

    standing: Standing
    claims: Sequence[Statement]

    @property
    def commitment(self) -> Commitment:
        return self.standing.commitment


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


def arranged(request: HttpRequest) -> Arranged:
    sort, group = request.GET.get("sort") or "text", request.GET.get("group", "")
    known = {column.key for column in COLUMNS}
    chosen = tuple(dict.fromkeys(filter(None, request.GET.getlist("column"))))
    limit = request.GET.get("limit") or str(PAGE_SIZE)
    problems = [no_such(_("Columns"), one) for one in chosen if one not in known]
    if sort.removeprefix("-") not in SORTS:
        problems.append(no_such(_("Order"), sort))
    if group and group not in GROUPS:
        problems.append(no_such(_("Grouped by"), group))
    if limit not in (str(PAGE_SIZE), str(MOST)):
        problems.append(no_such(_("Rows on a page"), limit))
    if problems:
        return Arranged("text", "", (), PAGE_SIZE, problems)
    usual = tuple(column.key for column in COLUMNS if column.is_chosen)
    return Arranged(sort, group, chosen or usual, int(limit), [])


@require_safe
@for_readers
def commitments(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    if scope is None:
        return nothing_to_read(request, _("Commitments"), request.path)
    order = arranged(request)
    scope.problems.extend(order.problems)
    rows, following = list[Row](), None
    try:
        rows, following = page_of(request, scope, order)
    except WrongPlace as wrong:
        scope.problems.append(str(wrong))
    return show(request, scope, "commitments/page.html", context_of(request, scope, order, rows, following))


def page_of(request: HttpRequest, scope: Scope, order: Arranged) -> tuple[list[Row], str | None]:
    """The rows of a page, and the place after which the next one begins. Raises WrongPlace."""
    if scope.problems:
        return [], None
    keys = keys_of(order.sorts, scope.moment)
    parts = Order(keys).parts
    after = values_at(place, parts) if (place := request.GET.get("after")) else None
    chosen = {**scope.active, "agreement": (scope.agreement.code,)}
    listed = Asked(scope.viewer, scope.moment, "/", chosen, order.limit, after, keys)
    text, last = COMMITMENTS.page(listed)
    numbers = [row["id"] for row in json.loads(text)]
    those = with_standing(Commitment.objects.filter(pk__in=numbers), scope.viewer, scope.moment)
    by_number = {one.commitment.pk: one for one in those}
    rows = [Row(by_number[pk], newest_claims(by_number[pk])) for pk in numbers]
    return rows, place_of(parts, last) if last else None


def newest_claims(standing: Standing) -> list[Statement]:
    """The newest claim of each who made one: of the party about itself first."""
    newest: dict[int | None, Statement] = {}
    for claim in standing.claims:
        newest.setdefault(claim.by_id, claim)
    own = standing.commitment.party_id
    return sorted(newest.values(), key=lambda one: (one.by_id != own, one.by.name if one.by else ""))


def context_of(
    request: HttpRequest, scope: Scope, order: Arranged, rows: list[Row], following: str | None
) -> dict[str, Any]:
    shown = [column for column in COLUMNS if column.key in (*ALWAYS, *order.columns)]
    labels = group_labels(scope)
    by = SORTS[order.sort.removeprefix("-")].label
    caption = _("Commitments, sorted by: %(by)s") % {"by": by}
    chosen = [("agreement", scope.agreement.code), *carried(scope), *scope.then.days.items()]
    filters = [(tag.label, tag.value) for tag in scope.tags] if not scope.problems else []
    also = {"agreement": scope.agreement.code}
    title = _("Commitments")
    return {
        "rows": rows,
        "carried": [
            *((name, value) for name, value in carried(scope) if name not in ASKED + ASKED_SEVERAL),
            *arrangement(request),
        ],
        "table": Table(caption, headings(request, shown, order.sort), grouped(rows, labels.get(order.group))),
        "order": order,
        "columns": [(one, one in shown) for one in COLUMNS if one.key not in ALWAYS],
        "groups": [(name, SORTS[name].label) for name in GROUPS],
        "sorts": [(name, one.label) for name, one in SORTS.items()],
        "following": following,
        "is_first": not request.GET.get("after"),
        "may_have_more": order.limit < MOST,
        "most": MOST,
        "query": urlencode(chosen),
        "file": f"{reverse('api:commitments')}?{urlencode([*chosen, *(('sort', one) for one in order.sorts)])}",
        "about": about_of(
            request, title, scope.viewer, scope.moment, [scope.agreement], filters, None, "commitments", also
        ),
        "total": scope.listed.count() if not scope.problems else 0,
    }


def arrangement(request: HttpRequest) -> list[tuple[str, str]]:
    """How the list was asked to be, as a form keeps it."""
    return [
        (name, value) for name in ("sort", "group", "column") for value in request.GET.getlist(name) if value
    ]


def group_labels(scope: Scope) -> dict[str, Callable[[Row], str]]:
    """What the groups are called, by what they are grouped by."""
    places = scope.register.rows()

    def article(row: Row) -> str:
        place = places[row.commitment.obligation.provision_id]
        return f"{place.section}: {place.label}"

    def level(row: Row) -> str:
        found = row.standing.finding
        return str(found.verdict()) if found else _("No finding")

    return {
        "article": article,
        "party": lambda row: row.commitment.party.name,
        "level": level,
        "timeliness": lambda row: str(row.standing.timeliness.label),
    }


urlpatterns: list[URLPattern | URLResolver] = [path("", commitments, name="commitments")]
