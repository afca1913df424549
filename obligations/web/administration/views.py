"""The administrator's desk: whether the machine does its work, and whether what it keeps is what was recorded."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreement.ledger.seal import unstamped
from agreement.ledger.witnessed import troubles
from agreement.models import LedgerCheck, LedgerEntry
from agreement.models.ledger import BREAKS
from agreement.viewers import viewer_of
from normalization_tracker.health import parts_now
from normalization_tracker.roles import application_may_change_records
from obligations.files import scanner
from obligations.models import DriftCheck, Proposal, SweepRun
from obligations.web.administration.rights import for_administrators
from obligations.words.ages import ago, older_than
from obligations.words.notices import unread

# A check runs each night; after this long one has been missed.
STALE_SECONDS = 36 * 60 * 60


@for_administrators
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """For administrators: acts of power that they are told of or that wait; then the checks of the machine."""
    viewer = viewer_of(request)
    own = {
        "notices": unread(viewer),
        "to_sign": Proposal.objects.visible_to(viewer).of_power().unsettled().count(),
    }
    return render(request, "administration/page.html", context() | own)


def context() -> dict[str, Any]:
    now = timezone.now()
    check = DriftCheck.objects.order_by("-finished_at").first()
    sweep = SweepRun.objects.order_by("-finished_at").first()
    verified = LedgerCheck.objects.order_by("-finished_at").first()
    return {
        "faults": [f"{part}: {wrong}" for part, wrong in parts_now().items() if wrong],
        "verified": verified,
        "verified_when": ago(verified.finished_at, now) if verified else "",
        "verified_stale": verified is not None and older_than(verified.finished_at, now, STALE_SECONDS),
        "one_role": application_may_change_records(),
        "breaks": LedgerEntry.objects.filter(command__in=BREAKS).order_by("-id"),
        "witness_troubles": troubles(now),
        "unstamped": unstamped(now).exists(),
        "check": check,
        "checked": ago(check.finished_at, now) if check else "",
        "check_stale": check is not None and older_than(check.finished_at, now, STALE_SECONDS),
        "more": max(check.found - len(check.differences), 0) if check else 0,
        "earlier": DriftCheck.objects.order_by("-finished_at")[1:15],
        "swept": ago(sweep.finished_at, now) if sweep else "",
        "scanner_on": scanner.is_on(),
        "scanner_answers": scanner.is_on() and scanner.answers(),
    }
