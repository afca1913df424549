"""The form by which an account makes itself a token for a program."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from obligations.forms.base import CommandForm
from obligations.forms.text import Text
from parties.models import ApiToken

FIELD = {"class": "field"}


class TokenForm(CommandForm):
    """How long it lasts is asked in days."""

    shown_at: ClassVar[dict[str, str]] = {"expiry": "days"}

    name = Text(
        "name",
        label=_("Name"),
        help_text=_("What you find it by in the list: such as the name of the program that will use it."),
    )
    scope = forms.ChoiceField(
        label=_("What it may do"),
        choices=ApiToken.Scope.choices,
        initial=ApiToken.Scope.READ,
        widget=forms.Select(attrs=FIELD),
        help_text=_("It sees what you see. One that reads and writes also acts in your name."),
    )
    days = forms.IntegerField(
        label=_("Days until it ends"),
        min_value=1,
        max_value=settings.API_TOKEN_MOST_DAYS,
        initial=settings.API_TOKEN_DAYS,
        widget=forms.NumberInput(attrs=FIELD),
    )

    def given(self, now: datetime) -> dict[str, Any]:
        """What the command takes."""
        data = self.cleaned_data
        expiry = now + timedelta(days=data["days"])
        return {"name": data["name"], "scope": data["scope"], "expiry": expiry}
