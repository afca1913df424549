"""Timeliness: always derived, never typed."""

from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Timeliness(TextChoices):
    NO_DATE = "no_date", _("No date in the text")
    TRIGGER_PENDING = "trigger_pending", _("Trigger pending")
    UPCOMING = "upcoming", _("Upcoming")
    DUE_SOON = "due_soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    MET_ON_TIME = "met_on_time", _("Met on time")
    MET_LATE = "met_late", _("Met late")
    STOPPED = "stopped", _("Clock stopped")


class Phase(TextChoices):
    """Timeliness as far as no clock decides it: what runs is upcoming, due soon or overdue."""

    NO_DATE = Timeliness.NO_DATE.value
    TRIGGER_PENDING = Timeliness.TRIGGER_PENDING.value
    MET_ON_TIME = Timeliness.MET_ON_TIME.value
    MET_LATE = Timeliness.MET_LATE.value
    STOPPED = Timeliness.STOPPED.value
    RUNNING = "running"


def phase(
    *,
    life: str,
    clock: str,
    due_at: datetime | None,
    in_time_until: date | None,
    complete_since: date | None,
) -> Phase:
    """`complete_since` is the day of the completion that stands, None where none does. What is not active and not
    complete has its clock stopped, and so has what is due again and again, where no day of it is awaited.
    """
    if due_at is not None and in_time_until is not None and complete_since is not None:
        return Phase.MET_ON_TIME if complete_since <= in_time_until else Phase.MET_LATE
    if life != "active":
        return Phase.STOPPED
    if due_at is not None:
        return Phase.RUNNING
    return NO_DAY.get(clock, Phase.NO_DATE)


NO_DAY = {"pending": Phase.TRIGGER_PENDING, "recurring": Phase.STOPPED}


def timeliness(phase: Phase, due_at: datetime | None, soon_days: int, at: datetime) -> Timeliness:
    """Where a commitment stands at the instant `at`. It is overdue from the very instant `due_at` on: the first that is
    too late.
    """
    if phase != Phase.RUNNING:
        return Timeliness(phase.value)
    assert due_at is not None
    if due_at <= at:
        return Timeliness.OVERDUE
    return Timeliness.DUE_SOON if due_at <= at + timedelta(days=soon_days) else Timeliness.UPCOMING
