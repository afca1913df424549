"""Who opens the pages of administration, and which agreements and accounts they meet there."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from agreement.models import Agreement, Mandate
from obligations.web.base.guards import guard
from parties.access import Role, Viewer
from parties.models import User
from parties.rights import Right

for_administrators = guard(
    Right.OPEN_ADMINISTRATION,
    otherwise=gettext_lazy("This page is for administrators. Your account has no such mandate."),
)


def administered(viewer: Viewer) -> list[Agreement]:
    """The agreements whose mandates the viewer gives, by code."""
    if viewer.keeps_accounts:
        return list(Agreement.objects.all())
    return list(Agreement.objects.filter(pk__in=viewer.agreements_as(Role.ADMINISTRATOR)))


def accounts_seen_by(viewer: Viewer) -> QuerySet[User]:
    """All of the server for who keeps them; else those with a mandate in an agreement that the viewer administers."""
    if viewer.keeps_accounts:
        return User.objects.all()
    theirs = Mandate.objects.filter(agreement__in=administered(viewer))
    return User.objects.filter(pk__in=theirs.values("user"))


def accounts_only_here(viewer: Viewer) -> QuerySet[User]:
    """Those without a mandate in an agreement of others, where the server keeps the account."""
    return accounts_seen_by(viewer).filter(~Exists(mandates_elsewhere(viewer)))


def mandates_elsewhere(viewer: Viewer) -> QuerySet[Mandate]:
    """The mandates of an account (an outer query's `pk`) in agreements that the viewer does not administer."""
    return Mandate.objects.filter(user=OuterRef("pk")).exclude(agreement__in=administered(viewer))
