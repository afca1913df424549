"""What the workers do; beat's schedule stands in the settings."""

from celery import shared_task
from django.utils import timezone

from obligations import drift, flagging


@shared_task
def sweep() -> None:
    """Flag what became overdue. Safe at any time, any number of times, side by side."""
    started_at = timezone.now()
    flagged = flagging.sweep(started_at)
    flagging.record_run(started_at, timezone.now(), flagged)


@shared_task
def check_drift() -> None:
    """Look whether every derived column is what the recorded rows give. It tells, and mends nothing."""
    drift.check(timezone.now(), timezone.now)
