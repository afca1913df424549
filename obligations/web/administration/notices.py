"""Acknowledging what one was told of acts of power: for administrators and mediators, each what they were told."""

from contextlib import suppress

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from agreement.commands import acknowledge
from agreement.models import Notice
from agreement.viewers import viewer_of
from obligations.commands import Refused

# Where the notices stand, and one goes back to.
ROOMS = ("administration", "desk")


@login_required
@never_cache
@require_POST
def notice(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    shown = get_object_or_404(Notice.objects.visible_to(viewer), key=key)
    with suppress(Refused):  # A second click: it is acknowledged.
        acknowledge(notice=shown, actor=viewer, now=timezone.now())
    room = request.POST.get("room", "")
    return redirect(room if room in ROOMS else "home")
