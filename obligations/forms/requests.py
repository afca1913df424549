"""The forms in which mediators ask a party, and take that back. The commands judge; a form only asks."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from obligations.forms.audience import AudienceForm
from obligations.forms.base import CommandForm
from obligations.forms.text import Text
from parties.models import Party


class RequestForm(AudienceForm):
    """`parties` are those that can be asked, by name; `first` is the one that is offered first."""

    party = forms.ChoiceField(label=_("Whom you ask"), widget=forms.Select(attrs={"class": "field"}))
    reply_by = forms.DateField(
        label=_("Reply by"), help_text=_("The end of this day, in the agreement's time zone.")
    )
    words = Text("words", label=_("What you ask"))

    def __init__(
        self, *args: Any, parties: Iterable[Party], first: Party | None, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parties = {str(one.pk): one for one in parties}
        self.fields["party"].choices = [(key, one.name) for key, one in self.parties.items()]  # type: ignore[attr-defined]
        self.fields["party"].initial = str(first.pk) if first else None
        self.fields["reply_by"].widget = forms.DateInput(
            attrs={"type": "date", "class": "field", "min": today.isoformat()}, format="%Y-%m-%d"
        )

    def said(self) -> dict[str, Any]:
        """What the command takes."""
        data = self.cleaned_data
        audience = self.audience()
        del audience["confidant"]  # the party that is asked
        return {name: data[name] for name in ("reply_by", "words")} | {
            "party": self.parties[data["party"]],
            **audience,
        }


class TakeBackForm(CommandForm):
    reason = Text("reason", label=_("Reason"))
