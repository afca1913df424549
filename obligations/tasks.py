"""What the workers do; beat's schedule stands in the settings.

What goes by the clock does nothing where the worker's differs from the database's, and /healthz says so. What takes
long is in a queue of its own: SLOW_TASKS in the settings.
"""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from agreement.ledger import seal, verify, witness
from agreement.viewers import viewer_for
from obligations import drift, flagging, heartbeats
from obligations.commands import periods, retention, revisions, triggers
from obligations.commands.releases import publish_due
from obligations.delivery import mail, reminders, webhooks
from obligations.files import upkeep
from obligations.heartbeats import by_the_clock, one_at_a_time
from obligations.packs import imports
from obligations.work.kinds import KINDS
from obligations.work.run import take_up
from parties.models import User

# Seconds; one that takes longer is stuck, and the next one does its work.
SHORT = {"soft_time_limit": settings.QUICK_TASK_SECONDS, "time_limit": settings.QUICK_TASK_SECONDS + 10}


@shared_task(**SHORT)
def heartbeat() -> None:
    """Show that a worker takes what is sent, and reaches the database."""
    heartbeats.beat("worker")


@shared_task
@by_the_clock
def sweep() -> None:
    """Flag what became overdue, and sum revisions up. Safe at any time, any number of times, side by side."""
    started_at = timezone.now()
    flagged = flagging.sweep(started_at)
    flagging.record_run(started_at, timezone.now(), flagged)
    revisions.sum_up()


@shared_task
@by_the_clock
def do_work() -> None:
    """Do one piece of what waits. Safe at any time, any number of times, side by side."""
    take_up(KINDS, timezone.now)


@shared_task
def import_pack(user: int, key: str, shown: str, reason: str) -> None:
    """What the previous release sends for, while it runs beside this one."""
    actor = viewer_for(User.objects.get(pk=user))
    imports.import_later(key, shown=shown, actor=actor, now=timezone.now(), reason=reason)


@shared_task
@by_the_clock
def publish() -> None:
    """Make public what was to be public by now. Pages show it from its instant on, whether or not this has run."""
    publish_due(now=timezone.now())


@shared_task
@by_the_clock
def tell() -> None:
    """Make messages of what changed, and send what is to leave. Safe at any time, any number of times, side by side."""
    if settings.SENDS_MAIL:
        mail.gather(timezone.now())
        mail.send_all(timezone.now)


@shared_task
@by_the_clock
def tell_programs() -> None:
    """Tell webhooks of what changed. Safe at any time, any number of times, side by side."""
    webhooks.gather(timezone.now())
    webhooks.deliver(timezone.now)


@shared_task
@by_the_clock
def give_reminders() -> None:
    """Make messages that remind of what falls due. Safe at any time, any number of times, side by side."""
    if settings.SENDS_MAIL:
        reminders.give(timezone.now())


@shared_task
@by_the_clock
def work_out_dates() -> None:
    """Record the dates of triggers that wait. Safe at any time, any number of times, side by side."""
    triggers.work_out_dates(timezone.now)


@shared_task
@one_at_a_time
@by_the_clock
def check_drift() -> None:
    """Look whether every derived column is what the recorded rows give. It tells, and mends nothing."""
    drift.check(timezone.now(), timezone.now)


@shared_task
@one_at_a_time
@by_the_clock
def seal_ledger() -> None:
    """Seal each chain of the ledger for the day, and have the seals proven outside. Safe any number of times."""
    seal.seal(timezone.now())


@shared_task
@one_at_a_time
@by_the_clock
def verify_ledger() -> None:
    """Look whether every chain is whole and every row as it was written. It tells, and mends nothing."""
    verify.check(timezone.now(), timezone.now)


@shared_task
def write_heads() -> None:
    """Write the heads of chains that moved down outside of the database. Safe at any time, any number of times."""
    witness.write_heads(timezone.now())


@shared_task
@by_the_clock
def make_periods() -> None:
    """Make the periods of what lasts a year ahead. Safe at any time, any number of times, side by side."""
    periods.make_periods(None, timezone.now())


@shared_task
@by_the_clock
def forget_what_is_old() -> None:
    """Remove what was kept for its time. Safe at any time, side by side."""
    retention.forget(timezone.now())


@shared_task
@one_at_a_time
@by_the_clock
def sweep_evidence() -> None:
    """Remove stored files that no row has needed for two nights. Safe at any time, side by side."""
    upkeep.sweep(timezone.now())
