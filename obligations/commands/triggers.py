"""Dates of triggers, and the deadlines that hang on them."""

import logging
from collections.abc import Callable
from datetime import date, datetime

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agreement.ledger import enter
from agreement.models import Trigger, TriggerDate
from agreement.viewers import viewer_for
from obligations.commands import clock
from obligations.commands.errors import Refused
from obligations.deadlines import RULES, day_in
from obligations.models import Commitment, WaitingDate
from parties.access import Viewer
from parties.once import note_done, once
from parties.rights import Right, require
from parties.texts import day_errors, text_errors, tidy

# Where more commitments hang on a trigger, nobody waits for its date: a worker works it out.
AT_ONCE = 500
# So many commitments at a time: what is loaded for them stays small.
BATCH = 1000
TASK = "obligations.tasks.work_out_dates"
logger = logging.getLogger(__name__)


@once()
def set_trigger_date(
    *, trigger: Trigger, actor: Viewer, now: datetime, occurred_on: date | None, reason: str, source: str = ""
) -> TriggerDate | WaitingDate:
    """Give a trigger its date, or take it back with None; every deadline that hangs on it is computed anew.

    A mediator may. Where many commitments hang on it, a worker does it, and what is returned is the date that waits for
    that: it shows nowhere until all that follows from it does, and no other date is taken until then. Raises
    PermissionDenied, and Refused for a missing reason, a day to come where nothing is due before it, or while another
    date waits.
    """
    require(actor, Right.SET_TRIGGER_DATE, trigger.agreement_id)
    refuse_second(trigger)  # before the lock, which the worker holds
    trigger = locked(trigger)
    refuse_second(trigger)
    reason, source = tidy(reason), tidy(source)
    refuse_what_cannot_be(trigger, occurred_on, reason, source, now)
    hanging = hanging_on(trigger).count()
    if hanging <= AT_ONCE:
        return give(trigger, occurred_on, actor, now, reason, source)
    assert actor.user_id is not None  # who has the right has an account
    waiting = WaitingDate.objects.create(
        trigger=trigger,
        occurred_on=occurred_on,
        reason=reason,
        source=source,
        given_by_id=actor.user_id,
        given_at=now,
        hanging=hanging,
    )
    # Where this does not get through, beat sends for it within a minute.
    transaction.on_commit(send_for_a_worker, robust=True)
    return waiting


def send_for_a_worker() -> None:
    current_app.send_task(TASK, retry=False)


def work_out_dates(clock_now: Callable[[], datetime]) -> int:
    """Record the dates that wait, each with all that follows from it in one transaction; how many were recorded.

    Safe at any time, any number of times, side by side: who is killed at it leaves the date waiting as it was. Those on
    which least hangs come first, and one that fails is raised after all others had their turn.
    """
    waiting = WaitingDate.objects.filter(ended_at=None).order_by("hanging", "pk").values_list("pk", flat=True)
    recorded, failed = 0, None
    for pk in list(waiting):
        try:
            recorded += work_out(pk, clock_now)
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            logger.exception("a date of a trigger was not worked out")
            failed = error
    if failed:
        raise failed
    return recorded


@transaction.atomic
def work_out(pk: int, clock_now: Callable[[], datetime]) -> bool:
    """Nothing where another worker is at it, or was."""
    rows = WaitingDate.objects.select_for_update(of=("self",), skip_locked=True)
    waiting = rows.filter(pk=pk, ended_at=None).first()
    if waiting is None:
        return False
    said = waiting.reason, waiting.source
    try:
        with transaction.atomic():
            trigger = locked(waiting.trigger)
            # What was allowed when it was given may be so no more; and it is recorded now, not when the run began.
            actor, now = viewer_for(waiting.given_by), clock_now()
            require(actor, Right.SET_TRIGGER_DATE, trigger.agreement_id)
            refuse_what_cannot_be(trigger, waiting.occurred_on, *said, now)
            waiting.recorded = give(trigger, waiting.occurred_on, actor, now, *said, told=waiting.note)
            note_done("work_out", waiting.given_by_id, now)
    except (Refused, PermissionDenied) as refused:
        waiting.refused = str(refused)
    waiting.ended_at = clock_now()
    waiting.save(update_fields=["recorded", "refused", "ended_at"])
    return waiting.recorded is not None


def refuse_second(trigger: Trigger) -> None:
    """Two dates at a time would have no order."""
    if WaitingDate.objects.filter(trigger=trigger, ended_at=None).exists():
        text = _("Another date of this trigger is being worked out. Give this one when that is done.")
        raise Refused({"occurred_on": text})


def locked(trigger: Trigger) -> Trigger:
    return Trigger.objects.select_for_update(of=("self",)).select_related("agreement").get(pk=trigger.pk)


def refuse_what_cannot_be(
    trigger: Trigger, occurred_on: date | None, reason: str, source: str, now: datetime
) -> None:
    errors = text_errors(("reason",), reason=reason, source=source) | day_errors(occurred_on=occurred_on)
    if occurred_on and occurred_on > day_in(now, trigger.agreement.zone) and not is_counted_back(trigger):
        errors["occurred_on"] = _("This day has not come yet.")
    if errors:
        raise Refused(errors)


def give(
    trigger: Trigger,
    occurred_on: date | None,
    actor: Viewer,
    now: datetime,
    reason: str,
    source: str,
    told: Callable[[int], None] = lambda done: None,
) -> TriggerDate:
    """Write the date of a locked trigger, reset the clocks that hang on it, and enter it in the ledger.

    `told` is given how many clocks are done.
    """
    before = trigger.occurred_on
    given = TriggerDate.objects.create(
        trigger=trigger,
        occurred_on=occurred_on,
        recorded_at=now,
        recorded_by_id=actor.user_id,
        reason=reason,
        source=source,
    )
    trigger.occurred_on = occurred_on
    trigger.save(update_fields=["occurred_on"])
    keys = list(hanging_on(trigger).order_by("pk").values_list("pk", flat=True))
    obligations = {one.pk: one for one in trigger.obligations.all()}
    for first in range(0, len(keys), BATCH):
        owed = clock.lock_alone(keys[first : first + BATCH])
        for one in owed:
            one.agreement, one.obligation = trigger.agreement, obligations[one.obligation_id]
        clock.reset_all(owed, now, since=now)
        told(min(first + BATCH, len(keys)))
    enter(
        agreement_id=trigger.agreement_id,
        actor=actor,
        now=now,
        command="set_trigger_date",
        subject=trigger.code,
        before={"occurred_on": before},
        after={"occurred_on": occurred_on},
        reason=reason,
        rows=[given],
    )
    return given


def hanging_on(trigger: Trigger) -> QuerySet[Commitment]:
    return Commitment.objects.filter(obligation__trigger=trigger)


def is_counted_back(trigger: Trigger) -> bool:
    """Whether a time limit runs before it, so that its day is wanted beforehand."""
    rules = {name for name, rule in RULES.items() if rule.anchored == "before"}
    return trigger.obligations.filter(rule__in=rules).exists()
