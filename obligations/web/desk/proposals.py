"""What waits for a second mediator: the list, and the page on which one is signed, refused or taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agreement.viewers import viewer_of
from obligations.models import Proposal
from obligations.models.proposal import ProposalQuerySet
from obligations.web.base.signing import DONE, Room, form_of, settle, show, show_list, with_names
from obligations.web.desk.guard import for_mediators
from parties.access import Viewer

ROOM = Room(
    home="desk",
    name=gettext_lazy("Desk"),
    listed_at="proposals",
    shown_at="proposal",
    told=gettext_lazy("Nobody but the mediators of the agreement learns of them."),
    own=gettext_lazy("You proposed this: it waits for another mediator."),
    empty=gettext_lazy(
        "What the policy of an agreement wants two mediators for stands here until one more has signed it. An"
        " administrator sets the policy."
    ),
)


def seen_by(viewer: Viewer) -> ProposalQuerySet:
    return Proposal.objects.visible_to(viewer).of_the_record()


@for_mediators
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    return show_list(request, seen_by(viewer_of(request)), ROOM)


@for_mediators
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    one: Proposal = get_object_or_404(with_names(seen_by(viewer)), key=key)
    form, act = form_of(request, one), request.POST.get("act", "")
    if request.method == "POST" and (settled := settle(one, act, form, viewer)):
        messages.success(request, str(DONE[act]))
        return redirect("proposal", settled.key if isinstance(settled, Proposal) else key)
    return show(request, one, form, viewer, ROOM)
