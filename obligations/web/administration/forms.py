"""The forms of acts on accounts and mandates."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreement.models import Agreement, Participation
from obligations.forms.base import FIELD, CommandForm, Text, reason_field, select
from parties.access import Clearance, Role
from parties.alphabets import by_name
from parties.texts import LIMITS

CHOOSE = ("", gettext_lazy("Choose one"))


class AccountReasonForm(CommandForm):
    """What any act on accounts wants: a reason of one line."""

    reason = reason_field(widget=forms.TextInput(attrs=FIELD))


class SwitchForm(AccountReasonForm):
    on = forms.ChoiceField(
        choices=[("yes", pgettext_lazy("an account", "on")), ("no", pgettext_lazy("an account", "off"))],
        widget=forms.HiddenInput,
    )


class MandateForm(AccountReasonForm):
    """`agreements` are those that the viewer administers. Nothing that gives a power is chosen beforehand."""

    agreement = select(gettext_lazy("Agreement"))
    role = select(gettext_lazy("Role"), choices=[CHOOSE, *Role.choices])
    party = select(
        gettext_lazy("Party"),
        required=False,
        help_text=gettext_lazy(
            "Of a representative the party, of an observer the observer; leave it out for any other role."
        ),
    )
    clearance = select(
        gettext_lazy("Clearance"),
        choices=Clearance.choices,
        initial=Clearance.PUBLIC,
        required=False,
        help_text=gettext_lazy("How far an analyst, observer or administrator reads."),
    )

    field_order: tuple[str, ...] = ("agreement", "role", "party", "clearance", "reason")

    def __init__(self, *args: Any, agreements: Iterable[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreements = {agreement.code: agreement for agreement in agreements}
        places = Participation.objects.filter(agreement__in=self.agreements.values(), in_pack=True)
        self.parties = {place.party.code: place.party for place in places.select_related("party")}
        named = by_name(self.parties.values())
        named_agreements = [(c, a.short_title) for c, a in self.agreements.items()]
        first = [] if len(named_agreements) == 1 else [CHOOSE]
        self.choice("agreement").choices = [*first, *named_agreements]
        self.choice("party").choices = [("", gettext_lazy("None")), *((p.code, p.name) for p in named)]

    def said(self) -> dict[str, Any]:
        data = super().said()
        return data | {
            "agreement": self.agreements[data["agreement"]],
            "party": self.parties.get(data["party"]),
            "clearance": data["clearance"] or Clearance.PUBLIC,
        }


class InviteForm(MandateForm):
    """The first mandate of somebody in an agreement, by e-mail address."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), max_length=LIMITS["email"], widget=forms.EmailInput(attrs=FIELD)
    )
    name = Text(
        "name",
        label=gettext_lazy("Name"),
        required=False,
        help_text=gettext_lazy("Of a new account. One that is there keeps its own."),
    )

    field_order = ("email", "name", *MandateForm.field_order)
