"""The pictures of the dashboard at addresses of their own: a page, a part of other sites' pages, and files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, cast
from urllib.parse import urlencode

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from obligations.lists.takeaway import FORMATS, taken_away
from obligations.status.freshness import digest, until_it_changes
from obligations.web.base.guards import for_readers
from obligations.web.base.scope import Scope, nothing_to_read, scope_of
from obligations.web.compliance import tables
from obligations.web.compliance.board import Board
from obligations.web.compliance.dashboard import context_of, is_any_late
from obligations.web.compliance.figures import Row
from obligations.web.compliance.marks import Counted, Line, Mark, Strip
from obligations.web.compliance.pictures.canvas import WIDTH, Picture
from obligations.web.compliance.pictures.levels import levels_picture
from obligations.web.compliance.pictures.mirrored import claims_picture, late_picture
from obligations.web.compliance.pictures.sheets import articles_picture, legend, periods_picture
from obligations.web.compliance.shared import about
from obligations.words.paper import drawing, png
from parties.models import Party
from parties.rates import costly

MARGIN, GUTTER = 24, 32
ON_PAPER = 780
WORDS_IN_A_LINE = 150
Drawn = list[tuple[Party | None, Picture]]


def draw_levels(board: Board) -> Drawn:
    series = board.series
    return [(own.party, levels_picture(series, own)) for own in series.parties] if series else []


def draw_articles(board: Board) -> Drawn:
    strips = board.strips or [
        Strip(section.title, [line_of(row) for row in section.rows]) for section in board.sections[0]
    ]
    return [with_legend(articles_picture(strips, board.sides))] if strips else []


def with_legend(picture: Picture) -> tuple[None, Picture]:
    legend(picture, WIDTH - 2 * MARGIN)
    return None, picture


def line_of(row: Row) -> Line:
    """A row in numbers, as one that has marks."""
    return Line(
        row.place,
        [[Counted(Mark(one.value), str(one.number.n), "") for one in cell.marks] for cell in row.cells],
    )


def draw_periods(board: Board) -> Drawn:
    return [with_legend(periods_picture(board.duties, board.sides))] if board.duties.lines else []


def draw_claims(board: Board) -> Drawn:
    return [(None, claims_picture(board.gaps, board.sides))] if board.gaps else []


def draw_late(board: Board) -> Drawn:
    return [(None, late_picture(board.late, board.sides))] if is_any_late(board) else []


@dataclass(frozen=True, slots=True)
class Chart:
    """`note` says what is drawn, `source` where it comes from."""

    title: Promise
    note: Promise
    source: Promise
    draw: Callable[[Board], Drawn]
    table: Callable[[Board], tables.Table]


CHARTS: dict[str, Chart] = {
    "levels": Chart(
        gettext_lazy("Deliverables by level"),
        gettext_lazy(
            "The level of the finding that stands on each; the dotted line is all that the party owes."
        ),
        gettext_lazy("Source: the findings on record."),
        draw_levels,
        tables.levels,
    ),
    "articles": Chart(
        gettext_lazy("Every article"),
        gettext_lazy("One mark for each commitment, with its number. An old finding has its year."),
        gettext_lazy("Source: the finding that stands on each commitment."),
        draw_articles,
        tables.articles,
    ),
    "periods": Chart(
        gettext_lazy("Period by period"),
        gettext_lazy("What was found of standing duties. A dot: no finding; three dots: still running."),
        gettext_lazy("Source: the findings on each period."),
        draw_periods,
        tables.periods,
    ),
    "claims": Chart(
        gettext_lazy("Claims against findings"),
        gettext_lazy("A party's mark is its own newest claim, a dot another's, beside what was found."),
        gettext_lazy("Source: the newest claims and the findings on record."),
        draw_claims,
        tables.claims,
    ),
    "late": Chart(
        gettext_lazy("Days late"),
        gettext_lazy("Days since the due day; a broken bar is due at once, and has no day."),
        gettext_lazy("Source: the terms of each obligation, and the readings of them."),
        draw_late,
        tables.late,
    ),
}


View = Callable[..., HttpResponseBase]


def framed_by_anybody(view: View) -> View:
    return cast(View, csp_replace({"frame-ancestors": ["*"]})(view))


def with_own_style(view: View) -> View:
    """A drawing brings its tones with it, and nothing else."""
    return cast(View, csp_replace({"style-src": [UNSAFE_INLINE]})(view))


def chart_named(name: str) -> Chart:
    if name not in CHARTS:
        raise Http404
    return CHARTS[name]


@require_safe
@for_readers
def chart(request: HttpRequest, name: str) -> HttpResponse:
    found, scope = chart_named(name), scope_of(request)
    if scope is None:
        return nothing_to_read(request, str(found.title), request.path)
    drawn = found.draw(Board(scope)) if not scope.problems else []
    context = context_of(scope, None) | {"chart": found, "name": name, "drawn": drawn}
    context["about"] = about(request, scope, str(found.title), name)
    context["root"] = request.build_absolute_uri("/")[:-1]
    if name == "levels":
        context["level_pictures"] = drawn
    return render(request, "compliance/chart.html", context, status=400 if scope.problems else 200)


@require_safe
@xframe_options_exempt
@framed_by_anybody
def embedded(request: HttpRequest, name: str) -> HttpResponse:
    """Show a picture inside of other sites' pages: with what everybody sees, whoever looks."""
    found = chart_named(name)
    if not settings.PUBLIC_READING:
        raise Http404
    request.user = AnonymousUser()
    scope = scope_of(request)
    if scope is None:
        raise Http404
    drawn = found.draw(Board(scope)) if not scope.problems else []
    context = {"chart": found, "name": name, "drawn": drawn, "agreement": scope.agreement, "scope": scope}
    context |= {"query": query_of(scope), "assessed_on": Board(scope).today}
    return render(request, "compliance/embedded.html", context, status=400 if scope.problems else 200)


