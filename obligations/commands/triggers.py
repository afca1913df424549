"""Dates of triggers, and the deadlines that hang on them."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from agreement.ledger import enter
from agreement.models import Trigger, TriggerDate
from obligations.commands import clock
from obligations.commands.errors import Refused
from obligations.deadlines import RULES, day_in
from obligations.models import Commitment
from parties.access import Viewer
from parties.once import once
from parties.rights import Right, require
from parties.texts import day_errors, text_errors, tidy

# So many commitments at a time: what is loaded for them stays small.
BATCH = 500


@once()
def set_trigger_date(
    *, trigger: Trigger, actor: Viewer, now: datetime, occurred_on: date | None, reason: str, source: str = ""
) -> TriggerDate:
    """Give a trigger its date, or take it back with None; every deadline that hangs on it is computed anew.

    A mediator may. Raises PermissionDenied, and Refused for a missing reason, or a day to come where nothing is due
    before it.
    """
    require(actor, Right.SET_TRIGGER_DATE, trigger.agreement_id)
    trigger = Trigger.objects.select_for_update(of=("self",)).select_related("agreement").get(pk=trigger.pk)
    reason, source = tidy(reason), tidy(source)
    errors = text_errors(("reason",), reason=reason, source=source) | day_errors(occurred_on=occurred_on)
    if occurred_on and occurred_on > day_in(now, trigger.agreement.zone) and not is_counted_back(trigger):
        errors["occurred_on"] = _("This day has not come yet.")
    if errors:
        raise Refused(errors)
    before = trigger.occurred_on
    given = date_trigger(trigger, occurred_on, actor, now, reason, source)
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


def date_trigger(
    trigger: Trigger, occurred_on: date | None, actor: Viewer, now: datetime, reason: str, source: str
) -> TriggerDate:
    """Write the date and reset the clocks that hang on it, in the caller's transaction."""
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
    hanging = Commitment.objects.filter(obligation__trigger=trigger).order_by("pk")
    keys = list(hanging.values_list("pk", flat=True))
    for first in range(0, len(keys), BATCH):
        clock.reset_all(clock.lock_all(keys[first : first + BATCH]), now, since=now)
    return given


def is_counted_back(trigger: Trigger) -> bool:
    """Whether a time limit runs before it, so that its day is wanted beforehand."""
    rules = {name for name, rule in RULES.items() if rule.anchored == "before"}
    return trigger.obligations.filter(rule__in=rules).exists()
