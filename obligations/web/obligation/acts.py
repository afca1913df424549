"""What mediators do about an obligation beside what they say: look after it, record events and days, open gates."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from agreement.models import Event, Trigger
from obligations.commands import record_event, set_trigger_date
from obligations.commands.care import acknowledge_breach, assign
from obligations.commands.gates import close_gate, is_met
from obligations.commands.proposals import Command
from obligations.deadlines import day_in
from obligations.forms.audience import AudienceForm, Choices, choices_for
from obligations.forms.base import CommandForm, Text, day_input, reason_field, select, source_field
from obligations.models import Gate, GateOpening, Obligation, WaitingDate
from obligations.status.care import Care, care_of, mediators_of
from obligations.web.base.act import ActView
from obligations.web.base.selection import key_in
from obligations.web.obligation.base import ObligationAct
from parties.rights import Right, require


class CareAct(ObligationAct):
    """One button on the page of the obligation and on the desk; a page of its own says more, or what is wrong."""

    template = "obligations/care.html"

    def prepare(self) -> None:
        super().prepare()
        self.care = care_of([self.owed.pk], self.viewer).get(self.owed.pk, Care())

    def said(self, form: CommandForm) -> dict[str, Any]:
        return form.said() | {"obligation": self.owed}

    def show(self, form: CommandForm) -> HttpResponse:
        if not (self.back and form.errors):
            return super().show(form)
        for wrong in form.errors.values():
            messages.error(self.request, " ".join(map(str, wrong)))
        return redirect(self.back)


class OwnerForm(CommandForm):
    owner = select(
        gettext_lazy("Owner"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a mediator of this agreement, or nobody.")},
    )

    def __init__(self, *args: Any, mediators: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mediators = {one.key: one for one in mediators}
        names = [(key, str(one)) for key, one in self.mediators.items()]
        self.choice("owner").choices = [("", _("nobody")), *names]

    def said(self) -> dict[str, Any]:
        return {"owner": self.mediators.get(self.cleaned_data["owner"])}


class Own(CareAct):
    right, command, form_class = Right.ASSIGN, staticmethod(assign), OwnerForm

    def form_arguments(self) -> dict[str, Any]:
        owner = self.care.owner.key if self.care.owner else ""
        return {"initial": {"owner": owner}, "mediators": mediators_of([self.owed.agreement_id])}

    def confirmation(self, made: Any) -> str:
        return _("%(owner)s owns it now.") % {"owner": made.owner} if made.owner else _("Nobody owns it now.")

    def context(self, form: Any) -> dict[str, Any]:
        words = _("The owner is the mediator who looks after an obligation, with all its commitments.")
        return super().context(form) | {"words": words, "action": _("Record the owner")}


class NoteForm(CommandForm):
    shown_at = {"breach": "note"}

    note = Text("reason", label=gettext_lazy("Note"), required=False)


class Acknowledge(CareAct):
    """Acknowledge the breach `?breach=`, by its key, on `?commitment=`."""

    right, command, form_class = Right.ACKNOWLEDGE, staticmethod(acknowledge_breach), NoteForm
    done = gettext_lazy("The breach is acknowledged. It stays open, and waits on the desk no more.")

    def prepare(self) -> None:
        super().prepare()
        self.subject = self.commitment_named()
        self.breach = key_in(self.request.GET, "breach")
        if not self.breach:
            raise Http404

    def said(self, form: CommandForm) -> dict[str, Any]:
        return form.said() | {"commitment": self.subject, "breach": self.breach}

    def context(self, form: Any) -> dict[str, Any]:
        words = _("You take note of the breach of %(party)s: it stays open, and waits on the desk no more.")
        told = words % {"party": self.subject.party.name}
        return super().context(form) | {"words": told, "action": _("Acknowledge the breach")}


class EventForm(AudienceForm):
    """What may be said is decided by the command."""

    title = Text("title", label=gettext_lazy("What happened"))
    happened_on = forms.DateField(label=pgettext_lazy("a day", "On"), widget=day_input())
    precision = forms.ChoiceField(
        label=gettext_lazy("How the day is known"),
        choices=[
            (Event.Precision.DAY.value, gettext_lazy("The source names the day.")),
            (Event.Precision.REPORTED.value, gettext_lazy("It is the day of the report.")),
            (Event.Precision.SCHEDULED.value, gettext_lazy("It was announced beforehand.")),
        ],
        widget=forms.RadioSelect,
        initial=Event.Precision.DAY.value,
    )
    source = Text(
        "source",
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("An address, or a document and its date."),
    )
    touches_all = forms.BooleanField(
        label=gettext_lazy("It touches the agreement as a whole, not this obligation alone"), required=False
    )

    def said(self) -> dict[str, Any]:
        names = ("title", "happened_on", "precision", "source", "touches_all")
        audience = self.audience()
        del audience["wider"]  # it refers to nothing that fewer people see
        return {name: self.cleaned_data[name] for name in names} | audience


class Record(ObligationAct):
    """An event is no finding: what it means for the obligation is for a mediator to say."""

    right, command, form_class = Right.RECORD_EVENT, staticmethod(record_event), EventForm
    template = "obligations/event.html"
    done = gettext_lazy(
        "The event is recorded. It stands among the events of the obligation and on the timeline."
    )

    def form_arguments(self) -> dict[str, Any]:
        choices: Choices = choices_for(self.owed.agreement, self.grant, self.now)
        return {"choices": choices}

    def said(self, form: EventForm) -> dict[str, Any]:
        return form.said() | {"agreement": self.owed.agreement, "obligations": [self.owed]}


class DateForm(CommandForm):
    """What may be said is decided by the command."""

    occurred_on = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("Left empty, it has no day: the clocks that started by it stand still."),
    )
    reason = reason_field()
    source = source_field()


class GiveDate(ActView):
    """The day on which a trigger happened, or that it has none. `?obligation=` is where one came from."""

    template, form_class, command = "obligations/trigger.html", DateForm, staticmethod(set_trigger_date)
    subject: Trigger

    def prepare(self) -> None:
        seen = Trigger.objects.visible_to(self.viewer).select_related("agreement")
        self.subject = get_object_or_404(
            seen, agreement__code=self.kwargs["agreement"], code=self.kwargs["trigger"]
        )
        require(self.viewer, Right.SET_TRIGGER_DATE, self.subject.agreement_id)
        there = Obligation.objects.visible_to(self.viewer).filter(agreement=self.subject.agreement_id)
        hanging = Q(trigger=self.subject) | Q(gates__after_trigger=self.subject)
        self.hanging = list(there.filter(hanging).distinct().order_by("place"))
        self.came_from: Obligation | None = None
        if code := self.request.GET.get("obligation"):
            self.came_from = next((one for one in self.hanging if one.code == code), None)
            if self.came_from is None:
                raise Http404

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"occurred_on": self.subject.occurred_on}}

    def said(self, form: DateForm) -> dict[str, Any]:
        return form.said() | {"trigger": self.subject}

    def confirmation(self, made: Any) -> str:
        if isinstance(made, WaitingDate):
            text = ngettext(
                "The day is taken, and %(n)s commitment hangs on it: a worker counts it. It shows when that is done.",
                "The day is taken, and %(n)s commitments hang on it: a worker counts them. It shows when all is done.",
                made.hanging,
            )
            return text % {"n": made.hanging}
        return _("The day is recorded, with your reason; what hangs on it is counted anew.")

    def next_page(self, made: Any) -> str:
        code = self.subject.agreement.code
        if self.came_from:
            return reverse("obligation", args=[code, self.came_from.code])
        return f"{reverse('gates')}?agreement={code}"

    def context(self, form: DateForm) -> dict[str, Any]:
        dates = self.subject.dates.select_related("recorded_by").order_by("-recorded_at", "-pk")
        shown = {"trigger": self.subject, "hanging": self.hanging, "dates": dates}
        today = day_in(self.now, self.subject.agreement.zone)
        return shown | {"agreement": self.subject.agreement, "came_from": self.came_from, "today": today}


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
