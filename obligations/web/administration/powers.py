"""Acts of power that wait for a second administrator: the list, and the page on which one is signed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agreement.viewers import viewer_of
from obligations.commands.frozen import thaw
from obligations.models import Proposal
from obligations.models.proposal import ProposalQuerySet
from obligations.web.administration.accounts import LINK_AGAIN, give_link
from obligations.web.administration.guard import for_administrators
from obligations.web.base.signing import DONE, Room, form_of, settle, show, show_list, with_names
from parties.access import Viewer
from parties.once import was_sent_before

ROOM = Room(
    home="administration",
    name=gettext_lazy("Administration"),
    listed_at="powers",
    shown_at="power",
    told=gettext_lazy(
        "Nobody but the administrators of the agreement and those of the server learns of them before they are signed."
    ),
    own=gettext_lazy("You proposed this: it waits for another administrator."),
    empty=gettext_lazy(
        "Where an agreement has two administrators, what gives somebody power stands here until another one has signed"
        " it, unless the agreement's policy says otherwise."
    ),
)


def seen_by(viewer: Viewer) -> ProposalQuerySet:
    return Proposal.objects.visible_to(viewer).of_power()


@for_administrators
@require_safe
def powers(request: HttpRequest) -> HttpResponse:
    return show_list(request, seen_by(viewer_of(request)), ROOM)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def power(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    one: Proposal = get_object_or_404(with_names(seen_by(viewer)), key=key)
    form, act = form_of(request, one), request.POST.get("act", "")
    if request.method == "POST" and (settled := settle(one, act, form, viewer)):
        messages.success(request, done(request, one, act, was_sent_before(settled)))
        return redirect("power", settled.key if isinstance(settled, Proposal) else key)
    return show(request, one, form, viewer, ROOM)


def done(request: HttpRequest, proposal: Proposal, act: str, again: bool) -> str:
    """The confirmation. A link that was approved goes out now; without a mail server it is shown to who approved."""
    if act == "approve" and proposal.command == Proposal.Command.SEND_LINK:
        if again:
            return str(LINK_AGAIN)
        arguments = thaw(proposal.arguments)
        return give_link(request, arguments["account"], shown=arguments["shown"])
    return str(DONE[act])
