"""Gates: the page on which a mediator opens one or takes that back."""

from datetime import date
from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from obligations.commands.gates import close_gate, is_met
from obligations.commands.proposals import Command
from obligations.deadlines import day_in
from obligations.forms.base import CommandForm, Text, day_input, reason_field
from obligations.models import Gate, GateOpening
from obligations.web.obligation.base import ObligationAct
from parties.rights import Right

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
    reason = reason_field()
    source = Text("source", label=gettext_lazy("Source"), required=False)

    def __init__(self, *args: Any, today: date, is_open: bool, met: bool | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = self.fields["opened_on"]
        on.widget, on.initial = day_input(latest=today), today
        self.fields["act"].initial = CLOSE if is_open else OPEN
        if is_open:
            del self.fields["opened_on"]
        if is_open or met is not False:
            del self.fields["despite"]

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "act"}


class OpenOrClose(ObligationAct):
    """Open the gate, or take its opening back where it is open."""

    right, command = Right.OPEN_GATE, Command.OPEN_GATE
    template, form_class = "obligations/gate.html", GateForm

    def prepare(self) -> None:
        super().prepare()
        gates = Gate.objects.filter(obligation=self.owed)
        gates = gates.select_related("obligation__agreement", "after_obligation", "after_trigger")
        self.gate: Gate = get_object_or_404(gates, place=self.kwargs["place"])
        self.opening = self.opening_meant(self.request.POST.get("act", ""))
        self.today = day_in(self.now, self.owed.agreement.zone)
        self.met = is_met(self.gate, self.today)

    def opening_meant(self, act: str) -> GateOpening | None:
        """The opening that is in force, unless the form says what it is about: the newest one, or none yet."""
        openings = GateOpening.objects.of(self.gate).order_by("-pk")
        if act == OPEN:
            return None
        return openings.filter(withdraws=None).first() if act == CLOSE else openings.standing().first()

    def form_arguments(self) -> dict[str, Any]:
        return {"today": self.today, "is_open": self.opening is not None, "met": self.met}

    def run(self, **said: Any) -> Any:
        if self.opening is None:
            return super().run(gate=self.gate, **said)
        return close_gate(opening=self.opening, actor=self.viewer, now=self.now, **said)

    def confirmation(self, made: Any) -> str:
        if self.opening is not None:
            return _("The opening is taken back. Both stay on record.")
        return _("The gate is open, with your reason.")

    def context(self, form: GateForm) -> dict[str, Any]:
        is_held = "gates" in self.owed.agreement.sign_off and self.opening is None
        shown = {"gate": self.gate, "opening": self.opening, "met": self.met, "is_held": is_held}
        return super().context(form) | shown
