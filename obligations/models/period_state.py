"""Where one period of what lasts stands, as expressions of the database: what was found on it, and in time or not.

The same rules in Python, for single rows, are in `obligations.status.periods`; a property test holds the two together.
"""

from datetime import datetime

from django.db import models
from django.db.models import Case, DateField, Exists, Expression, F, Func, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Least
from django.utils.translation import gettext_lazy as _

from obligations.deadlines.moment import Moment, moment_at
from obligations.deadlines.spans import NEVER
from obligations.models.clockspan import STILL, ClockSpan


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


def on_period(levels: int = 1) -> Q:
    """Statements on a period that is so many queries further out: those named to it, else those of one of its days."""

    def out(name: str) -> OuterRef:
        return OuterRef(name) if levels == 1 else OuterRef(OuterRef(name))

    of_a_day = Q(period=None, effective_on__gte=out("starts_on"), effective_on__lte=out("ends_on"))
    return Q(commitment=out("commitment")) & (Q(period=out("pk")) | of_a_day)


def owed_at(moment: Moment) -> Exists:
    """Whether the commitment was active on the due day; or, under review, on any day of the period."""
    # Of a day to come nothing is known but what is so on the day spoken of.
    day = Value(moment.spoken_on or NEVER)
    first = Least(Coalesce(OuterRef("due_on"), OuterRef("starts_on")), day)
    last = Least(OuterRef("ends_on"), day)
    spans = ClockSpan.objects.filter(known_by(moment), commitment=OuterRef("commitment"), life="active")
    return Exists(spans.filter(from_day__lte=last, until_day__gt=first))


def state_at(moment: Moment) -> Case:
    """Over `complete_since`, `conduct`, `owed` and `elapsed`. Each is asked for only where it decides."""
    due = Case(
        When(complete_since__lte=F("due_on"), then=Value(PeriodState.ON_TIME)),
        When(complete_since__isnull=False, then=Value(PeriodState.LATE)),
        When(owed=False, then=Value(PeriodState.STOPPED)),
        When(elapsed=True, then=Value(PeriodState.MISSED)),
        default=Value(PeriodState.UPCOMING),
    )
    reviewed = Case(
        When(owed=False, then=Value(PeriodState.STOPPED)),
        When(elapsed=True, then=Value(PeriodState.NO_FINDING)),
        When(starts_on__lte=day_of(moment), then=Value(PeriodState.RUNNING)),
        default=Value(PeriodState.UPCOMING),
    )
    found = Coalesce("conduct", reviewed, output_field=models.CharField())
    return Case(When(due_on__isnull=False, then=due), default=found, output_field=models.CharField())
