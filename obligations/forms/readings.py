"""The forms in which mediators record readings. What a reading may say is decided by the commands; a form only asks."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agreement.models import Calendar
from obligations.commands.reading_checks import in_the_way
from obligations.deadlines import CONVENTIONS, day_in
from obligations.forms.base import (
    CommandForm,
    ReasonForm,
    checkboxes,
    day_input,
    reason_field,
    source_field,
)
from obligations.models import Commitment, Reading
from obligations.words.readings import reading_in_words
from parties.models import Party

Kind = Reading.Kind
DAYS = {Kind.EXTENSION: ("due_on", "effective_on"), Kind.DATE: ("due_on",), Kind.COUNTING: ()}
# What a reading does hangs on these; the rest says why.
EFFECTIVE = ("commitments", "convention", "calendars", "due_on", "effective_on")
AGREED = ("agreed_by", "agreed_on")


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The fields that a reading of the kind has, in their order on the page."""
    counting = ("convention", "calendars") if kind == Kind.COUNTING else ()
    return ("commitments", *counting, *DAYS.get(kind, ("effective_on",)), "reason", "source", *AGREED)


class ReadingForm(CommandForm):
    """A reading of one kind on commitments of one obligation.

    `shown` stands for the effect that the mediator has seen: nothing is recorded whose effect was not shown.
    """

    shown_at = {"commitment": "commitments", "kind": "commitments"}

    commitments = checkboxes(
        _("Whose commitment"),
        help_text=_(
            "What is agreed often holds for all who owe the same; it is recorded on each, or on none."
        ),
    )
    convention = forms.ChoiceField(label=_("Counting convention"), widget=forms.RadioSelect)
    calendars = checkboxes(
        _("Days off"),
        required=False,
        help_text=_("A day is off where any of these has it. None chosen: the party has its own."),
    )
    due_on = forms.DateField(label=_("Due on"))
    effective_on = forms.DateField(label=_("From the day"))
    reason, source = reason_field(), source_field()
    agreed_by = checkboxes(
        _("Agreed by"),
        required=False,
        help_text=_("Who agreed to this reading, where they did. None chosen: the mediator reads it so."),
    )
    agreed_on = forms.DateField(label=_("Agreed on"), required=False)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    # The newest reading that the mediator had seen.
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    meanwhile = _("Meanwhile %(by)s recorded a reading. Look at both; send again if yours still holds.")

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        owed: Sequence[Commitment],
        calendars: Iterable[Calendar],
        parties: Iterable[Party],
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.owed = kind, owed
        self.calendar_names = {calendar.code: calendar.name for calendar in calendars}
        obstacles = {str(commitment.pk): in_the_way(kind, commitment) for commitment in owed}
        for name in set(self.fields) - {*fields_of(kind), "shown", "seen"}:
            del self.fields[name]
        self.order_fields(fields_of(kind))
        self.set_days(now, owed)
        self.fields["commitments"].initial = [key for key, why_not in obstacles.items() if not why_not]
        choices: dict[str, list[tuple[str, Any]]] = {
            "commitments": [
                (str(commitment.pk), told_apart(commitment, obstacles[str(commitment.pk)]))
                for commitment in owed
            ],
            "convention": [(code, capfirst(str(one.name))) for code, one in CONVENTIONS.items()],
            "calendars": list(self.calendar_names.items()),
            "agreed_by": [(party.code, party.name) for party in parties],
        }
        for name, pairs in choices.items():
            if name in self.fields:
                self.choice(name).choices = pairs
        if not self.calendar_names:
            self.fields.pop("calendars", None)

    def beside(self, newer: Reading) -> Iterator[tuple[str, str, str]]:
        said, names = self.said(), self.calendar_names
        mine = reading_in_words(Reading(kind=self.kind, **self.effective()), names)
        yield str(_("Reading")), reading_in_words(newer, names), mine
        yield str(_("Reason")), newer.reason, said["reason"]
        yield str(_("Source")), newer.source, said["source"]
        yield str(_("Agreed by")), self.agreed(newer.agreed_by), self.agreed(said["agreed_by"])

    def agreed(self, codes: Iterable[str]) -> str:
        names = self.labels("agreed_by")
        return ", ".join(str(names.get(code, code)) for code in codes)

    def set_days(self, now: datetime, owed: Sequence[Commitment]) -> None:
        today = day_in(now, owed[0].agreement.zone)
        for name in ("effective_on", "agreed_on"):
            if name in self.fields:
                self.fields[name].widget = day_input(latest=today)
        if "effective_on" in self.fields:
            self.fields["effective_on"].initial = today
        if "due_on" in self.fields:
            self.fields["due_on"].widget = day_input()

    @property
    def says_what_it_does(self) -> bool:
        """Whether it is filled in as far as its effect hangs on it. Looks at what was sent."""
        return self.is_bound and not any(name in self.errors for name in EFFECTIVE)

    @property
    def chosen(self) -> list[Commitment]:
        return [
            commitment for commitment in self.owed if str(commitment.pk) in self.cleaned_data["commitments"]
        ]

    def effective(self) -> dict[str, Any]:
        """What the effect hangs on, as a command takes it."""
        names = [name for name in EFFECTIVE[1:] if name in self.fields]
        return {name: self.cleaned_data[name] for name in names}

    def said(self) -> dict[str, Any]:
        return self.effective() | {name: self.cleaned_data[name] for name in ("reason", "source", *AGREED)}


def told_apart(commitment: Commitment, obstacle: str) -> str:
    """The party, with what stands in the way of such a reading on its commitment."""
    return f"{commitment.party.name} ({obstacle})" if obstacle else commitment.party.name


class TakeBackForm(ReasonForm):
    """Taking readings back: the same one on several commitments at once."""

    readings = checkboxes(_("Whose commitment"))
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("readings", "reason")

    def __init__(self, *args: Any, alike: Sequence[Reading], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alike = {one.key: one for one in alike}
        field = self.choice("readings")
        field.choices = [(key, one.commitment.party.name) for key, one in self.alike.items()]
        field.initial = list(self.alike)

    @property
    def chosen(self) -> list[Reading]:
        return [self.alike[key] for key in self.cleaned_data["readings"]]
