"""Readings whose effect was shown to the mediator before: none is recorded that would do something else by now."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from obligations.commands import clock, readings
from obligations.commands.errors import Refused
from obligations.commands.overtaken import refuse_overtaken_reading
from obligations.commands.proposals import Command, carry_out
from obligations.models import Commitment, Proposal, Reading
from parties.access import Viewer
from parties.once import once
from parties.rights import Right, require

Foresee = Callable[[], None]  # raises NotAsShown; asked under the lock


@once(without=["foresee"])
def record_as_shown(
    *,
    kind: Reading.Kind,
    commitments: Sequence[Commitment],
    actor: Viewer,
    now: datetime,
    seen: str,
    foresee: Foresee,
    **said: Any,
) -> list[Reading] | Proposal:
    """Record a reading on each commitment as `readings.record` does; a waiver may want a second mediator first.

    `seen` is the key of the newest reading on them that was seen; left empty, nothing is asked. Raises Overtaken, and
    what the commands raise.
    """
    for agreement_id in sorted({one.agreement_id for one in commitments}):
        require(actor, Right.RECORD_READING, agreement_id)
    owed = clock.lock_all(one.pk for one in commitments)
    if seen:
        refuse_overtaken_reading(owed, seen, actor)
    foresee()
    if kind != Reading.Kind.WAIVER:
        return readings.record(kind, owed, actor, now, **said)
    done: list[Reading] | Proposal = carry_out(Command.WAIVE, commitments=owed, actor=actor, now=now, **said)
    return done


@once(without=["foresee"])
def withdraw_as_shown(
    *, taken_back: Sequence[Reading], actor: Viewer, now: datetime, foresee: Foresee, reason: str
) -> list[Reading]:
    """Take readings back, all of them or none."""
    if not taken_back:
        raise Refused({"readings": _("Choose at least one.")})
    for agreement_id in sorted({one.agreement_id for one in taken_back}):
        require(actor, Right.RECORD_READING, agreement_id)
    clock.lock_all(one.commitment_id for one in taken_back)
    foresee()
    return [readings.withdraw(reading=one, actor=actor, now=now, reason=reason) for one in taken_back]
