"""The ledger of an agreement, for its mediators: pages of entries, and the export that verifies elsewhere."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agreement.ledger.export import exported
from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.status.ledger import FILTERS, asked_of, commands, entries, mediated, state
from obligations.web.base.guards import guard
from obligations.web.base.selection import address, key_in
from parties.rates import costly
from parties.rights import Right

PAGE_SIZE = 100
for_mediators = guard(
    Right.READ_LEDGER,
    otherwise=gettext_lazy("The ledger is for mediators. Your account has no such mandate."),
)


def theirs(request: HttpRequest, code: str = "") -> Agreement:
    """The agreement asked for, or the first; 404 where the viewer does not mediate it."""
    found = mediated(viewer_of(request))
    agreement = (found.filter(code=code) if code else found).first()
    if agreement is None:
        raise Http404
    return agreement


@for_mediators
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    agreement = theirs(request, key_in(request.GET, "agreement"))
    asked = asked_of(request.GET.dict(), agreement)
    found = entries(agreement, asked).order_by("-position")
    context: dict[str, Any] = {
        "agreement": agreement,
        "agreements": mediated(viewer_of(request)),
        "asked": asked,
        "given": {name: request.GET.get(name, "") for name in FILTERS},
        "is_filtered": any(request.GET.get(name) for name in FILTERS),
        "commands": commands(agreement),
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "plain": address({"agreement": (agreement.code,)}),
        **state(agreement),
    }
    return render(request, "ledger/page.html", context, status=400 if asked.problems else 200)


@for_mediators
@require_safe
@costly
def export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The chain as lines of JSON, to be kept and to be verified elsewhere."""
    agreement = theirs(request, code)
    answer = StreamingHttpResponse(exported(agreement), content_type="application/jsonl")
    answer["Content-Disposition"] = f'attachment; filename="ledger-{agreement.code}.jsonl"'
    return answer


urlpatterns = [
    path("", ledger, name="ledger"),
    path("<slug:code>/export/", export, name="ledger-export"),
]
