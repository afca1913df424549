"""The timeline of a party, of an article or of an agreement: drawn, and as a table."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from obligations.deadlines import Moment, day_in, present
from obligations.lists.about import about_of
from obligations.lists.places import DAY, SMALL_NUMBER, text_part
from obligations.lists.takeaway import Column, Kind, form_asked, taken_away
from obligations.status import moments
from obligations.status.moments import WrongDay, moment_asked, then_of
from obligations.web.base.guards import for_readers
from obligations.web.base.lanes import axis_over, chart_of
from obligations.web.base.marks import Mark, YearError, dated, marks_of, years_of
from obligations.web.base.scope import HistoryScope, history_of, nothing_to_read
from obligations.web.base.table import TEXT_CELL, Order, TableColumn, paged

PAGE_SIZE = 250
COLUMNS = (
    Column("kind", gettext_lazy("Kind")),
    Column("from", pgettext_lazy("a day", "From"), Kind.DAY),
    Column("until", pgettext_lazy("a day", "Until"), Kind.DAY),
    Column("what", gettext_lazy("What")),
    Column("party", gettext_lazy("Party")),
    Column("state", gettext_lazy("How it stands")),
    Column("tier", gettext_lazy("Who may see it")),
)


CELLS = "timeline/cells"
IN_THE_TABLE = (
    TableColumn("day", gettext_lazy("Date"), f"{CELLS}/day.html", "day"),
    TableColumn("kind", gettext_lazy("What"), TEXT_CELL, "kind", "mark.kind.label"),
    TableColumn("party", gettext_lazy("Party"), f"{CELLS}/party.html", "party"),
    TableColumn("what", gettext_lazy("Obligation, or event"), f"{CELLS}/what.html", "what"),
    TableColumn("state", gettext_lazy("How it stands"), f"{CELLS}/state.html", "state"),
)
WORDS = text_part(1000, 0)
BY_DAY: Order = (
    ("day", DAY),
    ("kind", SMALL_NUMBER),
    ("what", WORDS),
    ("party", WORDS),
    ("state", WORDS),
    ("among", SMALL_NUMBER),
)
ORDERS = {"day": BY_DAY} | {
    name: ((name, part), *(one for one in BY_DAY if one[0] != name)) for name, part in BY_DAY[1:-1]
}


@dataclass(frozen=True, slots=True)
class InTable:
    """A mark as a row of the table: what it can be sorted by. `among` tells apart rows that say the same."""

    mark: Mark
    day: date
    kind: int
    what: str
    party: str
    state: str
    among: int


def in_table(marks: Iterable[Mark]) -> Iterator[InTable]:
    seen = Counter[tuple[Any, ...]]()
    for mark in marks:
        day, kind, what, party, _end = mark.place
        said = day, kind, what, party, capfirst(mark.state)
        yield InTable(mark, *said, among=seen[said])
        seen[said] += 1


def cells_of(mark: Mark) -> tuple[Any, ...]:
    party = mark.party.name if mark.party else None
    return str(mark.kind.label), mark.start, mark.end, mark.what, party, mark.state, mark.tier


@require_safe
@for_readers
def timeline(request: HttpRequest) -> HttpResponseBase:
    scope = history_of(request)
    if scope is None:
        return nothing_to_read(request, _("Timeline"), request.path)
    context: dict[str, Any] = {"scope": scope, "agreement": scope.agreement, "problems": scope.problems}
    moment = present(scope.now)
    try:
        moment = moment_asked(request.GET, scope.now, scope.agreement.zone, ahead=True)
    except WrongDay as wrong:
        context["problems"] = [*scope.problems, *wrong.sentences]
    context["then"] = then_of(moment, scope.agreement.zone, scope.picked, scope.viewer, ahead=True)
    context["carried"] = [
        (name, value)
        for name, value in request.GET.items()
        if value and name not in (*moments.NAMES, "after")
    ]
    if not context["problems"]:
        context |= context_of(request, scope, moment)
    if (form := form_asked(request)) and not context["problems"]:
        title, also = _("Timeline"), {"agreement": scope.agreement.code}
        filters, one = scope.filters_told, [scope.agreement]
        about = about_of(request, title, scope.viewer, moment, one, filters, None, "timeline", also)
        return taken_away(form, COLUMNS, (cells_of(mark) for mark in context["marks"]), about)
    return render(request, "timeline/page.html", context, status=400 if context["problems"] else 200)


def context_of(request: HttpRequest, scope: HistoryScope, moment: Moment) -> dict[str, Any]:
    whole, picked = not scope.is_narrowed, scope.picked
    keys = dated(scope.agreement, scope.viewer, moment) if whole else []
    if whole:
        picked = picked.filter(pk__in=keys or [])
    marks, dayless = marks_of(scope.agreement, scope.viewer, moment, picked, whole=whole)
    today = moment.spoken_on or day_in(moment.at, scope.agreement.zone)
    try:
        years = years_of(marks, today, request.GET.get("since", ""), request.GET.get("until", ""))
    except YearError as error:
        return {"problems": [str(error)]}
    shown = [mark for mark in marks if years.has(mark)]
    return {
        "marks": shown,
        "total": len(shown),
        "too_many": keys is None,
        "dayless": dayless,
        "years": years,
        "left_out": len(marks) - len(shown),
        "chart": chart_of(shown, axis_over(shown, years, today)),
        **paged(
            request,
            list(in_table(shown)),
            _("All that stands on the timeline"),
            IN_THE_TABLE,
            ORDERS,
            "day",
            size=PAGE_SIZE,
            at="table",
        ),
    }


urlpatterns: list[URLPattern | URLResolver] = [path("", timeline, name="timeline")]
