"""The rows behind each number of the compliance pages."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from obligations.deadlines import day_in
from obligations.models import Commitment
from obligations.status.filters import FILTERS
from obligations.status.status import with_standing
from obligations.web.base.guards import for_readers
from obligations.web.base.scope import Scope, nothing_to_read, scope_of
from obligations.web.base.selection import ASKED, ASKED_SEVERAL, options

PAGE_SIZE = 100
IN_TEXT = ("obligation__place", "party__name", "pk")


@require_safe
@for_readers
def commitments(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    if scope is None:
        return nothing_to_read(request, _("Commitments"), reverse("compliance"))
    page = Paginator(scope.keys, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = Commitment.objects.filter(pk__in=list(page.object_list)).order_by(*IN_TEXT)
    query = urlencode([("agreement", scope.agreement.code), *carried(scope), *scope.then.days.items()])
    context = {"page": page, "standings": with_standing(rows, scope.viewer, scope.moment), "query": query}
    return show(request, scope, "compliance/commitments.html", context)


def show(request: HttpRequest, scope: Scope, template: str, context: dict[str, Any]) -> HttpResponse:
    shared = {
        "scope": scope,
        "then": scope.then,
        "assessed_on": scope.moment.spoken_on or day_in(scope.now, scope.agreement.zone),
        "days_carried": [("agreement", scope.agreement.code), *carried(scope)],
        "agreement": scope.agreement,
        "asked": [asked(scope, name) for name in ASKED],
        "asked_several": [asked(scope, name) for name in ASKED_SEVERAL],
        "carried": [
            *((name, value) for name, value in carried(scope) if name not in ASKED + ASKED_SEVERAL),
            *scope.then.days.items(),
        ],
    }
    return render(request, template, shared | context, status=400 if scope.problems else 200)


def carried(scope: Scope) -> Iterator[tuple[str, str]]:
    """What was chosen, as a form keeps it."""
    for name, chosen in scope.active.items():
        for value in chosen:
            yield name, value


def asked(scope: Scope, name: str) -> dict[str, Any]:
    """A filter as the form asks for it, with what is chosen."""
    return {
        "name": name,
        "label": FILTERS[name].label,
        "options": options(name, scope.register) or [],
        "chosen": scope.active.get(name, ()),
    }
