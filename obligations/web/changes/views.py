"""The page of what changed between two moments: what a mediator reads before a meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreement.models import Calendar
from obligations.deadlines import day_in
from obligations.web.base.guards import for_readers
from obligations.web.base.scope import HistoryScope, history_of, nothing_to_read
from obligations.web.base.selection import address
from obligations.web.changes.change import Change, ChangeKind
from obligations.web.changes.page import counts_in_words, grouped, in_order, totals_of
from obligations.web.changes.what import changes
from obligations.web.changes.window import DAY, Window, WindowError, window_of
from parties.rates import costly

PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class Quick:
    """A span of days to choose with one click."""

    label: str
    query: str
    chosen: bool


@require_safe
@for_readers
@costly
def what_changed(request: HttpRequest) -> HttpResponse:
    scope = history_of(request, ("since", "until", "kind", "page"))
    if scope is None:
        return nothing_to_read(request, _("What changed"), request.path)
    kinds = [kind for kind in dict.fromkeys(request.GET.getlist("kind")) if kind]
    problems = scope.problems + [
        _("Kind: there is no “%(value)s”.") % {"value": kind}
        for kind in kinds
        if kind not in ChangeKind.values
    ]
    window = None
    try:
        window = window_of(
            request.GET.get("since", ""), request.GET.get("until", ""), scope.now, scope.agreement.zone
        )
    except WindowError as error:
        names = {"since": _("From"), "until": _("Until")}
        problems += [f"{names[name]}: {told}" for name, told in error.errors.items()]
    context = asked(request, scope, window, kinds) | {"problems": problems, "window": window}
    if window is not None and not problems:
        context |= told(request, scope, window, kinds)
    return render(request, "changes/page.html", context, status=400 if problems else 200)


def asked(
    request: HttpRequest, scope: HistoryScope, window: Window | None, kinds: Sequence[str]
) -> dict[str, Any]:
    """What the form shows: what was asked for, and what else can be."""
    today = day_in(scope.now, scope.agreement.zone)
    begins = day_in(window.since, scope.agreement.zone) if window else today
    since, until = request.GET.get("since") or begins.isoformat(), request.GET.get("until") or ""
    return {
        "scope": scope,
        "agreement": scope.agreement,
        "today": today,
        "since": since,
        "until": until,
        "plain": {
            name: not given or DAY.fullmatch(given) for name, given in (("since", since), ("until", until))
        },
        "kinds": [(kind.value, kind.label, kind.value in kinds) for kind in ChangeKind],
        "quick": quick(scope, today, since, until, kinds),
        "is_filtered": scope.is_narrowed or bool(kinds),
        "selection": selection(scope, since, until, kinds),
    }


def quick(scope: HistoryScope, today: date, since: str, until: str, kinds: Sequence[str]) -> list[Quick]:
    offered = {
        _("last 7 days"): today - timedelta(days=7),
        _("last 30 days"): today - timedelta(days=30),
        _("since the start of the year"): today.replace(month=1, day=1),
    }
    return [
        Quick(label, selection(scope, day.isoformat(), "", kinds), day.isoformat() == since and not until)
        for label, day in offered.items()
    ]


def selection(scope: HistoryScope, since: str, until: str, kinds: Sequence[str]) -> str:
    """The query string that asks for the same, on this page and of the API."""
    chosen = {
        "agreement": (scope.agreement.code,),
        "since": (since,),
        "until": (until,),
        "party": (scope.party,),
        "provision": (scope.provision,),
        "kind": tuple(kinds),
    }
    return address({name: values for name, values in chosen.items() if any(values)})


def told(request: HttpRequest, scope: HistoryScope, window: Window, kinds: Sequence[str]) -> dict[str, Any]:
    picked = scope.picked if scope.is_narrowed else None
    found: list[Change] = changes(scope.agreement, scope.viewer, window, picked, kinds)
    page = Paginator(in_order(found, scope.register), PAGE_SIZE).get_page(request.GET.get("page"))
    totals = totals_of(found)
    return {
        "total": len(found),
        "counts": counts_in_words(found),
        "whole_total": len(found) - totals.total(),
        "page": page,
        "grouped": grouped(list(page), totals, scope.register, scope.parties),
        "calendars": dict(Calendar.objects.filter(agreement=scope.agreement).values_list("code", "name")),
        "names": {party.code: party.name for party in scope.register.parties},
    }
