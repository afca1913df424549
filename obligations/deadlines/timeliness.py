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


def timeliness(
    *,
    life: str,
    clock: str,
    due_at: datetime | None,
    in_time_until: date | None,
    complete_since: date | None,
    soon_days: int,
    at: datetime,
) -> Timeliness:
    """Where a commitment stands at the instant `at`.

    `complete_since` is the day of the completion that stands, None where none does. What is not active and not complete
    has its clock stopped. Something is overdue from the very instant `due_at` on: it is the first that is too late.
    """
    if due_at is not None and in_time_until is not None and complete_since is not None:
        return Timeliness.MET_ON_TIME if complete_since <= in_time_until else Timeliness.MET_LATE
    if life != "active":
        return Timeliness.STOPPED
    if due_at is None:
        return Timeliness.TRIGGER_PENDING if clock == "pending" else Timeliness.NO_DATE
    if due_at <= at:
        return Timeliness.OVERDUE
    return Timeliness.DUE_SOON if due_at <= at + timedelta(days=soon_days) else Timeliness.UPCOMING
