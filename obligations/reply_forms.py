"""The forms of what is said about a statement. The commands judge; a form only asks."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from obligations.command_form import CommandForm
from obligations.commands.releases import Subject
from obligations.deadlines import day_in, start_of_day
from obligations.forms import capitalised
from obligations.text_fields import Text
from parties.access import TIERS_OF_A_PARTY, Grant, Role, Tier
from parties.models import Party


class ReplyForm(CommandForm):
    """About `subject`, by whoever has the `grant`. `parties` are those of the agreement, by name."""

    reason = Text("reason", label=_("Reason"))

    def __init__(
        self, *args: Any, subject: Subject, grant: Grant, parties: Iterable[Party], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.subject, self.grant = subject, grant
        self.parties = {str(party.pk): party for party in parties}
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to who asks."""

    def said(self) -> dict[str, Any]:
        """What the command takes."""
        return dict(self.cleaned_data)


class WithdrawalForm(ReplyForm):
    pass


class TierForm(ReplyForm):
    """With who may see it; a representative's confidence is with the own party, a mediator chooses one."""

    tier = forms.ChoiceField(
        label=_("Who may see it"), choices=Tier.choices, widget=forms.Select(attrs={"class": "field"})
    )
    confidant = forms.ChoiceField(
        label=_("In confidence with"), required=False, widget=forms.Select(attrs={"class": "field"})
    )

    def prepare(self) -> None:
        of_a_party = self.grant.role == Role.REPRESENTATIVE
        tiers = TIERS_OF_A_PARTY if of_a_party else tuple(Tier)
        self.fields["tier"].choices = [(tier.value, capitalised(tier)) for tier in tiers]  # type: ignore[attr-defined]
        if of_a_party:
            del self.fields["confidant"]
            return
        choices = [("", _("Choose the party")), *((key, one.name) for key, one in self.parties.items())]
        self.fields["confidant"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        confidential = data.get("tier") == Tier.IN_CONFIDENCE
        own = str(self.grant.party_id) if self.grant.role == Role.REPRESENTATIVE else data.get("confidant")
        data["confidant"] = self.parties.get(own or "") if confidential else None
        if confidential and data["confidant"] is None and "confidant" in self.fields:
            self.add_error("confidant", _("Choose the party with which this is in confidence."))
        return data


class AnswerForm(TierForm):
    """For whoever sees what it answers, unless another choice is made: an answer tells of that."""

    source = Text(
        "source",
        label=_("Source"),
        required=False,
        help_text=_("An address, or a document and its date."),
    )

    field_order = ("reason", "source", "tier", "confidant")

    def prepare(self) -> None:
        super().prepare()
        self.fields["tier"].initial = self.subject.tier
        if "confidant" in self.fields:
            self.fields["confidant"].initial = self.subject.confidant_id or ""


class ReleaseForm(TierForm):
    shown_at = {"publish_at": "publish_on"}

    publish_on = forms.DateField(
        label=_("Public from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "field"}, format="%Y-%m-%d"),
        help_text=_("Of a publication: the day on which it becomes public. Left out, it is public at once."),
    )

    field_order = ("tier", "confidant", "publish_on", "reason")

    def prepare(self) -> None:
        super().prepare()
        self.fields["tier"].initial = self.subject.tier

    def said(self) -> dict[str, Any]:
        data = super().said()
        on: date | None = data.pop("publish_on")
        return data | {"publish_at": self.beginning_of(on) if on else None}

    def beginning_of(self, day: date) -> datetime | None:
        """In the agreement's zone; of today, at once."""
        zone = self.subject.agreement.zone
        return None if day == day_in(timezone.now(), zone) else start_of_day(day, zone)
