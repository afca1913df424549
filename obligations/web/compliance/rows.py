"""The lists of commitments, of periods and of breaches: what each shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from obligations.deadlines import day_in
from obligations.lists import listings
from obligations.models import Commitment, Obligation, Statement
from obligations.models.period import PeriodState
from obligations.status.breaches import OUTCOMES
from obligations.status.status import Standing, with_standing
from obligations.web.base.guards import for_readers
from obligations.web.base.scope import Scope
from obligations.web.base.table import DAY_CELL, LATE_CELL, TableColumn
from obligations.web.compliance.lists import Label, ListPage, listed, typed
from parties.alphabets import alphabetical
from parties.models import Party

CELLS = "lists/cells"
WHAT = TableColumn("what", gettext_lazy("What is owed"), f"{CELLS}/what.html", "text")
PARTY = TableColumn("party", gettext_lazy("Party"), f"{CELLS}/party.html", "party")
LATE = TableColumn("late", gettext_lazy("Late"), LATE_CELL, "late", "days_late", down=True, is_number=True)


@dataclass(frozen=True, slots=True)
class Row:
    """A commitment as it stands, with the newest claim of each who made one, the party's own first."""

    standing: Standing
    claims: Sequence[Statement]

    @property
    def commitment(self) -> Commitment:
        return self.standing.commitment

    @property
    def obligation(self) -> Obligation:
        return self.commitment.obligation

    @property
    def party(self) -> Party:
        return self.commitment.party


def rows_of_commitments(scope: Scope, found: list[dict[str, Any]]) -> list[Row]:
    numbers = [row["id"] for row in found]
    those = with_standing(Commitment.objects.filter(pk__in=numbers), scope.viewer, scope.moment)
    by_number = {one.commitment.pk: one for one in those}
    return [Row(by_number[pk], newest_claims(by_number[pk])) for pk in numbers]


def newest_claims(standing: Standing) -> list[Statement]:
    """The newest claim of each who made one: of the party about itself first."""
    newest: dict[int | None, Statement] = {}
    for claim in standing.claims:
        newest.setdefault(claim.by_id, claim)
    own = standing.commitment.party_id
    return sorted(newest.values(), key=lambda one: (one.by_id != own, alphabetical(one.by) if one.by else ""))


def groups_of_commitments(scope: Scope) -> Mapping[str, Label]:
    places = scope.register.rows()

    def article(row: Row) -> str:
        place = places[row.obligation.provision_id]
        return f"{place.section}: {place.label}"

    def level(row: Row) -> str:
        found = row.standing.finding
        return str(found.verdict()) if found else _("No finding")

    return {
        "article": article,
        "party": lambda row: str(row.party.name),
        "level": level,
        "timeliness": lambda row: str(row.standing.timeliness.label),
    }


COMMITMENTS = ListPage(
    "commitments",
    gettext_lazy("Commitments"),
    gettext_lazy("A row for each share of a duty: what binds both parties has two rows."),
    listings.COMMITMENTS,
    (
        WHAT,
        PARTY,
        TableColumn("level", gettext_lazy("Found"), f"{CELLS}/level.html", "level", down=True),
        TableColumn(
            "found_on", pgettext_lazy("a day", "On"), f"{CELLS}/found_on.html", "found_on", down=True
        ),
        TableColumn("claims", gettext_lazy("Claimed"), f"{CELLS}/claims.html"),
        TableColumn("timeliness", gettext_lazy("Timeliness"), f"{CELLS}/timeliness.html", "timeliness"),
        TableColumn("due", gettext_lazy("Due"), DAY_CELL, "due", "standing.deadline.due_on"),
        TableColumn(
            "late", gettext_lazy("Late"), LATE_CELL, "late", "standing.days_late", down=True, is_number=True
        ),
        TableColumn("article", gettext_lazy("Article"), f"{CELLS}/article.html", "article", is_chosen=False),
        TableColumn("topics", gettext_lazy("Topics"), f"{CELLS}/topics.html", is_chosen=False),
        TableColumn(
            "share",
            pgettext_lazy("column: the part of a duty that a party owes", "Share"),
            path="commitment.share",
            is_chosen=False,
        ),
    ),
    "text",
    ("article", "party", "level", "timeliness"),
    groups_of_commitments,
    rows_of_commitments,
    looks_ahead=True,
)


def rows_of_breaches(scope: Scope, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    zone, words = scope.agreement.zone, {None: _("Open")} | dict(OUTCOMES)
    rows = []
    for row in typed(listings.BREACHES, scope, found):
        closed = day_in(row["closed_at"], zone) if row["closed_at"] else None
        days = {"since": day_in(row["overdue_since"], zone), "closed": closed}
        rows.append(row | days | {"outcome": words[row["outcome"]]})
    return rows


BREACHES = ListPage(
    "breaches",
    gettext_lazy("Breaches"),
    gettext_lazy("A row for each time that a due day passed and what was due was not found complete."),
    listings.BREACHES,
    (
        WHAT,
        PARTY,
        TableColumn("period", gettext_lazy("Period due"), DAY_CELL),
        TableColumn("since", gettext_lazy("Overdue since"), DAY_CELL, "since", down=True),
        TableColumn("outcome", gettext_lazy("Outcome"), f"{CELLS}/outcome.html", "outcome"),
        TableColumn("closed", gettext_lazy("Ended on record"), DAY_CELL, "closed", down=True),
        LATE,
    ),
    "-since",
    ("party", "outcome"),
    lambda scope: {
        "party": lambda row: str(row["party"].name),
        "outcome": lambda row: capfirst(row["outcome"]),
    },
    rows_of_breaches,
)


def rows_of_periods(scope: Scope, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = typed(listings.PERIODS, scope, found)
    return [row | {"state": PeriodState(row["state"])} for row in rows]


PERIODS = ListPage(
    "periods",
    gettext_lazy("Periods"),
    gettext_lazy(
        "A row for each time that something is due again and again, and for each period in which a standing duty is "
        "reviewed."
    ),
    listings.PERIODS,
    (
        WHAT,
        PARTY,
        TableColumn("period", gettext_lazy("Period"), f"{CELLS}/period.html", "ends_on", down=True),
        TableColumn("state", gettext_lazy("How it stands"), f"{CELLS}/state.html", "state"),
        TableColumn("found_on", gettext_lazy("Found on"), DAY_CELL, "found_on", down=True),
        LATE,
    ),
    "ends_on",
    ("party", "state"),
    lambda scope: {"party": lambda row: str(row["party"].name), "state": lambda row: str(row["state"].label)},
    rows_of_periods,
)


def view_of(page: ListPage) -> Callable[[HttpRequest], HttpResponse]:
    @require_safe
    @for_readers
    def view(request: HttpRequest) -> HttpResponse:
        return listed(request, page)

    return view


urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{page.name}/", view_of(page), name=page.name) for page in (COMMITMENTS, BREACHES, PERIODS)
]
