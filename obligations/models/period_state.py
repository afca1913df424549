"""Where one period of what lasts stands, as expressions of the database: what was found on it, and in time or not.

The same rules in Python, for single rows, are in `obligations.status.periods`; a property test holds the two together.
"""

from datetime import datetime

from django.db import models
from django.db.models import DateField, Expression, F, Func, Q, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from obligations.deadlines.moment import STILL, Moment, moment_at


class PeriodState(models.TextChoices):
    """First of what has a due day, then of what is under review, then of both."""

    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Late")
    MISSED = "missed", _("Missed")
    KEPT = "kept", _("Kept")
    KEPT_WITH_INCIDENTS = "kept_with_incidents", _("Kept with incidents")
    NOT_KEPT = "not_kept", _("Not kept")
    CONTRARY = "contrary", _("Contrary")
    NO_FINDING = "no_finding", _("No finding")
    RUNNING = "running", _("Under way")
    UPCOMING = "upcoming", _("Upcoming")
    STOPPED = "stopped", _("Clock stopped")


def known_by(moment: Moment) -> Q:
    """Rows that were known by the moment, and not replaced by then."""
    if moment.is_present:
        return Q(known_until=STILL)
    known = moment.known_at or STILL
    return Q(known_from__lt=known, known_until__gte=known)


def day_of(moment: Moment | datetime, zone: str = "commitment__agreement__time_zone") -> Expression:
    """The day spoken of; at present, the one that it is in the agreement's zone."""
    moment = moment_at(moment)
    if moment.spoken_on:
        return Value(moment.spoken_on, DateField())
    local = Func(F(zone), Value(moment.now), function="timezone", output_field=models.DateTimeField())
    return Cast(local, DateField())
