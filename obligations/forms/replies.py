"""The forms of what is said about a statement. The commands judge; a form only asks."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from obligations.commands.releases import Subject
from obligations.deadlines import day_in, start_of_day
from obligations.forms.audience import AudienceForm, Choices
from obligations.forms.base import CommandForm
from obligations.forms.text import Text
from parties.texts import day_error


class WithdrawalForm(CommandForm):
    """It is seen by whoever sees the statement."""

    reason = Text("reason", label=_("Reason"))

    def __init__(self, *args: Any, subject: Subject, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def said(self) -> dict[str, Any]:
        """What the command takes."""
        return dict(self.cleaned_data)


class TierForm(AudienceForm):
    """About `subject`, with the reason and who may see it."""

    reason = Text("reason", label=_("Reason"))

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject

    def said(self) -> dict[str, Any]:
        """What the command takes."""
        rest = {name: value for name, value in self.cleaned_data.items() if name != "tier"}
        return rest | self.audience()


class AnswerForm(TierForm):
    """It begins with who sees what it answers: an answer tells of that."""

    source = Text(
        "source",
        label=_("Source"),
        required=False,
        help_text=_("An address, or a document and its date."),
    )


class ReleaseForm(TierForm):
    shown_at = {"publish_at": "publish_on"}

    publish_on = forms.DateField(
        label=_("Public from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "field"}, format="%Y-%m-%d"),
        help_text=_("Of a publication: the day on which it becomes public. Left out, it is public at once."),
    )

    field_order = ("reason", "publish_on")

    def clean_publish_on(self) -> date | None:
        on: date | None = self.cleaned_data["publish_on"]
        if error := day_error(on):
            raise forms.ValidationError(error)
        return on

    def said(self) -> dict[str, Any]:
        data = super().said()
        on: date | None = data.pop("publish_on")
        return data | {"publish_at": self.beginning_of(on) if on else None}

    def beginning_of(self, day: date) -> datetime | None:
        """In the agreement's zone; of today, at once."""
        zone = self.subject.agreement.zone
        return None if day == day_in(timezone.now(), zone) else start_of_day(day, zone)
