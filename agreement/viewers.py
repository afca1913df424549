"""From a request's user to what access asks about."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from agreement.models import Mandate
from parties.access import PUBLIC_VIEWER, Clearance, Grant, Role, Viewer

if TYPE_CHECKING:
    from parties.models import User


def viewer_for(user: "User | AnonymousUser") -> Viewer:
    """The viewer of a user: one query. Nobody signed in, or an account that is switched off, is the public."""
    if not user.is_authenticated or not user.is_active:
        return PUBLIC_VIEWER
    mandates = Mandate.objects.filter(user_id=user.pk).order_by("agreement_id")
    grants = tuple(Grant(m.agreement_id, Role(m.role), m.party_id, Clearance(m.clearance)) for m in mandates)
    return Viewer(user_id=user.pk, grants=grants, keeps_accounts=user.is_staff)


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of a request, found once for each user it is read as."""
    user = request.user
    cached: tuple[int | None, Viewer] | None = getattr(request, "_viewer", None)
    if cached is None or cached[0] != user.pk:
        cached = (user.pk, viewer_for(user))
        request._viewer = cached  # type: ignore[attr-defined]
    return cached[1]
