"""Who may open the administrators' rooms, and what of them is theirs."""

from django.utils.translation import gettext_lazy

from agreement.models import Agreement
from obligations.web.base.guards import guard
from parties.access import Role, Viewer
from parties.rights import Right

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
