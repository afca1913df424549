"""Which tiers somebody sees, in words: for figures, and for what is printed and carried into meetings."""

from django.utils.translation import gettext as _

from parties.access import Role, Tier, Viewer


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
        return _("It holds what you may see (%(tiers)s).") % {"tiers": tiers}
    return _("It holds what everybody may see.")
