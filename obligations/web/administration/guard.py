"""Who may open the administrators' rooms, and what of them is theirs."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agreement.models import Agreement
from agreement.viewers import viewer_of
from parties.access import Role, Viewer
from parties.rights import Right, may

View = Callable[..., HttpResponse]


def for_administrators(view: View) -> View:
    """Nobody signed in is asked to; somebody who administers nothing is told so."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may(viewer_of(request), Right.OPEN_ADMINISTRATION):
            raise PermissionDenied(_("This page is for administrators. Your account has no such mandate."))
        return view(request, *args, **kwargs)

    return login_required(guarded)


def administered(viewer: Viewer) -> list[Agreement]:
    """The agreements whose mandates the viewer gives, by code."""
    if viewer.keeps_accounts:
        return list(Agreement.objects.all())
    theirs = [grant.agreement_id for grant in viewer.grants if grant.role == Role.ADMINISTRATOR]
    return list(Agreement.objects.filter(pk__in=theirs))
