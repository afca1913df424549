"""Acts of power: those that wait for a second administrator, the notices of those that were done, and the policy."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agreement.commands import acknowledge
from agreement.commands.powers import administrators
from agreement.models import Agreement, Mandate, Notice, SignOff
from agreement.viewers import viewer_of
from obligations.commands import Refused
from obligations.commands.frozen import thaw
from obligations.commands.proposals import Command
from obligations.forms.base import checkboxes
from obligations.models import Proposal
from obligations.models.proposal import ProposalQuerySet
from obligations.web.administration.accounts import LINK_AGAIN, give_link
from obligations.web.administration.administered import for_administrators
from obligations.web.administration.forms import AccountReasonForm
from obligations.web.base.act import ActView
from obligations.web.base.signing import Room, SignView, list_of
from parties.access import Role
from parties.once import was_sent_before
from parties.rights import Right, require

# Where notices stand, and one goes back to.
ROOMS = ("administration", "desk")
ROOM = Room(
    home="administration",
    name=gettext_lazy("Administration"),
    listed_at=reverse_lazy("powers"),
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


@for_administrators
@require_safe
def powers(request: HttpRequest) -> HttpResponse:
    theirs = Proposal.objects.visible_to(viewer_of(request)).of_power()
    shown = list_of(theirs, request.GET, ROOM) | {"waiting": theirs.unsettled().count()}
    return render(request, "administration/proposals.html", shown)


class Power(SignView):
    room = ROOM

    def seen(self) -> ProposalQuerySet:
        return Proposal.objects.visible_to(self.viewer).of_power()

    def told(self, made: Any) -> str:
        """A link that was approved goes out now; without a mail server it is shown to who approved."""
        if self.act != "approve" or self.proposal.command != Command.SEND_LINK:
            return super().told(made)
        if was_sent_before(made):
            return str(LINK_AGAIN)
        arguments = thaw(self.proposal.arguments)
        return give_link(self.request, arguments["account"], shown=arguments["shown"])


@login_required
@never_cache
@require_POST
def notice(request: HttpRequest, key: str) -> HttpResponse:
    """Acknowledge what one was told: administrators and mediators, each what they were told."""
    viewer = viewer_of(request)
    shown = get_object_or_404(Notice.objects.visible_to(viewer), key=key)
    with suppress(Refused):  # A second click: it is acknowledged.
        acknowledge(notice=shown, actor=viewer, now=timezone.now())
    room = request.POST.get("room", "")
    return redirect(room if room in ROOMS else "home")


class PolicyForm(AccountReasonForm):
    wanted = checkboxes(
        gettext_lazy("What wants a second signature"), choices=SignOff.choices, required=False
    )

    second_factor = checkboxes(
        gettext_lazy("Who signs in with a second factor"), choices=Role.choices, required=False
    )

    field_order = ("wanted", "second_factor", "reason")


class Policy(ActView):
    """What wants a second signature in an agreement, and who a second factor: its administrator decides it."""

    template, form_class, command = "administration/policy.html", PolicyForm, Command.SET_POLICY
    done = gettext_lazy("The policy is changed, with your reason.")

    def prepare(self) -> None:
        visible = Agreement.objects.visible_to(self.viewer)
        self.agreement: Agreement = get_object_or_404(visible, code=self.kwargs["code"])
        require(self.viewer, Right.SET_POLICY, self.agreement.pk)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"wanted": self.agreement.sign_off, "second_factor": self.agreement.second_factor}}

    def said(self, form: PolicyForm) -> dict[str, Any]:
        return form.said() | {"agreement": self.agreement}

    def next_page(self, made: Any) -> str:
        return reverse("policy", args=[self.agreement.code])

    def context(self, form: PolicyForm) -> dict[str, Any]:
        mediators = Mandate.objects.filter(agreement=self.agreement, role=Role.MEDIATOR, user__is_active=True)
        return {
            "agreement": self.agreement,
            "mediators": mediators.count(),
            "trial": settings.TRIAL,
            "administrators": administrators(self.agreement.pk),
        }
