"""The forms of accounts and mandates. What may be is decided by the commands; a form only asks."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Participation
from obligations.forms.base import CommandForm
from obligations.forms.text import Text
from parties.access import Clearance, Role
from parties.texts import LIMITS

TEXT = {"class": "field"}
CHOOSE = ("", _("Choose one"))


class ReasonForm(CommandForm):
    """What any act here wants."""

    reason = Text("reason", label=_("Reason"), widget=forms.TextInput(attrs=TEXT))


class SwitchForm(ReasonForm):
    on = forms.ChoiceField(choices=[("yes", _("on")), ("no", _("off"))], widget=forms.HiddenInput)


class MandateForm(ReasonForm):
    """`agreements` are those that the viewer administers. Nothing that gives a power is chosen beforehand."""

    agreement = forms.ChoiceField(label=_("Agreement"), widget=forms.Select(attrs=TEXT))
    role = forms.ChoiceField(
        label=_("Role"), choices=[CHOOSE, *Role.choices], widget=forms.Select(attrs=TEXT)
    )
    party = forms.ChoiceField(
        label=_("Party"),
        required=False,
        widget=forms.Select(attrs=TEXT),
        help_text=_("Of a representative; leave it out for any other role."),
    )
    clearance = forms.ChoiceField(
        label=_("Clearance"),
        choices=Clearance.choices,
        initial=Clearance.PUBLIC,
        required=False,
        widget=forms.Select(attrs=TEXT),
        help_text=_("How far an analyst or administrator reads."),
    )

    field_order: tuple[str, ...] = ("agreement", "role", "party", "clearance", "reason")

    def __init__(self, *args: Any, agreements: Iterable[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreements = {one.code: one for one in agreements}
        places = Participation.objects.filter(agreement__in=self.agreements.values(), in_pack=True)
        self.parties = {place.party.code: place.party for place in places.select_related("party")}
        named = sorted(self.parties.values(), key=lambda party: party.name.casefold())
        named_agreements = [(c, a.short_title) for c, a in self.agreements.items()]
        first = [] if len(named_agreements) == 1 else [CHOOSE]
        self.fields["agreement"].choices = [*first, *named_agreements]  # type: ignore[attr-defined]
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


class InviteForm(MandateForm):
    """The first mandate of somebody in an agreement, by e-mail address."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=LIMITS["email"], widget=forms.EmailInput(attrs=TEXT)
    )
    name = Text(
        "name",
        label=_("Name"),
        required=False,
        help_text=_("Of a new account. One that is there keeps its own."),
    )

    field_order = ("email", "name", *MandateForm.field_order)

    def said(self) -> dict[str, Any]:
        return {**super().said(), "email": self.cleaned_data["email"], "name": self.cleaned_data["name"]}
