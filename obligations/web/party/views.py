"""My commitments: what waits for a representative, how the own party's commitments stand, and what is said of them."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agreement.viewers import viewer_of
from obligations.commands.drafts import drop_draft
from obligations.deadlines import present
from obligations.models import PartyRequest
from obligations.status.requests import RequestState, request_states, with_all
from obligations.status.to_answer import number_in_all, of_own
from obligations.web.base.guards import guard
from obligations.web.base.selection import key_in
from obligations.web.base.table import page_after
from obligations.web.party.lists import SECTIONS, Section, drafts, findings_on_own, with_addresses
from obligations.web.party.side import Side, as_speaker_of, due_of, sides_of
from obligations.web.party.waiting import next_of, requests_to
from parties.access import Viewer
from parties.rights import Right

# Of each list so many rows stand on the page.
SHOWN = 6

for_representatives = guard(
    Right.MAKE_CLAIM,
    otherwise=gettext_lazy("This page is for representatives: it shows what waits for their party."),
)


@for_representatives
@require_safe
def party(request: HttpRequest) -> HttpResponse:
    """All sides that the viewer speaks for, or that of `?agreement=`; with `?show=` one list as a whole."""
    viewer, now = viewer_of(request), timezone.now()
    every = sides_of(viewer)
    sides = chosen(every, request.GET.get("agreement", ""))
    if not sides:
        raise PermissionDenied(_("Your account speaks for no party."))
    speaker = as_speaker_of(viewer, sides)
    context: dict[str, Any] = {"sides": sides, "every": every, "agreements": [one.agreement for one in sides]}
    if len(sides) == 1:
        context["agreement"] = sides[0].agreement
    if show := request.GET.get("show"):
        context |= one_list(show, speaker, now, request.GET)
        return render(request, "party/list.html", context)
    return render(request, "party/page.html", context | whole(sides, speaker, now))


def chosen(sides: list[Side], code: str) -> list[Side]:
    found = [one for one in sides if code in ("", one.agreement.code)]
    if code and not found:
        raise Http404
    return found


def one_list(code: str, viewer: Viewer, now: datetime, query: QueryDict) -> dict[str, Any]:
    if code not in SECTIONS:
        raise Http404
    section = SECTIONS[code]
    page = page_after(query, section.rows(viewer, now), section.order, down=True)
    return {"section": section, "rows": section.shown(page.rows, viewer, now), **page.context}


def whole(sides: list[Side], viewer: Viewer, now: datetime) -> dict[str, Any]:
    asked, due = requests_to(viewer, now), due_of(sides, viewer, now, SHOWN)
    lists = {code: first_of(section, viewer, now) for code, section in SECTIONS.items()}
    return {
        "asked": asked,
        "due": due,
        "lists": lists,
        "next": next_of(asked, due.rows, lists["answer"]["rows"], lists["found"]["rows"]),
        "waiting": len(asked) + lists["answer"]["total"],
        "waiting_of": number_in_all(viewer, now),
        "found_in_all": findings_on_own(viewer, now).count(),
        "requests": earlier_requests(viewer, now),
    }


def first_of(section: Section, viewer: Viewer, now: datetime) -> dict[str, Any]:
    rows = section.rows(viewer, now)
    total, newest = rows.count(), rows.order_by(*(f"-{name}" for name, _part in section.order))
    first = section.shown(newest[:SHOWN], viewer, now)
    return {"section": section, "rows": first, "total": total, "more": total > SHOWN}


def earlier_requests(viewer: Viewer, now: datetime) -> list[RequestState]:
    """The newest of those that wait no more."""
    own = PartyRequest.objects.visible_to(viewer, now).filter(of_own(viewer, "party"))
    settled = own.exclude(pk__in=own.awaiting_a_reply().values("pk")).order_by("-asked_at", "key")
    return request_states(with_all(settled)[:SHOWN], viewer, present(now))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_drafts(request: HttpRequest) -> HttpResponse:
    """The list; a POST throws the one away that it names."""
    viewer, now = viewer_of(request), timezone.now()
    own = drafts(viewer, now)
    if request.method == "POST":
        drop_draft(draft=get_object_or_404(own, key=key_in(request.POST, "key")), actor=viewer)
        messages.success(request, _("The draft is thrown away."))
        return redirect("drafts")
    return render(request, "party/drafts.html", {"drafts": with_addresses(own, viewer, now)})


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The address that the page had before."""
    return redirect("party", permanent=True)


urlpatterns = [
    path("party/", party, name="party"),
    path("drafts/", own_drafts, name="drafts"),
    path("asked/", asked, name="asked"),
]
