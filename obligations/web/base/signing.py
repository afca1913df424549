"""What waits for a second signature, as a list and one by one: alike for mediators and administrators."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from obligations.commands import Refused
from obligations.commands.proposals import (
    ProposalState,
    propose_anew,
    sign,
    state_of,
    states_of,
    withdraw_proposal,
)
from obligations.forms.base import CommandForm, ReasonForm
from obligations.lists.places import AN_INSTANT, TEXT
from obligations.models import Proposal, Signature, Statement
from obligations.models.proposal import ProposalQuerySet
from obligations.web.base.act import ActView
from obligations.web.base.table import Order, page_after
from obligations.words.proposals import (
    by_state,
    grounds_in_words,
    lines_of,
    state_in_words,
    title_of,
)
from obligations.words.quoted import Quoted, quoted
from parties.access import Viewer
from parties.texts import StrOrPromise

SETTLED_SHOWN = 20
RENEW = "renew"
OPEN = (ProposalState.WAITING, ProposalState.OVERTAKEN)
DONE = {
    "approve": gettext_lazy("Approved and carried out."),
    "refuse": gettext_lazy("Refused, with your reason. Nothing was recorded but that."),
    "withdraw": gettext_lazy("Your proposal is taken back."),
    RENEW: gettext_lazy("Proposed anew on what is known now: somebody else has to sign it."),
}


@dataclass(frozen=True, slots=True)
class Room:
    """Where proposals are signed: its start page, the address of the list, the name of that of one, and what is said.

    `told` says who learns of them, `own` that one waits for somebody else, `empty` what would stand here.
    """

    home: str
    name: StrOrPromise
    listed_at: StrOrPromise
    shown_at: str
    told: StrOrPromise
    own: StrOrPromise
    empty: StrOrPromise


class SignForm(ReasonForm):
    """`digest` is that of what the page showed."""

    digest = forms.CharField(widget=forms.HiddenInput)


def with_names(proposals: ProposalQuerySet) -> QuerySet[Proposal]:
    """Proposals with all that a line of them shows, in one query."""
    return proposals.select_related(
        "agreement", "proposed_by", "signature__by", "commitment__obligation", "commitment__party"
    )


# Of those that wait: what waits longest is first.
BY_WAIT: Order = (("proposed_at", AN_INSTANT), ("key", TEXT))


def list_of(theirs: ProposalQuerySet, query: QueryDict, room: Room) -> dict[str, Any]:
    """What a list shows: those that wait, the longest first; then the newest of those that are settled."""
    unsettled = theirs.unsettled()
    page = page_after(query, with_names(unsettled), BY_WAIT)
    settled = list(with_names(theirs).exclude(pk__in=unsettled.values("pk"))[:SETTLED_SHOWN])
    states = states_of([*page.rows, *settled])
    return {
        "room": room,
        **page.context,
        "unsigned": by_state(page.rows, states),
        "settled": by_state(settled, states),
        "agreements": list({one.agreement_id: one.agreement for one in [*page.rows, *settled]}.values()),
    }


class SignView(ActView):
    """One proposal: what would be done, what it rests on then and now, and the form of who may settle it.

    Subclasses say in which `room`, and which proposals are there.
    """

    template, form_class = "desk/proposal.html", SignForm
    room: Room

    def seen(self) -> ProposalQuerySet:
        raise NotImplementedError

    def prepare(self) -> None:
        self.proposal: Proposal = get_object_or_404(with_names(self.seen()), key=self.kwargs["key"])
        self.act = self.request.POST.get("act", "")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"digest": self.proposal.digest}}

    def form(self, *sent: Any) -> CommandForm:
        form = super().form(*sent)
        if self.act == RENEW:
            form.fields["reason"].required = form.fields["digest"].required = False
        return form

    def run(self, **said: Any) -> Proposal | Signature:
        """The signature, or the renewed proposal to go on with."""
        about: dict[str, Any] = {"proposal": self.proposal, "actor": self.viewer, "now": timezone.now()}
        if self.act == RENEW:
            return propose_anew(**about)
        if self.act == Signature.Verdict.WITHDRAW:
            return withdraw_proposal(reason=said["reason"], **about)
        if self.act in (Signature.Verdict.APPROVE, Signature.Verdict.REFUSE):
            return sign(verdict=self.act, **said, **about)
        raise Refused({"verdict": _("Choose one.")})

    def told(self, made: Any) -> str:
        return str(DONE[self.act])

    def next_page(self, made: Any) -> str:
        settled = made if isinstance(made, Proposal) else self.proposal
        return reverse(self.room.shown_at, args=[settled.key])

    def context(self, form: SignForm) -> dict[str, Any]:
        proposal, state = self.proposal, state_of(self.proposal)
        return {
            "room": self.room,
            "agreement": proposal.agreement,
            "proposal": proposal,
            "row": proposal.key,
            "title": title_of(proposal),
            "state": state_in_words(proposal, state),
            "is_open": state in OPEN,
            "is_overtaken": state == ProposalState.OVERTAKEN,
            "is_own": proposal.proposed_by_id == self.viewer.user_id,
            "lines": lines_of(proposal),
            "about": statement_of(proposal, self.viewer),
            "grounds": grounds_in_words(proposal) if state in OPEN else [],
            "renewal": Proposal.objects.filter(renews=proposal).first(),
        }


def statement_of(proposal: Proposal, viewer: Viewer) -> list[Quoted]:
    """The statement that it judges, or of which it changes who may see it, as all forms show one; empty without."""
    named = [proposal.arguments.get(name) for name in ("cites", "subject", "statement")]
    rows = [row for row in named if isinstance(row, dict) and row.get("row") == "obligations.statement"]
    # What was proposed before rows had keys names them by number.
    keys = [row["key"] for row in rows if "key" in row]
    numbers = [row["id"] for row in rows if "id" in row]
    now = timezone.now()
    statements = Statement.objects.visible_to(viewer, now).filter(Q(key__in=keys) | Q(pk__in=numbers))
    return quoted(statements.select_related("agreement", "by", "confidant"), viewer, now)
