"""What wants a second signature: the page on which the administrator of an agreement decides it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agreement.commands.signatures import administrators
from agreement.models import Agreement, Mandate, SignOff
from agreement.viewers import viewer_of
from obligations.commands import Refused
from obligations.commands.proposals import Command, carry_out
from obligations.models import Proposal
from obligations.web.administration.forms import ReasonForm
from obligations.web.administration.guard import for_administrators
from obligations.words.proposals import told_of_proposing
from parties.access import Role
from parties.rights import Right, require


class PolicyForm(ReasonForm):
    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("What wants a second signature"),
        choices=SignOff.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = ("wanted", "reason")


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, code: str) -> HttpResponse:
    viewer = viewer_of(request)
    agreement = get_object_or_404(Agreement.objects.visible_to(viewer), code=code)
    require(viewer, Right.SET_POLICY, agreement.pk)
    form = PolicyForm(request.POST or None, initial={"wanted": agreement.sign_off})
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = form.cleaned_data
        try:
            done = carry_out(
                Command.SET_POLICY, agreement=agreement, actor=viewer, now=timezone.now(), **said
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            changed = _("The policy is changed, with your reason.")
            messages.success(request, told_of_proposing(done) if isinstance(done, Proposal) else changed)
            return redirect("policy", code)
    mediators = Mandate.objects.filter(agreement=agreement, role=Role.MEDIATOR, user__is_active=True).count()
    context = {
        "agreement": agreement,
        "form": form,
        "mediators": mediators,
        "administrators": administrators(agreement.pk),
    }
    return render(request, "administration/policy.html", context, status=422 if form.errors else 200)
