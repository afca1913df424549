"""Who may open the desk."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agreement.viewers import viewer_of
from parties.rights import Right, may

View = Callable[..., HttpResponse]


def for_mediators(view: View) -> View:
    """Nobody signed in is asked to; somebody who mediates nothing is told so."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may(viewer_of(request), Right.OPEN_DESK):
            raise PermissionDenied(_("The desk is for mediators. Your account has no such mandate."))
        return view(request, *args, **kwargs)

    return login_required(guarded)
