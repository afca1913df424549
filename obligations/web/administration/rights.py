"""Who may open the administrators' pages; and the table of rights, made from the one that the commands ask."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agreement.commands.signatures import wants
from agreement.models import Agreement, Mandate, SignOff
from agreement.viewers import viewer_of
from obligations.web.base.guards import guard
from parties.access import Clearance, Grant, Role, Tier, Viewer
from parties.rights import MEANING, RIGHTS, Right

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


for_administrators = guard(
    Right.OPEN_ADMINISTRATION,
    otherwise=gettext_lazy("This page is for administrators. Your account has no such mandate."),
)


def administered(viewer: Viewer) -> list[Agreement]:
    """The agreements whose mandates the viewer gives, by code."""
    if viewer.keeps_accounts:
        return list(Agreement.objects.all())
    theirs = [grant.agreement_id for grant in viewer.grants if grant.role == Role.ADMINISTRATOR]
    return list(Agreement.objects.filter(pk__in=theirs))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table; `cells` are words, or whether it may be."""

    name: "StrOrPromise"
    cells: list["StrOrPromise | bool"]


@for_administrators
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    context = {
        "roles": [role.label for role in Role],
        "acts": [Line(meaning(act), [role in RIGHTS[act] for role in Role]) for act in Right],
        "tiers": [Line(tier.label, [reach(role, tier) for role in Role]) for tier in Tier],
        "holders": [(one, holders(one), signed(one), powers(one)) for one in administered(viewer)],
        "policies": [one.agreement_id for one in viewer.grants if one.role in RIGHTS[Right.SET_POLICY]],
    }
    return render(request, "administration/rights.html", context)


def meaning(act: Right) -> str:
    return str(MEANING.get(act, act.value))


def reach(role: Role, tier: Tier) -> "StrOrPromise | bool":
    """Whether the role reads the tier, and under which condition, by the rule of `parties.access`."""
    if tier in Grant(0, role).reads:
        own = role == Role.REPRESENTATIVE and tier == Tier.IN_CONFIDENCE
        return _("the own party's") if own else True
    if tier in Grant(0, role, clearance=Clearance.PARTIES).reads:
        return _("with clearance")
    return False


def signed(agreement: Agreement) -> list["StrOrPromise"]:
    """What wants a second mediator there."""
    return [SignOff(one).label for one in agreement.sign_off if one != SignOff.POWERS]


def powers(agreement: Agreement) -> str:
    """Whether acts of power want a second administrator there."""
    if wants(agreement.pk, SignOff.POWERS):
        return _("A second administrator signs acts of power.")
    if SignOff.POWERS in agreement.sign_off:
        return _("A second administrator signs acts of power as soon as there are two who can sign in.")
    return _("One administrator alone gives powers: the policy says so.")


def holders(agreement: Agreement) -> list[tuple["StrOrPromise", list[str]]]:
    """By role, those who may sign in; a role that nobody has is there too."""
    there = Mandate.objects.filter(agreement=agreement, user__is_active=True).select_related("user", "party")
    names: dict[str, list[str]] = {role.value: [] for role in Role}
    for mandate in there.order_by("user__email"):
        said = f"{mandate.user} ({mandate.party})" if mandate.party else str(mandate.user)
        names[mandate.role].append(said)
    return [(role.label, names[role.value]) for role in Role]
