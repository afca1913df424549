"""The administrator's desk: whether the machine does its work, and whether what it keeps is what was recorded."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agreement.viewers import viewer_of
from obligations.deadlines import ago, older_than
from obligations.models import DriftCheck, SweepRun
from parties.rights import Act, may

# A check runs each night; after this long one has been missed.
STALE_SECONDS = 36 * 60 * 60


@login_required
@never_cache
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """For administrators: the newest drift check with what it found, and the newest sweep."""
    if not may(viewer_of(request), Act.OPEN_ADMINISTRATION) and not request.user.is_staff:
        raise PermissionDenied(_("This page is for administrators. Your account has no such mandate."))
    return render(request, "administration/page.html", context())


def context() -> dict[str, Any]:
    now = timezone.now()
    check = DriftCheck.objects.order_by("-finished_at").first()
    sweep = SweepRun.objects.order_by("-finished_at").first()
    return {
        "check": check,
        "checked": ago(check.finished_at, now) if check else "",
        "check_stale": check is not None and older_than(check.finished_at, now, STALE_SECONDS),
        "more": max(check.found - len(check.differences), 0) if check else 0,
        "earlier": DriftCheck.objects.order_by("-finished_at")[1:15],
        "swept": ago(sweep.finished_at, now) if sweep else "",
    }
