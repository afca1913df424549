"""The ledger of an agreement, for its mediators: pages of entries, and the export that verifies elsewhere."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from agreement.ledger.export import exported
from agreement.models import Agreement, ChainHead
from agreement.viewers import viewer_of
from obligations.deadlines import present
from obligations.lists.about import About, about_of
from obligations.lists.places import NUMBER
from obligations.status.ledger import FILTERS, asked_of, commands, entries, mediated, state, with_languages
from obligations.web.base.guards import guard
from obligations.web.base.selection import address, key_in
from obligations.web.base.table import TableColumn, paged
from obligations.words.ledger import act
from parties.rates import costly
from parties.rights import Right

# In the order of the chain and in no other: what stands before what is what it is for.
ORDERS = {"place": (("position", NUMBER),)}
CELLS = "ledger/cells"
COLUMNS = (
    TableColumn("act", gettext_lazy("Entry"), f"{CELLS}/act.html", "place", down=True),
    TableColumn("at", gettext_lazy("When"), f"{CELLS}/when.html"),
    TableColumn("who", gettext_lazy("Who"), f"{CELLS}/who.html"),
    TableColumn("record", gettext_lazy("Why, and what is on record"), f"{CELLS}/record.html"),
)
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
    """Newest first, unless the address turns it round."""
    agreement = theirs(request, key_in(request.GET, "agreement"))
    asked = asked_of(request.GET.dict(), agreement)
    found = entries(agreement, asked)
    context: dict[str, Any] = {
        "agreement": agreement,
        "agreements": mediated(viewer_of(request)),
        "asked": asked,
        "given": {name: request.GET.get(name, "") for name in FILTERS},
        "is_filtered": any(request.GET.get(name) for name in FILTERS),
        "commands": commands(agreement),
        "plain": address({"agreement": (agreement.code,)}),
        **state(agreement),
        **paged(request, found, _("Entries of the ledger"), COLUMNS, ORDERS, "-place", load=with_languages),
    }
    if not asked.problems:
        context["about"] = about(request, agreement, context["head"])
    return render(request, "ledger/page.html", context, status=400 if asked.problems else 200)


def about(request: HttpRequest, agreement: Agreement, head: ChainHead | None) -> About:
    """What is shown, to be cited: entries up to the newest that there is, or that the page begins after."""
    is_downward = request.GET.get("sort", "-place") == "-place"
    last = request.GET.get("after") if is_downward else None
    pins = {"sort": "-place", "after": last or str(head.position + 1 if head else 1)}
    now, also = present(timezone.now()), {"agreement": agreement.code}
    filters = filters_told(request.GET.dict())
    return about_of(request, _("Ledger"), viewer_of(request), now, [agreement], filters, pins, "ledger", also)


def filters_told(given: dict[str, str]) -> list[tuple[str, str]]:
    """What the page is narrowed by, in words: for a citation."""
    labels = {
        "command": _("Act"),
        "since": pgettext("a day", "From"),
        "until": pgettext("a day", "Until"),
        "subject": pgettext("field: what an entry is about", "About"),
    }
    said = {**given, "command": act(given["command"]) if given.get("command") else ""}
    return [(labels[name], said[name]) for name in FILTERS if said.get(name)]


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
