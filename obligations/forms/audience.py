"""The last choice of a form: who may see what it sends. Nothing is chosen beforehand, but for what it refers to; and
that everybody may read it, never.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from agreement.viewers import confidants_in, readers_in
from obligations.commands import Refused
from obligations.commands.widening import Referent, inherited
from obligations.forms.base import CommandForm
from parties.access import TIERS_OF_A_PARTY, Audience, Grant, Role, Tier
from parties.models import Party, Tiered
from parties.tier_words import IN_ANY_AGREEMENT, Readers

# The only party of a confidence that goes without saying: one's own, or the one that is asked.
NAMELESS = Tier.IN_CONFIDENCE.value


@dataclass(frozen=True, slots=True)
class Choices:
    """Who may see what a form sends: by the choice's value its tier and the party of a confidence.

    `begins_with` is the value that is chosen already, since what the form refers to is for the same people; empty where
    it refers to nothing, or to what everybody may read. `referred` says in words who can read that.
    """

    among: dict[str, tuple[Tier, Party | None]]
    readers: Readers = IN_ANY_AGREEMENT
    begins_with: str = ""
    referred: str = ""
    labels: dict[str, str] = field(default_factory=dict)

    def label(self, value: str) -> str:
        """Such as "In confidence: Alpha and the mediators"."""
        return f"{capfirst(str(self.among[value][0].label))}: {self.readers_of(value)}"

    def readers_of(self, value: str) -> str:
        tier, party = self.among[value]
        return self.labels.get(value) or self.readers.of(Audience(tier, party.pk if party else None))


def choices_for(
    agreement: Agreement, grant: Grant, now: datetime, referents: Sequence[Referent] = ()
) -> Choices:
    """The choices of somebody with that grant, for something that refers to all of `referents`."""
    readers, confidants = readers_in(agreement), confidants_in(agreement)
    if grant.role == Role.REPRESENTATIVE:
        own = Party.objects.get(pk=grant.party_id or 0)
        among = {tier.value: (tier, own if tier == Tier.IN_CONFIDENCE else None) for tier in TIERS_OF_A_PARTY}
    else:
        among = of_a_mediator(confidants)
    return beginning(Choices(among, readers), referents, now)


def choices_of_a_request(agreement: Agreement, now: datetime, referents: Sequence[Referent] = ()) -> Choices:
    """In confidence is with the party that is asked, which the same form names."""
    among: dict[str, tuple[Tier, Party | None]] = {tier.value: (tier, None) for tier in TIERS_OF_A_PARTY}
    labels = {NAMELESS: gettext("the party that you ask and the mediators")}
    return beginning(Choices(among, readers_in(agreement), labels=labels), referents, now)


def of_a_mediator(confidants: Iterable[Party]) -> dict[str, tuple[Tier, Party | None]]:
    among: dict[str, tuple[Tier, Party | None]] = {}
    for tier in (Tier.PUBLIC, Tier.PARTIES, Tier.IN_CONFIDENCE, Tier.MEDIATORS):
        if tier == Tier.IN_CONFIDENCE:
            among |= {f"{tier.value}:{party.code}": (tier, party) for party in confidants}
        else:
            among[tier.value] = (tier, None)
    return among


def beginning(choices: Choices, referents: Sequence[Referent], now: datetime) -> Choices:
    theirs = inherited(referents, now)
    if theirs is None:
        return choices
    same = (value for value, one in choices.among.items() if fits(one, theirs) and one[0] != Tier.PUBLIC)
    return Choices(choices.among, choices.readers, next(same, ""), choices.readers.of(theirs), choices.labels)


def fits(choice: tuple[Tier, Party | None], audience: Audience) -> bool:
    tier, party = choice
    return tier == audience.tier and (party is None or party.pk == audience.confidant_id)


@dataclass(frozen=True, slots=True)
class Widening:
    """The second act that a wider choice wants: `value` is the choice that it is for."""

    value: str
    readers: str
    is_said: bool


class AudienceForm(CommandForm):
    """With who may see it, as the last choice. Subclasses hand down its `choices`.

    What a command refuses as wider than what it refers to comes back with the sentence, and with a box to tick that
    counts for that choice alone.
    """

    shown_at = {"wider": "tier", "confidant": "tier"}

    tier = forms.ChoiceField(
        label=_("Who may see it"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may see it: nothing is chosen for you.")},
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices, self.is_wider = choices, False
        tier = self.choice("tier")
        tier.choices = [(value, choices.label(value)) for value in choices.among]
        self.initial.setdefault("tier", choices.begins_with)
        if choices.referred:
            words = gettext("What this refers to can be read by: %(readers)s.") % {
                "readers": choices.referred
            }
            tier.help_text = words
        self.order_fields([*(name for name in self.fields if name != "tier"), "tier"])

    @property
    def wider_for(self) -> str:
        """The choice for which it was said that more people are meant to see it; empty where it was not."""
        return str(self.data.get("wider", ""))

    @property
    def widening(self) -> Widening | None:
        """The box to tick, where the form wants it or has it."""
        value = str(self.data.get("tier", ""))
        if value not in self.choices.among or not (self.is_wider or self.wider_for == value):
            return None
        return Widening(value, self.choices.readers_of(value), self.wider_for == value)

    def audience(self) -> dict[str, Any]:
        """What a command takes of it."""
        value = self.cleaned_data["tier"]
        tier, party = self.choices.among[value]
        return {"tier": tier, "confidant": party, "wider": self.wider_for == value}

    def refuse(self, refused: Refused) -> None:
        self.is_wider |= "wider" in refused.errors
        super().refuse(refused)


def unless_public(row: Tiered) -> str:
    """Who may see a row, to stand behind its name in a list of choices; empty for what everybody may see."""
    if row.tier == Tier.PUBLIC:
        return ""
    if row.confidant:
        return gettext("in confidence with %(party)s") % {"party": row.confidant.name}
    return str(Tier(row.tier).label)
