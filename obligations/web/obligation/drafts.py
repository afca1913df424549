"""One's own drafts: what was typed and not sent. Nobody else sees them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreement.viewers import viewer_of
from obligations.commands.drafts import drop_draft
from obligations.models import Draft


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
        drop_draft(
            draft=get_object_or_404(own, key=request.POST.get("key", "").replace("\x00", "")), actor=viewer
        )
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