def query_of(scope: Scope) -> str:
    return urlencode(scope.selection, doseq=True)


KINDS = {"svg": "image/svg+xml", "png": "image/png"}


@require_safe
@for_readers
@costly
@with_own_style
def chart_file(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """A picture as a file, the same as long as nothing changes in what the viewer sees; or the numbers behind it."""
    found, scope = chart_named(name), scope_of(request)
    if scope is None or form not in {*KINDS, *FORMATS}:
        raise Http404
    if scope.problems:
        return HttpResponse("\n".join(scope.problems), status=400, content_type="text/plain; charset=utf-8")
    if form in FORMATS:
        table = found.table(Board(scope))
        return taken_away(form, table.columns, table.rows, about(request, scope, str(found.title), name))
    root = request.build_absolute_uri("/")
    of = (name, form, sorted(scope.selection.items()), root)
    etag = f'"{digest(scope.fresh, *of)}"'
    if same := get_conditional_response(request, etag=etag):
        return same
    made = until_it_changes(scope.fresh, of, lambda: file_of(found, name, form, Board(scope), root))
    response = HttpResponse(made, content_type=KINDS[form], headers={"ETag": etag})
    response["Content-Disposition"] = f'inline; filename="{scope.agreement.code}-{name}.{form}"'
    return response


def file_of(found: Chart, name: str, form: str, board: Board, root: str) -> bytes:
    svg = svg_of(found, found.draw(board), board, root)
    return png(svg, WIDTH) if form == "png" else svg.encode()


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture in a file, in pixels."""

    party: Party | None
    picture: Picture
    x: float
    y: float
    width: float
    items: str


def svg_of(found: Chart, drawn: Drawn, board: Board, root: str, on_paper: bool = False) -> str:
    """The picture in colours that hang on no stylesheet, with its title, day, source and footnote.

    A document `on_paper` says these itself; there it is narrower, so that its words are as large as others.
    """
    whole = ON_PAPER if on_paper else WIDTH
    columns = min(len(drawn), 2) or 1
    width = (whole - 2 * MARGIN - (columns - 1) * GUTTER) / columns
    placed, y = [], 0.0 if on_paper else 84.0
    for at, (party, picture) in enumerate(drawn):
        column = at % columns
        items = mark_safe("".join(picture.items).replace('href="/', f'href="{root}'))
        top = y + (22 if party else 0)
        placed.append(Placed(party, picture, MARGIN + column * (width + GUTTER), top, width, items))
        if column == columns - 1 or at == len(drawn) - 1:
            y = top + picture.height + 16
    below = [] if on_paper else list(lines_below(found, board))
    context: dict[str, Any] = {
        "chart": found,
        "bare": on_paper,
        "agreement": board.scope.agreement,
        "day": date_format(board.today),
        "placed": placed,
        "nothing_y": None if drawn else y + 20,
        "below": [(y + 22 + 16 * at, line) for at, line in enumerate(below)],
        "width": whole,
        "height": y + (0 if on_paper else 30) + 16 * len(below) + (0 if drawn else 30),
        "summary": summary_of(found, drawn),
        "tags": ", ".join(f"{tag.label}: {tag.value}" for tag in board.scope.tags),
    }
    return drawing(render_to_string("charts/file.svg", context))


def summary_of(found: Chart, drawn: Drawn) -> str:
    return " ".join(
        [str(found.title) + ".", *(picture.summary for _party, picture in drawn if picture.summary)]
    )


def lines_below(found: Chart, board: Board) -> Iterable[str]:
    agreement, scope = board.scope.agreement, board.scope
    known = scope.moment.known_on or board.real_day
    words = {"day": date_format(board.today), "known": date_format(known)}
    said = _("As of %(day)s, as known on %(known)s.") % words
    notice = agreement.notice and _(agreement.notice)
    for text in (f"{found.source} {said} {scope.counted_in}", notice, str(agreement.footnote)):
        yield from wrap(text, WORDS_IN_A_LINE)
