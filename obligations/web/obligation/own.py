"""What waits for the one who looks: what is asked of the own party, and own drafts, which nobody else sees."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreement.viewers import viewer_of
from obligations.commands.drafts import drop_draft
from obligations.deadlines import present
from obligations.models import Draft, PartyRequest
from obligations.status.requests import RequestState, request_states, with_all
from obligations.web.base.selection import key_in
from parties.access import Role, Viewer


@login_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What is asked of the parties that the viewer speaks for: what waits first, the nearest day on top."""
    viewer, now = viewer_of(request), timezone.now()
    if not viewer.has_role(Role.REPRESENTATIVE):
        raise PermissionDenied(_("This page is for representatives: it shows what is asked of their party."))
    told = of_own_parties(viewer, now)
    waiting = sorted(
        (one for one in told if one.waits), key=lambda one: (one.request.reply_by, one.request.asked_at)
    )
    context = {"waiting": waiting, "rest": [one for one in told if not one.waits]}
    return render(request, "obligations/asked_of_you.html", context)


def of_own_parties(viewer: Viewer, now: datetime) -> list[RequestState]:
    rows = PartyRequest.objects.none()
    for grant in viewer.grants:
        if grant.role == Role.REPRESENTATIVE:
            rows |= PartyRequest.objects.filter(agreement=grant.agreement_id, party=grant.party_id)
    seen = with_all(PartyRequest.objects.visible_to(viewer, now).filter(pk__in=rows.values("pk")))
    return request_states(seen, viewer, present(now))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def drafts(request: HttpRequest) -> HttpResponse:
    """The list; a POST throws the one away that it names."""
    viewer = viewer_of(request)
    own = Draft.objects.of(viewer).select_related(
        "agreement",
        "commitment__obligation",
        "commitment__party",
        "statement__commitment__obligation",
        "statement__commitment__party",
    )
    if request.method == "POST":
        drop_draft(draft=get_object_or_404(own, key=key_in(request.POST, "key")), actor=viewer)
        messages.success(request, _("The draft is thrown away."))
        return redirect("drafts")
    return render(request, "obligations/drafts.html", {"drafts": [(one, address_of(one)) for one in own]})


def address_of(draft: Draft) -> str:
    """Where it is gone on with."""
    if draft.kind == Draft.Kind.BULK:
        return reverse("bulk-sheet", args=[draft.agreement.code, draft.key])
    if draft.kind == Draft.Kind.FINDING:
        return f"{reverse('desk')}?commitment={draft.commitment_id}"
    if draft.statement is not None:
        code = draft.statement.commitment.obligation.code
        return f"{reverse('obligation-contest', args=[draft.agreement.code, code])}?statement={draft.statement.key}"
    code = draft.commitment.obligation.code if draft.commitment else ""
    return (
        f"{reverse('obligation-claim', args=[draft.agreement.code, code])}?commitment={draft.commitment_id}"
    )
