"""What waits for a second mediator: the list, and the page on which one is signed, refused or taken back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agreement.viewers import viewer_of
from obligations.command_form import CommandForm
from obligations.commands import Refused
from obligations.commands.proposals import (
    State,
    propose_anew,
    sign,
    state_of,
    states_of,
    withdraw_proposal,
)
from obligations.desk.guard import for_mediators
from obligations.models import Proposal, Signature, Statement
from obligations.proposal_words import STATES, by_state, grounds_in_words, lines_of, title_of
from obligations.quoted import Quoted, quoted
from obligations.text_fields import Text
from parties.access import Viewer

PAGE = 50
SETTLED_SHOWN = 20
RENEW = "renew"
OPEN = (State.WAITING, State.OVERTAKEN)
DONE = {
    "approve": gettext_lazy("Approved and carried out."),
    "refuse": gettext_lazy("Refused, with your reason. Nothing was recorded but that."),
    "withdraw": gettext_lazy("Your proposal is taken back."),
    RENEW: gettext_lazy("Proposed anew on what is known now: another mediator has to sign it."),
}


class SignForm(CommandForm):
    """`digest` is that of what the page showed."""

    reason = Text("reason", label=gettext_lazy("Reason"))
    digest = forms.CharField(widget=forms.HiddenInput)


@for_mediators
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Those that wait, the longest first; then the newest of those that are settled."""
    theirs = seen_by(viewer_of(request))
    page = Paginator(theirs.unsettled().order_by("proposed_at", "pk"), PAGE).get_page(request.GET.get("page"))
    settled = theirs.exclude(pk__in=theirs.unsettled().values("pk"))[:SETTLED_SHOWN]
    waiting, done = list(page.object_list), list(settled)
    states = states_of([*waiting, *done])
    context = {
        "page": page,
        "waiting": by_state(waiting, states),
        "settled": by_state(done, states),
        "agreements": list({one.agreement_id: one.agreement for one in [*waiting, *done]}.values()),
        "address_path": request.path,
    }
    return render(request, "desk/proposals.html", context)


def seen_by(viewer: Viewer) -> Any:
    seen = Proposal.objects.visible_to(viewer)
    return seen.select_related(
        "agreement", "proposed_by", "signature__by", "commitment__obligation", "commitment__party"
    )


@for_mediators
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, key: str) -> HttpResponse:
    """One proposal: what would be done, what it rests on then and now, and the form of who may settle it."""
    viewer = viewer_of(request)
    one: Proposal = get_object_or_404(seen_by(viewer), key=key)
    form = SignForm(request.POST or None, initial={"digest": one.digest})
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == RENEW:
            form.fields["reason"].required = form.fields["digest"].required = False
        if form.is_valid() and (settled := settle(one, act, form, viewer)):
            messages.success(request, str(DONE[act]))
            return redirect("proposal", settled.key)
    return show(request, one, form, viewer)


def settle(one: Proposal, act: str, form: SignForm, viewer: Viewer) -> Proposal | None:
    """The proposal to go on with; None where the form now says what is wrong."""
    said: dict[str, Any] = {"proposal": one, "actor": viewer, "now": timezone.now()}
    data = form.cleaned_data
    try:
        if act == RENEW:
            return propose_anew(**said)
        if act == Signature.Verdict.WITHDRAW:
            withdraw_proposal(reason=data["reason"], **said)
        elif act in (Signature.Verdict.APPROVE, Signature.Verdict.REFUSE):
            sign(verdict=act, reason=data["reason"], digest=data["digest"], **said)
        else:
            form.add_error(None, _("Choose one."))
            return None
    except Refused as refused:
        form.refuse(refused)
        return None
    return one


def statement_of(one: Proposal, viewer: Viewer) -> list[Quoted]:
    """The statement that it judges, or of which it changes who may see it, as all forms show one; empty without."""
    named = [one.arguments.get(name) for name in ("cites", "subject", "statement")]
    keys = [row["id"] for row in named if isinstance(row, dict) and row.get("row") == "obligations.statement"]
    now = timezone.now()
    rows = Statement.objects.visible_to(viewer, now).filter(pk__in=keys)
    return quoted(rows.select_related("agreement", "by", "confidant"), viewer, now)


def show(request: HttpRequest, one: Proposal, form: SignForm, viewer: Viewer) -> HttpResponse:
    state = state_of(one)
    context = {
        "agreement": one.agreement,
        "proposal": one,
        "title": title_of(one),
        "state": STATES[state],
        "is_open": state in OPEN,
        "is_overtaken": state == State.OVERTAKEN,
        "is_own": one.proposed_by_id == viewer.user_id,
        "lines": lines_of(one),
        "about": statement_of(one, viewer),
        "grounds": grounds_in_words(one) if state in OPEN else [],
        "renewal": Proposal.objects.filter(renews=one).first(),
        "form": form,
    }
    return render(request, "desk/proposal.html", context, status=422 if form.errors else 200)
