"""The forms in which mediators ask a party, and take that back. The commands judge; a form only asks."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from obligations.command_form import CommandForm
from obligations.forms import capitalised
from obligations.text_fields import Text
from parties.access import Tier
from parties.models import Party

TIERS = (Tier.PARTIES, Tier.IN_CONFIDENCE, Tier.PUBLIC)


class AskForm(CommandForm):
    """`parties` are those that can be asked, by name; `first` is the one that is offered first."""

    party = forms.ChoiceField(label=_("Whom you ask"), widget=forms.Select(attrs={"class": "field"}))
    reply_by = forms.DateField(
        label=_("Reply by"), help_text=_("The end of this day, in the agreement's time zone.")
    )
    words = Text("words", label=_("What you ask"))
    tier = forms.ChoiceField(
        label=_("Who may see it"),
        choices=[(tier.value, capitalised(tier)) for tier in TIERS],
        widget=forms.Select(attrs={"class": "field"}),
        help_text=_(
            "In confidence: with the party that you ask. Whether it replies is told to you and to it alone."
        ),
    )

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
        return self.cleaned_data | {"party": self.parties[self.cleaned_data["party"]]}


class TakeBackForm(CommandForm):
    reason = Text("reason", label=_("Reason"))
