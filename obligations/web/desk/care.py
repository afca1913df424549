"""What is done beside the list: findings taken back, all seen, views saved."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreement.viewers import viewer_of
from obligations.commands.desk import drop_view, save_view
from obligations.commands.errors import Refused
from obligations.commands.proposals import Command, carry_out
from obligations.commands.visits import visit
from obligations.models import Proposal, SavedView, Statement
from obligations.words.proposals import told_of_proposing
from parties.rights import Right, require


def go_on(request: HttpRequest, told: str = "", refused: Refused | None = None) -> HttpResponse:
    """Back to the desk as its address is, with what was done or what is wrong."""
    if refused is not None:
        messages.error(request, " ".join(refused.errors.values()))
    elif told:
        messages.success(request, told)
    return redirect(f"{reverse('desk')}?{request.GET.urlencode()}")


@require_POST
def undo(request: HttpRequest, key: str) -> HttpResponse:
    """Take back what one recorded: both stay on record."""
    viewer, now = viewer_of(request), timezone.now()
    own = Statement.objects.visible_to(viewer, now).findings().filter(recorded_by=viewer.user_id)
    statement = get_object_or_404(own.select_related("agreement", "commitment"), key=key)
    require(viewer, Right.WITHDRAW, statement.agreement_id)
    said = {name: request.POST.get(name, "") for name in ("reason", "language")}
    try:
        made = carry_out(Command.WITHDRAW, statement=statement, actor=viewer, now=now, **said)
    except Refused as refused:
        return go_on(request, refused=refused)
    told = _("The finding is taken back. Both stay on record.")
    return go_on(request, told_of_proposing(made) if isinstance(made, Proposal) else told)


@require_POST
def mark_seen(request: HttpRequest) -> HttpResponse:
    """All that is new is seen."""
    visit(actor=viewer_of(request), now=timezone.now(), all_seen=True)
    return go_on(request, _("All is seen: what is recorded from now on is new."))


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save what the desk is asked for, under a name."""
    name, acting = request.POST.get("name", ""), {"actor": viewer_of(request), "now": timezone.now()}
    try:
        view = save_view(name=name, query=request.GET.urlencode(), **acting)  # type: ignore[arg-type]
    except Refused as refused:
        return go_on(request, refused=refused)
    messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return redirect("desk-view", key=view.key)


def own_view(request: HttpRequest, key: str) -> SavedView:
    return get_object_or_404(SavedView, user=viewer_of(request).user_id, key=key)


@require_safe
def saved(request: HttpRequest, key: str) -> HttpResponse:
    """The desk as a view has it."""
    view = own_view(request, key)
    return redirect(f"{reverse('desk')}?{view.query}{'&' if view.query else ''}view={view.key}")


@require_POST
def remove(request: HttpRequest, key: str) -> HttpResponse:
    with suppress(Http404):  # A second click: it is removed.
        drop_view(view=own_view(request, key), actor=viewer_of(request), now=timezone.now())
    messages.success(request, _("The view is removed."))
    return redirect("desk")
