"""The dashboard: how an agreement stands, on one page, each number with the rows behind it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from obligations.deadlines import day_in
from obligations.lists.listings import BREACHES, PERIODS
from obligations.models.statement import Conduct
from obligations.status.moments import day_given
from obligations.web.base.guards import for_readers
from obligations.web.base.scope import Scope, nothing_to_read, scope_of
from obligations.web.base.selection import address
from obligations.web.compliance.board import Board, Comparison
from obligations.web.compliance.pictures.levels import levels_picture
from obligations.web.compliance.pictures.mirrored import claims_picture, late_picture
from obligations.web.compliance.series import a_year_before, table_of
from obligations.web.compliance.shared import about, shared
from obligations.words.method import LEVELS_SHOWN
from parties.texts import day_error

COMPARE_WITH = "compare_with"


@require_safe
@for_readers
def compliance(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    if scope is None:
        return nothing_to_read(request, _("Compliance"), reverse("compliance"))
    day = day_compared(request, scope)
    context = context_of(scope, day) | {"about": about(request, scope, _("Compliance"), "compliance")}
    return render(request, "compliance/dashboard.html", context, status=400 if scope.problems else 200)


def day_compared(request: HttpRequest, scope: Scope) -> date | None:
    """The other day that the address asks for; None without one. What cannot be compared with is a problem."""
    given = request.GET.get(COMPARE_WITH)
    if not given:
        return None
    try:
        day, today = day_given(given), day_in(scope.now, scope.agreement.zone)
        wrong = day_error(day)
        if day > today:
            wrong = _("This day has not come yet; today is %(today)s.") % {"today": date_format(today)}
        if wrong:
            raise ValueError(wrong)
    except ValueError as error:
        scope.problems.append(f"{_('Compare with')}: {error}")
        return None
    return day


def context_of(scope: Scope, day: date | None) -> dict[str, Any]:
    board = Board(scope)
    return {
        **shared(scope),
        "board": board,
        "figures": board.figures,
        "periods": board.periods,
        "compared": Comparison(board, day) if day and not scope.problems else None,
        "compare_with": day,
        "earlier_days": earlier_days(board),
        "query": address(scope.selection),
        "of_periods": scope.query_for(PERIODS.filters),
        "of_breaches": scope.query_for(BREACHES.filters),
        "levels_shown": LEVELS_SHOWN,
        "levels_named": dict(LEVELS_SHOWN),
        "conducts": Conduct.choices,
        **({} if scope.problems else pictures_of(board)),
    }


def pictures_of(board: Board) -> dict[str, Any]:
    series = board.series if board.is_drawn_at_once else None
    return {
        "series": series,
        "level_pictures": [(own.party, levels_picture(series, own)) for own in series.parties]
        if series
        else [],
        "level_table": table_of(series, board.scope.selection) if series else [],
        "claims": claims_picture(board.gaps, board.sides) if board.gaps else None,
        "late": late_picture(board.late, board.sides) if is_any_late(board) else None,
        "claim_lines": claim_lines(board),
    }


def is_any_late(board: Board) -> bool:
    return any(one.days for pair in board.late for one in pair.shown)


def claim_lines(board: Board) -> list[tuple[str, list[Any]]]:
    """Claims against findings, counted: of two parties, what the other and itself say of the first, then the second."""
    codes = [party.code for party in board.sides.parties]
    own = {line.party.code: line for line in board.figures.own_claims}
    other = {line.party.code: line for line in board.figures.other_claims}
    names: Sequence[tuple[str, str]] = (
        # Translators: this and the next: how a claim compares with a finding.
        ("above", _("above the finding")),
        ("agree", _("the same")),
        ("below", _("below the finding")),
        ("not_comparable", _("one is not assessable")),
        ("waiting", _("no finding yet")),
    )
    return [
        (label, [(getattr(other[code], name), getattr(own[code], name)) for code in codes])
        for name, label in names
    ]


def earlier_days(board: Board) -> list[tuple[str, date]]:
    """Days that people compare with, each with its link in words."""
    begun, ago = date(board.today.year, 1, 1), a_year_before(board.today)
    return [
        (_("With the beginning of the year, %(day)s") % {"day": date_format(begun)}, begun),
        (_("With a year before, %(day)s") % {"day": date_format(ago)}, ago),
    ]
