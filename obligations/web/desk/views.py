"""The mediator's pages: the desk, what is recorded from it, and what waits for a second mediator."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from agreement.viewers import viewer_of
from obligations.commands.desk import drop_view, save_view, visit
from obligations.commands.errors import Refused
from obligations.commands.findings import record_with_file
from obligations.commands.proposals import Command, carry_out
from obligations.forms.statements import FindingForm
from obligations.models import Draft, Proposal, SavedView, Statement
from obligations.models.proposal import ProposalQuerySet
from obligations.status.status import Standing
from obligations.web.base.act import ActView
from obligations.web.base.guards import guard
from obligations.web.base.signing import SignView
from obligations.web.desk.board import ROOM, board
from obligations.web.desk.pane import (
    asked_for,
    effects,
    loaded_of,
    pane,
    sent_form,
    still_to_choose,
    without_row,
)
from obligations.web.desk.periods import Assess, periods_pane
from obligations.words.proposals import told_of_proposing
from obligations.words.prospects import effect_of, recorded
from parties.access import Viewer
from parties.once import was_sent_before
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


for_mediators = guard(
    Right.OPEN_DESK, otherwise=gettext_lazy("The desk is for mediators. Your account has no such mandate.")
)


@for_mediators
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The whole page; for htmx the board alone, or the pane."""
    viewer, now = viewer_of(request), timezone.now()
    if is_for_the_pane(request):
        return show(request, pane_of(request.GET, viewer, now), status=200)
    query, own = request.GET, None
    if picks(query):
        own = periods_pane(query, viewer, now)
    shown = board(query, viewer, now, visit(actor=viewer, now=now), own)
    return show(request, shown, status=400 if shown["problems"] else 200)


def picks(query: QueryDict) -> bool:
    """Whether the address chooses several rows, and no one of them."""
    return bool(query.getlist("picked")) and not query.get("commitment")


def pane_of(query: QueryDict, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """The context of the pane that an address asks for."""
    if picks(query):
        return periods_pane(query, viewer, now)
    asked = asked_for(query)
    chosen = loaded_of(asked, viewer, now).get(asked[0]) if asked else None
    return pane(query, viewer, now, chosen)


class Finding(ActView):
    """Record a finding, and go on with the queue; or show the form on the board again with what is wrong."""

    form_class, command, draft_kind = FindingForm, Command.RECORD_FINDING, Draft.Kind.FINDING
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
        return sent_form(self.request.POST, self.subject, self.viewer, self.now, self.request.FILES)

    def said(self, form: FindingForm) -> dict[str, Any]:
        return form.said() | {"commitment": self.subject}

    def confirmation(self, made: Statement) -> str:
        """`standing` was read before it: the sentence tells what has changed."""
        if was_sent_before(made):
            return recorded(made, "")
        return recorded(made, effect_of(self.standing, made.effective_on, made.level, made.period))

    def run(self, **said: Any) -> Any:
        if "upload" not in said:
            return super().run(**said)
        return record_with_file(actor=self.viewer, now=self.now, **said)

    def next_page(self, made: Any = None) -> str:
        query = QueryDict(without_row(self.request.GET), mutable=True)
        if isinstance(made, Statement):
            query["recorded"] = made.key
        return f"{reverse('desk')}?{query.urlencode()}"

    after_the_draft = next_page

    def show(self, form: Any) -> HttpResponse:
        own = pane(self.query(), self.viewer, self.now, self.standing, form)
        return show_again(self.request, self.query(), self.viewer, self.now, own, self.status)


class Periods(Assess):
    def show(self, form: Any) -> HttpResponse:
        query = self.request.GET
        own = periods_pane(query, self.viewer, self.now, chosen=self.chosen, form=form)
        return show_again(self.request, query, self.viewer, self.now, own, self.status)


def show_again(
    request: HttpRequest, query: QueryDict, viewer: Viewer, now: datetime, own: dict[str, Any], status: int
) -> HttpResponse:
    """The pane with what is wrong; for a browser without script on the whole desk."""
    if not is_htmx(request):
        return show(request, board(query, viewer, now, visit(actor=viewer, now=now), own), status)
    response = render(request, "desk/side.html", own, status=status)
    response["HX-Replace-Url"] = "false"
    response["HX-Retarget"], response["HX-Reswap"] = "#form", "outerHTML show:none"
    return response


@for_mediators
@require_GET
def effect(request: HttpRequest, commitment_id: int) -> HttpResponse:
    """What the finding in the form would do, and what it still wants: fragments for htmx."""
    viewer, now = viewer_of(request), timezone.now()
    standing = theirs(commitment_id, viewer)
    form = sent_form(request.GET, standing.commitment, viewer, now)
    shown = {"effects": effects(standing, form), "missing": still_to_choose(form)}
    return render(request, "desk/will.html", shown | {"is_alone": True})


def theirs(commitment_id: int, viewer: Viewer) -> Standing:
    found = loaded_of([commitment_id], viewer, timezone.now()).get(commitment_id)
    if found is None:
        raise Http404
    return found


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx puts the answer into the page; going back, it wants the whole one."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def is_for_the_pane(request: HttpRequest) -> bool:
    return is_htmx(request) and request.htmx.target == "form"  # type: ignore[attr-defined]


def show(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    if is_for_the_pane(request):
        return render(request, "desk/side.html", context, status=status)
    template = "desk/fragment.html" if is_htmx(request) else "desk/page.html"
    return render(request, template, context, status=status)


class ProposalOfTheRecord(SignView):
    room = ROOM

    def seen(self) -> ProposalQuerySet:
        return Proposal.objects.visible_to(self.viewer).of_the_record()


urlpatterns = [
    path("", desk, name="desk"),
    path("findings/<int:commitment_id>/", for_mediators(Finding.as_view()), name="desk-finding"),
    path("findings/<int:commitment_id>/effect/", effect, name="desk-effect"),
    path("periods/", for_mediators(Periods.as_view()), name="desk-periods"),
    path("undo/<slug:key>/", for_mediators(undo), name="desk-undo"),
    path("seen/", for_mediators(mark_seen), name="desk-seen"),
    path("views/", for_mediators(save), name="desk-views"),
    path("views/<slug:key>/", for_mediators(saved), name="desk-view"),
    path("views/<slug:key>/remove/", for_mediators(remove), name="desk-view-remove"),
    path("proposals/<slug:key>/", for_mediators(ProposalOfTheRecord.as_view()), name="proposal"),
]
