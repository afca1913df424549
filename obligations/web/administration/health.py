"""The parts of the machine as one table: how each is, since when, what follows, what to do; and their work sent for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from celery import current_app
from django.contrib import messages
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from normalization_tracker.health import behind, parts_now
from obligations import heartbeats
from obligations.web.administration.administered import for_administrators
from obligations.words.ages import ago
from obligations.words.health import PARTS, Part
from parties.rates import costly

# Seconds after which what no worker took is not worth doing.
WAITS = 10 * 60


@dataclass(frozen=True, slots=True)
class Row:
    """A part as it is now. `said` is what is wrong with it: empty where nothing is, None where that cannot be known."""

    code: str
    part: Part
    said: str | None
    done: str

    @property
    def typed(self) -> str:
        """What an operator is told, after what the server says of it."""
        return "\n".join(filter(None, (f"# {self.said}" if self.said else "", self.part.typed)))


def looked_at(now: datetime) -> dict[str, Any]:
    """All parts, what does not work first. What cannot be known while the database is away is no fault of its own."""
    found = parts_now()
    try:
        ages = heartbeats.ages()
    except Error:
        ages = {}
    if (seconds := behind()) is not None and isfinite(seconds):
        ages["replica"] = timedelta(seconds=seconds)
    rows = [Row(code, PARTS[code], said, _done(PARTS[code], ages, now)) for code, said in found.items()]
    return {"parts": sorted(rows, key=lambda row: not row.said), "down": sum(bool(row.said) for row in rows)}


def _done(part: Part, ages: dict[str, Any], now: datetime) -> str:
    """When its work was done last, of several the one that is longest ago; empty where it has none."""
    if not part.work:
        return ""
    known = [ages[name] for name in part.work if name in ages]
    return ago(now - max(known), now) if len(known) == len(part.work) else _("not yet")


@for_administrators
@costly
@require_POST
def run_now(request: HttpRequest, part: str) -> HttpResponse:
    """Send for the work of a part. It writes nothing itself: the worker does what it does each time."""
    if part not in PARTS or not PARTS[part].tasks:
        raise Http404
    try:
        for name in PARTS[part].tasks:
            current_app.send_task(f"obligations.tasks.{name}", retry=False, expires=WAITS)
    except OperationalError:
        messages.error(
            request, _("The broker does not answer: nothing was sent for. Try again when it does.")
        )
    else:
        messages.success(request, _("It was sent for. The worker does it now; look again in a minute."))
    return redirect("administration")
