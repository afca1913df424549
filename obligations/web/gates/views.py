"""Gates: what is on record of their opening, and the page on which a mediator opens one or takes that back."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agreement.viewers import viewer_of
from obligations.commands import Refused
from obligations.commands.gates import close_gate, is_met
from obligations.commands.proposals import Command, carry_out
from obligations.deadlines import day_in
from obligations.forms.base import CommandForm
from obligations.forms.finding import day_input
from obligations.forms.text import Text
from obligations.models import Gate, GateOpening, Obligation, Proposal
from obligations.web.base.find import find
from obligations.words.proposals import told_of_proposing
from parties.access import Viewer
from parties.rights import Right, require

OPEN, CLOSE = "open", "close"


class GateForm(CommandForm):
    """What may be said is decided by the command. An opening is taken back with a reason and a source alone."""

    opened_on = forms.DateField(label=gettext_lazy("Open from"))
    despite = forms.BooleanField(
        label=gettext_lazy("Though its condition is not seen to be met"),
        required=False,
        help_text=gettext_lazy("Findings that everybody may see, and days of triggers, show whether it is."),
    )
    # What the page offered: who sends it again, or meets another's opening, does not do the opposite.
    act = forms.ChoiceField(required=False, choices=[(OPEN, OPEN), (CLOSE, CLOSE)], widget=forms.HiddenInput)
    reason = Text("reason", label=gettext_lazy("Reason"))
    source = Text("source", label=gettext_lazy("Source"), required=False)

    def __init__(self, *args: Any, today: date, is_open: bool, met: bool | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = self.fields["opened_on"]
        on.widget, on.initial = day_input(today), today
        self.fields["act"].initial = CLOSE if is_open else OPEN
        if is_open:
            del self.fields["opened_on"]
        if is_open or met is not False:
            del self.fields["despite"]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def gate(request: HttpRequest, agreement: str, code: str, place: int) -> HttpResponse:
    """Open the gate, or take its opening back where it is open."""
    viewer, now = viewer_of(request), timezone.now()
    owed = find(viewer, agreement, code)
    require(viewer, Right.OPEN_GATE, owed.agreement_id)
    one: Gate = get_object_or_404(gates_on(owed), place=place)
    opening = opening_meant(one, request.POST.get("act", ""))
    today = day_in(now, owed.agreement.zone)
    met = is_met(one, today)
    form = GateForm(request.POST or None, today=today, is_open=opening is not None, met=met)
    if request.method == "POST" and form.is_valid() and (done := recorded(form, one, opening, viewer)):
        messages.success(request, done)
        return redirect("obligation", agreement, code)
    context = {
        "agreement": owed.agreement,
        "obligation": owed,
        "gate": one,
        "opening": opening,
        "met": met,
        "form": form,
        "is_held": "gates" in owed.agreement.sign_off and opening is None,
    }
    return render(request, "obligations/gate.html", context, status=422 if form.errors else 200)


def opening_meant(gate: Gate, act: str) -> GateOpening | None:
    """The opening that is in force, unless the form says what it is about: the newest one, or none yet."""
    openings = GateOpening.objects.of(gate).order_by("-pk")
    if act == OPEN:
        return None
    return openings.filter(withdraws=None).first() if act == CLOSE else openings.standing().first()


def gates_on(owed: Obligation) -> Any:
    return Gate.objects.filter(obligation=owed).select_related(
        "obligation__agreement", "after_obligation", "after_trigger"
    )


def recorded(form: GateForm, gate: Gate, opening: GateOpening | None, viewer: Viewer) -> str | None:
    """The confirmation; None where the form now says what is wrong."""
    said: dict[str, Any] = {"actor": viewer, "now": timezone.now(), **form.cleaned_data}
    said.pop("act", None)
    try:
        if opening is not None:
            close_gate(opening=opening, **said)
            return _("The opening is taken back. Both stay on record.")
        done = carry_out(Command.OPEN_GATE, gate=gate, **said)
    except Refused as refused:
        form.refuse(refused)
        return None
    return told_of_proposing(done) if isinstance(done, Proposal) else _("The gate is open, with your reason.")
