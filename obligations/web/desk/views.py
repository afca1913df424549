"""The mediator's pages: the desk, what is recorded from it, and what waits for a second mediator."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_safe

from agreement.viewers import viewer_of
from obligations.commands.proposals import Command
from obligations.forms.statements import FindingForm, spoken, verdicts
from obligations.models import Draft, Proposal, Statement
from obligations.models.proposal import ProposalQuerySet
from obligations.status.status import Standing
from obligations.web.base.act import ActView
from obligations.web.base.guards import guard
from obligations.web.base.signing import Room, SignView, show_list
from obligations.web.desk.board import board, loaded_of
from obligations.web.desk.finding import sent_form
from obligations.web.desk.rows import periods_begun
from obligations.words.prospects import effect_of, recorded
from parties.access import Viewer
from parties.once import was_sent_before
from parties.rights import Right

for_mediators = guard(
    Right.OPEN_DESK, otherwise=gettext_lazy("The desk is for mediators. Your account has no such mandate.")
)


@for_mediators
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The whole page, or for htmx the board alone."""
    shown = board(request.GET, viewer_of(request), timezone.now())
    return show(request, shown, status=400 if shown["problems"] else 200)


class Finding(ActView):
    """Record a finding, and go on with the queue; or show the form on the board again with what is wrong."""

    command, draft_kind = Command.RECORD_FINDING, Draft.Kind.FINDING
    draft_saved = gettext_lazy(
        "Saved as a draft. Only you see it; it is there again when you open this form."
    )

    def prepare(self) -> None:
        self.standing = theirs(self.kwargs["commitment_id"], self.viewer)
        self.subject = self.standing.commitment

    def instead(self) -> HttpResponse | None:
        """What is read is the desk."""
        if self.request.method == "POST":
            return None
        return redirect(f"{reverse('desk')}?{self.query().urlencode()}")

    def query(self) -> QueryDict:
        named = self.request.GET.copy()
        named["commitment"] = str(self.subject.pk)
        return named

    def form(self, *sent: Any) -> FindingForm:
        return sent_form(self.request.POST, self.subject, self.viewer, self.now)

    def said(self, form: FindingForm) -> dict[str, Any]:
        return form.said() | {"commitment": self.subject}

    def confirmation(self, made: Statement) -> str:
        """`standing` was read before it: the sentence tells what has changed."""
        if was_sent_before(made):
            return recorded(made, "")
        return recorded(made, effect_of(self.standing, made.effective_on, made.level, made.period))

    def next_page(self, made: Any = None) -> str:
        return f"{reverse('desk')}?{self.request.GET.urlencode()}"

    after_the_draft = next_page

    def show(self, form: Any) -> HttpResponse:
        response = show(self.request, board(self.query(), self.viewer, self.now, form), status=422)
        response["HX-Replace-Url"] = "false"
        return response


@for_mediators
@require_GET
def effect(request: HttpRequest, commitment_id: int) -> HttpResponse:
    """What the finding in the form would do: a fragment for htmx."""
    standing = theirs(commitment_id, viewer_of(request))
    commitment = standing.commitment
    said = request.GET.get("verdict", "")
    try:
        on = date.fromisoformat(request.GET.get("effective_on", ""))
    except ValueError:
        return HttpResponse()
    if said not in dict(verdicts(commitment)):
        return HttpResponse()
    named = request.GET.get("period", "")
    period = next((one for one in periods_begun(commitment, timezone.now()) if one.key == named), None)
    told = effect_of(standing, on, spoken(said).get("level"), period)
    return HttpResponse(told, content_type="text/plain; charset=utf-8")


def theirs(commitment_id: int, viewer: Viewer) -> Standing:
    found = loaded_of([commitment_id], viewer, timezone.now()).get(commitment_id)
    if found is None:
        raise Http404
    return found


def show(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    template = "desk/fragment.html" if request.htmx else "desk/page.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


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


@for_mediators
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    return show_list(request, Proposal.objects.visible_to(viewer_of(request)).of_the_record(), ROOM)


class ProposalOfTheRecord(SignView):
    room = ROOM

    def seen(self) -> ProposalQuerySet:
        return Proposal.objects.visible_to(self.viewer).of_the_record()


urlpatterns = [
    path("", desk, name="desk"),
    path("findings/<int:commitment_id>/", for_mediators(Finding.as_view()), name="desk-finding"),
    path("findings/<int:commitment_id>/effect/", effect, name="desk-effect"),
    path("proposals/", proposals, name="proposals"),
    path("proposals/<slug:key>/", for_mediators(ProposalOfTheRecord.as_view()), name="proposal"),
]
