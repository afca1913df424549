"""The mediator's pages: the desk, and what is recorded from it."""

from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from agreement.viewers import viewer_of
from obligations.commands.errors import Overtaken, Refused
from obligations.commands.proposals import Command, carry_out
from obligations.forms.drafts import forget, save_as_draft
from obligations.forms.finding import FindingForm, spoken, verdicts
from obligations.models import Commitment, Draft, Proposal
from obligations.web.base.prospects import effect_of, recorded
from obligations.web.desk.board import board, one_of, sent_form
from obligations.web.desk.guard import for_mediators
from obligations.web.desk.periods import periods_begun
from obligations.words.proposals import told_of_proposing
from parties.access import Viewer
from parties.once import was_sent_before


@for_mediators
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The whole page, or for htmx the board alone."""
    shown = board(request.GET, viewer_of(request), timezone.now())
    return show(request, shown, status=400 if shown["problems"] else 200)


@for_mediators
def finding(request: HttpRequest, commitment_id: int) -> HttpResponse:
    """Record a finding, and go on with the queue; or show the form again with what is wrong."""
    viewer, now = viewer_of(request), timezone.now()
    commitment = theirs(commitment_id, viewer)
    if request.method != "POST":
        return redirect(f"{reverse('desk')}?{with_commitment(request.GET, commitment_id)}")
    form = sent_form(request.POST, commitment, viewer, now)
    if kept := about_the_draft(request, form, commitment, viewer, now):
        messages.success(request, kept)
        return redirect(f"{reverse('desk')}?{request.GET.urlencode()}")
    if form.is_valid() and (done := record(form, commitment, viewer)):
        forget(viewer, Draft.Kind.FINDING, commitment)
        messages.success(request, done)
        return redirect(f"{reverse('desk')}?{request.GET.urlencode()}")
    shown = board(with_commitment_dict(request.GET, commitment_id), viewer, now, form)
    response = show(request, shown, status=422)
    response["HX-Replace-Url"] = "false"
    return response


def about_the_draft(
    request: HttpRequest, form: FindingForm, commitment: Commitment, viewer: Viewer, now: datetime
) -> str:
    """What was done where the form was not sent but saved, or its draft thrown away; else empty."""
    if "save_draft" in request.POST:
        save_as_draft(request.POST, form, viewer, now, Draft.Kind.FINDING, commitment)
        return _("Saved as a draft. Only you see it; it is there again when you open this form.")
    if "drop_draft" in request.POST:
        forget(viewer, Draft.Kind.FINDING, commitment)
        return _("The draft is thrown away.")
    return ""


@for_mediators
@require_GET
def effect(request: HttpRequest, commitment_id: int) -> HttpResponse:
    """What the finding in the form would do: a fragment for htmx."""
    commitment = theirs(commitment_id, viewer_of(request))
    said = request.GET.get("verdict", "")
    try:
        on = date.fromisoformat(request.GET.get("effective_on", ""))
    except ValueError:
        return HttpResponse()
    if said not in dict(verdicts(commitment)):
        return HttpResponse()
    named = request.GET.get("period", "")
    period = next((one for one in periods_begun(commitment, timezone.now()) if one.key == named), None)
    told = effect_of(commitment, on, spoken(said).get("level"), period)
    return HttpResponse(told, content_type="text/plain; charset=utf-8")


def theirs(commitment_id: int, viewer: Viewer) -> Commitment:
    found = one_of(commitment_id, viewer, timezone.now())
    if found is None:
        raise Http404
    return found


def record(form: FindingForm, commitment: Commitment, viewer: Viewer) -> str | None:
    """The confirmation; None where the form now says what is wrong."""
    said = form.said() | {"seen": form.cleaned_data["seen"]}
    try:
        statement = carry_out(
            Command.RECORD_FINDING, commitment=commitment, actor=viewer, now=timezone.now(), **said
        )
    except Overtaken as overtaken:
        form.show_overtaken(overtaken.newer)
        return None
    except Refused as refused:
        form.refuse(refused)
        return None
    if isinstance(statement, Proposal):
        return told_of_proposing(statement)
    if was_sent_before(statement):
        return recorded(statement, "")
    # `commitment` was read before it: the sentence tells what has changed.
    effect = effect_of(commitment, statement.effective_on, statement.level, statement.period)
    return recorded(statement, effect)


def show(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    template = "desk/fragment.html" if request.htmx else "desk/page.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def with_commitment(query: QueryDict, commitment_id: int) -> str:
    return with_commitment_dict(query, commitment_id).urlencode()


def with_commitment_dict(query: QueryDict, commitment_id: int) -> QueryDict:
    named = query.copy()
    named["commitment"] = str(commitment_id)
    return named
