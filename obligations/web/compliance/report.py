"""The dashboard on paper: the same numbers and pictures, as PDF/UA-1."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from obligations.web.base.guards import for_readers, makes_file
from obligations.web.base.scope import Scope, scope_of
from obligations.web.compliance.board import Board
from obligations.web.compliance.charts import CHARTS, summary_of, svg_of
from obligations.web.compliance.figures import Number, PartyDates, PartyLevels
from obligations.words import paper
from obligations.words.numbers import amount
from obligations.words.paper import Block, Paper, Words
from parties.rates import costly


@makes_file(gettext_lazy("Compliance, PDF"))
@require_safe
@for_readers
@costly
def report(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    if scope is None:
        raise Http404
    if scope.problems:
        return HttpResponse("\n".join(scope.problems), status=400, content_type="text/plain; charset=utf-8")
    made = paper.pdf(paper_of(scope, request.build_absolute_uri("/")), timezone.now())
    name = f"{scope.agreement.code}-compliance-{Board(scope).today:%Y-%m-%d}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def paper_of(scope: Scope, root: str) -> Paper:
    board, agreement = Board(scope), scope.agreement
    known = scope.moment.known_on or board.real_day
    days = {"day": date_format(board.today), "known": date_format(known)}
    chosen = ", ".join(f"{tag.label}: {tag.value}" for tag in scope.tags)
    counted = {
        "total": amount(board.figures.total.n),
        "deliverables": amount(board.figures.deliverables.n),
    }
    return Paper(
        title=_("Compliance, %(agreement)s") % {"agreement": agreement.short_title},
        tier=scope.sheet_tier,
        footnote=agreement.footnote,
        lines=[
            _("As of %(day)s, as known on %(known)s.") % days,
            chosen or _("All commitments."),
            ngettext(
                "%(total)s commitment, %(deliverables)s with a deliverable.",
                "%(total)s commitments, %(deliverables)s with a deliverable.",
                board.figures.total.n,
            )
            % counted,
            scope.counted_in,
            *([_(agreement.notice)] if agreement.notice else []),
        ],
        blocks=[*headlines(board), *pictures(board, root), *others(board)],
    )


def headlines(board: Board) -> Iterator[Block]:
    parties = board.sides.parties if len(board.sides.parties) < 4 else []
    yield paper.heading(_("How it stands"))
    head: list[Words] = [_("Counted"), _("All"), *([paper.party(party)] for party in parties)]
    rows: list[list[Words]] = []
    for share in board.figures.shares:
        own = [of(part.number, part.total) for part in share.parts] if parties else []
        rows.append([f"{share.of.title} ({share.of.of})", of(share.number, share.total), *own])
    yield paper.table(head, rows, ["left", *["right"] * (len(head) - 1)], [3, *[1] * (len(head) - 1)])


def of(number: Number, total: Number) -> str:
    return _("%(n)s of %(total)s") % {"n": amount(number.n), "total": amount(total.n)}


def pictures(board: Board, root: str) -> Iterator[Block]:
    for name, chart in CHARTS.items():
        drawn = chart.draw(board) if name != "levels" or board.is_drawn_at_once else []
        if drawn:
            yield paper.heading(str(chart.title))
            svg = svg_of(chart, drawn, board, root, on_paper=True)
            yield paper.chart(svg, summary_of(chart, drawn), f"{chart.note} {chart.source}")


def others(board: Board) -> Iterator[Block]:
    """The actors that are no party of the agreement, apart."""
    if board.others:
        yield paper.heading(_("Other actors"))
        head = [_("Actor"), _("Commitments"), _("Complete"), _("Overdue now")]
        rows = [other(dates, levels) for dates, levels in board.others]
        yield paper.table(head, rows, ["left", "right", "right", "right"], [3, 1, 1, 1])


def other(dates: PartyDates, levels: PartyLevels) -> list[Words]:
    numbers = (dates.commitments, levels.levels[0].number, dates.overdue)
    return [[paper.party(dates.party)], *(amount(number.n) for number in numbers)]
