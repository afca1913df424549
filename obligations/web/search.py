"""The page of what is found: the best of each kind, or all of one kind in pages."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.deadlines import present
from obligations.lists.places import NUMBER, RANK
from obligations.models import Commitment
from obligations.search.asking import CannotAsk, SearchLook, SearchText, asked_for, synonyms_of
from obligations.search.hits import MANY, MOST, Hits, SearchKind, ShownHit, all_hits, shown_hits
from obligations.status.codes import codes_missing
from obligations.status.moments import Then, WrongDay, moment_asked, then_of, zone_of
from obligations.status.tiers import audiences_told
from obligations.web.base.guards import for_readers
from obligations.web.base.selection import chosen_of, no_such, provisions_in
from obligations.web.base.table import Order, Page, page_after
from obligations.words.numbers import amount
from obligations.words.paper import tier_of_sheet
from parties.access import Viewer
from parties.rates import costly

PAGE_SIZE, BEST = 20, 5
# How well it fits is what this list says: it has no other order, and goes on after a place in this one.
BEST_FIRST: Order = (
    ("place__is_other", NUMBER),
    ("place__fit", RANK),
    ("place__kind", NUMBER),
    ("place__at", NUMBER),
)


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; `rows` are those shown here."""

    kind: SearchKind
    hits: Hits
    rows: list[ShownHit]

    @property
    def name(self) -> str:
        return str(MANY[self.kind])

    @property
    def total(self) -> str:
        return said_total(self.hits)


def said_total(hits: Hits) -> str:
    """How many; where more fit than are looked at, that there are more."""
    told = amount(len(hits))
    return _("more than %(n)s") % {"n": told} if hits.there_are_more else told


@require_safe
@for_readers
@costly
def search(request: HttpRequest) -> HttpResponse:
    viewer, now = viewer_of(request), timezone.now()
    readable = list(Agreement.objects.visible_to(viewer))
    chosen, kinds, problems = choices(request, readable, viewer)
    zone = zone_of(chosen)
    try:
        moment = moment_asked(request.GET, now, zone)
    except WrongDay as error:
        moment, problems = present(now), problems + error.sentences
    text, asked = request.GET.get("q", ""), None
    try:
        asked = asked_for(text, synonyms_of(chosen)) if text.strip() else None
    except CannotAsk as error:
        problems.append(str(error))
    then = then_of(moment, zone, Commitment.objects.filter(agreement__in=chosen), viewer)
    context = {
        "then": then,
        "problems": problems,
        "q": text,
        "readable": readable,
        "agreements": chosen,
        "agreement_asked": request.GET.get("agreement", ""),
        "kind_asked": request.GET.get("kind", ""),
        "provisions": (offered := provisions_in(chosen)),
        "provision_asked": chosen_of(offered, request.GET.get("provision", "")),
        "most": MOST,
    }
    if asked is not None and not problems:
        context |= answer(request, asked, kinds, chosen, viewer, then)
    return render(request, "search/page.html", context, status=400 if problems else 200)


def choices(
    request: HttpRequest, readable: list[Agreement], viewer: Viewer
) -> tuple[list[Agreement], list[SearchKind], list[str]]:
    """The agreements and the kinds that are asked about, and what the address asks for in vain."""
    problems = []
    code, kind = request.GET.get("agreement", ""), request.GET.get("kind", "")
    chosen = [agreement for agreement in readable if code in ("", agreement.code)]
    if code and not chosen:
        problems.append(no_such(_("Agreement"), code))
    if kind and kind not in SearchKind.values:
        problems.append(no_such(_("Kind"), kind))
    named = {"agreement": code if chosen else "", "provision": request.GET.get("provision", "")}
    problems += codes_missing(named, named, viewer).values()
    return chosen, [one for one in SearchKind if kind in ("", one.value)], problems


def answer(
    request: HttpRequest,
    asked: SearchText,
    kinds: list[SearchKind],
    chosen: list[Agreement],
    viewer: Viewer,
    then: Then,
) -> dict[str, Any]:
    """All kinds are counted; of the ones asked about, rows are shown."""
    look = SearchLook(viewer, then.moment, tuple(chosen), request.GET.get("provision", ""))
    every = {hits.kind: hits for hits in all_hits(list(SearchKind), asked, look)}
    if len(kinds) == 1:
        page = page_after(request.GET, every[kinds[0]].rows, BEST_FIRST, size=PAGE_SIZE)
    else:
        page = Page([hit for kind in kinds for hit in every[kind].rows[:BEST]], None, True)
    rows = shown_hits(page.rows, asked, look)
    groups = [
        Group(kind, every[kind], [row for row in rows if row.kind == kind])
        for kind in kinds
        if len(every[kind])
    ]
    tabs = [(kind.value, str(MANY[kind]), said_total(every[kind])) for kind in SearchKind]
    told = audiences_told(viewer, then.moment, [one.pk for one in chosen]) if groups else {}
    counted = {"tabs": tabs, "sheet_tier": tier_of_sheet(told)}
    paging = {"is_of_one_kind": len(kinds) == 1, **page.context}
    return {"asked": asked, "groups": groups, "rows": rows, **counted, **paging}


urlpatterns: list[URLPattern | URLResolver] = [path("", search, name="search")]
