"""What happened: an event that touches an obligation, and the day of the event that starts clocks."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from agreement.models import Event, Trigger
from obligations.commands import record_event, set_trigger_date
from obligations.deadlines import day_in
from obligations.forms.audience import AudienceForm, Choices, choices_for
from obligations.forms.base import CommandForm, Text, day_input, reason_field, source_field
from obligations.models import Obligation, WaitingDate
from obligations.web.base.act import ActView
from obligations.web.obligation.base import ObligationAct
from parties.rights import Right, require


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
