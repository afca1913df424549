"""The forms of accounts and mandates. What may be is decided by the commands; a form only asks."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Participation
from obligations.command_form import CommandForm
from obligations.text_fields import Text
from parties.access import Clearance, Role
from parties.texts import LIMITS

TEXT = {"class": "field"}


class ReasonForm(CommandForm):
    """What any act here wants."""

    reason = Text("reason", label=_("Reason"), widget=forms.TextInput(attrs=TEXT))


class MakeAccountForm(ReasonForm):
    email = forms.EmailField(
        label=_("E-mail address"), max_length=LIMITS["email"], widget=forms.EmailInput(attrs=TEXT)
    )
    name = Text("name", label=_("Name"), required=False)

    field_order = ("email", "name", "reason")


class MandateForm(ReasonForm):
    """`agreements` are those that the viewer administers."""

    agreement = forms.ChoiceField(label=_("Agreement"), widget=forms.Select(attrs=TEXT))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.Select(attrs=TEXT))
    party = forms.ChoiceField(
        label=_("Party"),
        required=False,
        widget=forms.Select(attrs=TEXT),
        help_text=_("Of a representative; leave it out for any other role."),
    )
    clearance = forms.ChoiceField(
        label=_("Clearance"),
        choices=Clearance.choices,
        required=False,
        widget=forms.Select(attrs=TEXT),
        help_text=_("How far an analyst or administrator reads."),
    )

    field_order = ("agreement", "role", "party", "clearance", "reason")

    def __init__(self, *args: Any, agreements: Iterable[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreements = {one.code: one for one in agreements}
        places = Participation.objects.filter(agreement__in=self.agreements.values(), in_pack=True)
        self.parties = {place.party.code: place.party for place in places.select_related("party")}
        named = sorted(self.parties.values(), key=lambda party: party.name.casefold())
        self.fields["agreement"].choices = [(c, a.short_title) for c, a in self.agreements.items()]  # type: ignore[attr-defined]
        self.fields["party"].choices = [("", _("None")), *((p.code, p.name) for p in named)]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """What the command takes."""
        data = self.cleaned_data
        return {
            "agreement": self.agreements[data["agreement"]],
            "role": data["role"],
            "party": self.parties.get(data["party"]),
            "clearance": data["clearance"] or Clearance.PUBLIC,
            "reason": data["reason"],
        }
