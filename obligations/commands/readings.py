"""Readings: how a deadline is counted, its date where the text has none, and whether its clock runs.

Each takes commitments of one agreement, since what the parties agree on often holds for all who owe the same; a reading
is written on each of them, or on none.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agreement.commands.powers import AwaitsSignature, Signed
from agreement.ledger import enter
from obligations.commands import clock
from obligations.commands.errors import Refused
from obligations.commands.protected import watch
from obligations.commands.reading_checks import refuse_what_cannot_be
from obligations.deadlines import day_in
from obligations.models import Commitment, Reading
from obligations.models.commitment import Life
from parties.access import Viewer
from parties.once import once
from parties.rights import Right, require
from parties.texts import tidy

Kind = Reading.Kind


def waive(
    *,
    commitments: Sequence[Commitment],
    actor: Viewer,
    now: datetime,
    effective_on: date | None = None,
    **said: Any,
) -> list[Reading]:
    """Nothing is owed any more from `effective_on`; what was late before stays on record.

    Raises AwaitsSignature as well, where a second mediator is to sign.
    """
    return record(Kind.WAIVER, commitments, actor, now, effective_on=effective_on, **said)


def withdraw(*, reading: Reading, actor: Viewer, now: datetime, **said: Any) -> Reading:
    """Take a reading back: from now on it counts no more. It stays to be seen."""
    return record(Kind.WITHDRAWAL, [reading.commitment], actor, now, withdraws=reading, **said)[0]


@once()
def record(
    kind: Kind,
    commitments: Sequence[Commitment],
    actor: Viewer,
    now: datetime,
    signed: Signed | None = None,
    **said: Any,
) -> list[Reading]:
    """Check, write a reading on each commitment, set their clocks anew and enter it in the ledger."""
    for agreement_id in sorted({commitment.agreement_id for commitment in commitments}):
        require(actor, Right.RECORD_READING, agreement_id)
    owed = clock.lock_all(commitment.pk for commitment in commitments)
    readings = [reading_on(commitment, kind, actor, now, **said) for commitment in owed]
    refuse_what_cannot_be(readings, now)
    try:
        return write_all(readings, actor, now, signed)
    except AwaitsSignature as held:
        if kind == Kind.WAIVER:
            raise
        raise Refused(
            {
                "withdraws": _(
                    "A waiver would stand again by this, and waivers want two mediators here: record a waiver, "
                    "which another mediator can sign."
                )
            }
        ) from held


def write_all(
    readings: Sequence[Reading], actor: Viewer, now: datetime, signed: Signed | None
) -> list[Reading]:
    """Raises AwaitsSignature where the policy of one of their agreements wants two mediators for what they do."""
    with ExitStack() as stack:
        of: dict[int, list[Reading]] = defaultdict(list)
        for one in readings:
            of[one.agreement_id].append(one)
        for agreement_id, own in of.items():
            owed = [one.commitment_id for one in own]
            stack.enter_context(watch(agreement_id, actor, now, signed, owed)).rows += own
        return [write(reading, actor, now) for reading in readings]


def reading_on(
    commitment: Commitment,
    kind: Kind,
    actor: Viewer,
    now: datetime,
    *,
    reason: str,
    source: str = "",
    convention: str = "",
    calendars: Iterable[str] = (),
    due_on: date | None = None,
    effective_on: date | None = None,
    withdraws: Reading | None = None,
    agreed_on: date | None = None,
    agreed_by: Iterable[str] = (),
) -> Reading:
    if effective_on is None and kind not in (*Reading.UNDERSTANDING, Kind.WITHDRAWAL):
        effective_on = day_in(now, commitment.agreement.zone)
    return Reading(
        agreement_id=commitment.agreement_id,
        commitment=commitment,
        kind=kind,
        convention=convention,
        calendars=sorted(set(calendars)),
        due_on=due_on,
        effective_on=effective_on,
        withdraws=withdraws,
        reason=tidy(reason),
        source=tidy(source),
        agreed_on=agreed_on,
        agreed_by=sorted(set(agreed_by)),
        recorded_at=now,
        recorded_by_id=actor.user_id,
    )


def write(reading: Reading, actor: Viewer, now: datetime) -> Reading:
    commitment = reading.commitment
    before = told(commitment)
    reading.save(force_insert=True)
    clock.reset(commitment, now, cause=reading)
    enter(
        agreement_id=reading.agreement_id,
        actor=actor,
        now=now,
        command=f"record_{reading.kind}",
        subject=f"{commitment.obligation.code} {commitment.party.code}",
        before=before,
        after={"reading": reading.key, **told(commitment)},
        reason=reading.reason,
        rows=[reading],
    )
    return reading


def told(commitment: Commitment) -> dict[str, Any]:
    return {"life": commitment.life, "due_on": commitment.due_on, "cycle": commitment.cycle}


def supersede(commitments: Iterable[Commitment], actor: Viewer, now: datetime, reason: str) -> list[Reading]:
    """End commitments that a pack names no more. The caller enters the readings in the ledger, in its transaction."""
    owed = [one for one in clock.lock_all(c.pk for c in commitments) if one.life != Life.SUPERSEDED]
    return by_pack([reading_on(one, Kind.SUPERSESSION, actor, now, reason=reason) for one in owed], now)


def reinstate(commitments: Iterable[Commitment], actor: Viewer, now: datetime, reason: str) -> list[Reading]:
    """Take up again what a pack had superseded and names anew, as if it had never been left out."""
    keys = [one.pk for one in clock.lock_all(c.pk for c in commitments)]
    ended = Reading.objects.filter(
        commitment__in=keys, kind=Kind.SUPERSESSION, withdrawn_by__isnull=True
    ).select_related("commitment__agreement", "commitment__obligation")
    taken_back = [
        reading_on(one.commitment, Kind.WITHDRAWAL, actor, now, reason=reason, withdraws=one) for one in ended
    ]
    return by_pack(taken_back, now)


def by_pack(readings: list[Reading], now: datetime) -> list[Reading]:
    Reading.objects.bulk_create(readings)
    clock.reset_all([one.commitment for one in readings], now)
    return readings
