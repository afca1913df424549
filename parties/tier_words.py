"""Tiers in words: who can read what is in one, and which of them somebody sees.

Forms, the API's errors and document, sheets and refusals all take their sentences from `Readers`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from parties.access import Audience, Role, Tier, Viewer


@dataclass(frozen=True, slots=True)
class Readers:
    """Who can read what, in the words of one agreement; without its names, in those of any.

    `agreement` is its short title, `parties` the names of its parties in their order, `names` by key those of all who
    take part, so that one can be named with whom something is in confidence.
    """

    agreement: str = ""
    parties: tuple[str, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)

    def of(self, audience: Audience) -> str:
        """The people of an audience, to be put inside a sentence: "everybody, also without an account"."""
        if audience.tier == Tier.PUBLIC:
            return self.everybody()
        if audience.tier == Tier.PARTIES:
            parties = {"parties": ", ".join(map(str, self.parties)) or _("the parties")}
            return (
                # Translators: people who can read something; mostly after a colon.
                _("%(parties)s, the mediators, and analysts and observers who are cleared for it") % parties
            )
        if audience.tier == Tier.IN_CONFIDENCE:
            party = {"party": self.names.get(audience.confidant_id or 0) or _("one party")}
            # Translators: people who can read something; mostly after a colon.
            return _("%(party)s and the mediators") % party
        return _("the mediators alone")

    def everybody(self) -> str:
        if not self.agreement:
            return _("everybody; also without an account, where the server is open to the public")
        if settings.PUBLIC_READING:
            return _("everybody, also without an account")
        return _("everybody with an account in “%(agreement)s”") % {"agreement": self.agreement}

    def option(self, audience: Audience) -> str:
        """The same as a sentence of its own, for a choice in a form."""
        return capfirst(self.of(audience))

    def explained(self, tiers: Iterable[Tier] = Tier) -> str:
        """Each tier by the word that the API takes for it, with who can read it."""
        each = (f"`{tier.value}`: {self.of(Audience(tier))}" for tier in tiers)
        return "; ".join(each)


IN_ANY_AGREEMENT = Readers()


def tiers_seen(viewer: Viewer, agreement_id: int) -> str:
    """The tiers beyond the public one that the viewer sees in the agreement, with it; empty where there are none."""
    grant = viewer.grant(agreement_id)
    if grant is None or not grant.reads_parties_tier:
        return ""
    tiers = [str(Tier.PUBLIC.label), str(Tier.PARTIES.label)]
    if grant.role == Role.REPRESENTATIVE:
        tiers.append(_("in confidence with your party"))
    if grant.role == Role.MEDIATOR:
        tiers += [str(Tier.IN_CONFIDENCE.label), str(Tier.MEDIATORS.label)]
    return ", ".join(tiers)


def counted_in(viewer: Viewer, agreement_id: int) -> str:
    if tiers := tiers_seen(viewer, agreement_id):
        return _("Counted in what you may see (%(tiers)s).") % {"tiers": tiers}
    return _("Counted in what everybody may see.")


def held_in(viewer: Viewer, agreement_id: int) -> str:
    """Of a page that holds rows more than figures."""
    if tiers := tiers_seen(viewer, agreement_id):
        return _("It shows what you may see: %(tiers)s.") % {"tiers": tiers}
    return _("It shows what everybody may see.")
