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


def timeliness(
    *,
    clock: str,
    due_on: date | None,
    due_at: datetime | None,
    complete_since: date | None,
    soon_days: int,
    now: datetime,
) -> Timeliness:
    """Where a commitment stands at `now`.

    `complete_since` is the day of the completion that stands, None where none does. Something is overdue from the very
    instant `due_at` on: it is the first that is too late.
    """
    if due_on is None or due_at is None:
        return Timeliness.TRIGGER_PENDING if clock == "pending" else Timeliness.NO_DATE
    if complete_since is not None:
        return Timeliness.MET_ON_TIME if complete_since <= due_on else Timeliness.MET_LATE
    if due_at <= now:
        return Timeliness.OVERDUE
    return Timeliness.DUE_SOON if due_at <= now + timedelta(days=soon_days) else Timeliness.UPCOMING
