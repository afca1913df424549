"""Reminders of what falls due, on the days that the agreement's pack names: before, on and after the due day.

Which were told is on record, and the newest that has come is told, however long nobody looked: a missed day is made up,
and nothing is told twice. What is looked at for the first time is not told: an import makes no mail.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from agreement.models import Agreement
from obligations.commands.messages import Remind, remind, subscribe_all
from obligations.deadlines import day_in
from obligations.deadlines.moment import moment_of
from obligations.delivery.concerned import reasons
from obligations.delivery.kinds import Kind
from obligations.delivery.stream import Change
from obligations.models import Commitment, Reminded
from obligations.status import reading
from parties.access import Grant, Role, Viewer

# After the last day of the ladder, each week.
AGAIN_EVERY = 7
# Of an agreement at once; the rest an hour later.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Due:
    """What runs and has a due day, a commitment or one of its periods."""

    commitment: int
    period: int | None
    due_on: date


def due_in(agreement: Agreement, viewer: Viewer, now: datetime) -> Iterator[Due]:
    """What runs, as the viewer sees it: neither met, nor waived, suspended or without a date."""
    moment = moment_of(None, None, now, agreement.zone)
    own = {"agreement": (agreement.code,)}
    listed = reading.Listed(viewer, moment, own)
    running = (
        "AND s.phase = 'running' AND s.life = 'active' AND s.due_on IS NOT NULL AND s.clock <> 'recurring'"
    )
    for commitment, due_on in listed.select(("s.commitment_id, s.due_on", []), running):
        yield Due(commitment, None, due_on)
    waits = (
        "s.is_due AND s.owed AND s.complete_since IS NULL AND s.agreement_id = %s AND q.due_on IS NOT NULL"
    )
    where = reading.joined([*reading.periods_seen(viewer, moment), (waits, [agreement.pk])])
    for commitment, period, due_on in reading.selected(
        ("s.commitment_id, s.period_id, s.ends_on", []), reading.PERIODS, where
    ):
        yield Due(commitment, period, due_on)


def rung(ladder: Sequence[int], due_on: date, today: date) -> int | None:
    """The newest day of the ladder that has come, in days from the due day; None before the first."""
    days = (today - due_on).days
    come = [one for one in ladder if one <= days]
    if not come:
        return None
    last = max(ladder)
    if days >= last and days > 0:
        return last + (days - last) // AGAIN_EVERY * AGAIN_EVERY
    return max(come)


def to_tell(agreement: Agreement, now: datetime) -> tuple[list[Remind], list[Remind]]:
    """What is to be told now; and what is noted, since it is looked at for the first time."""
    mediators = Viewer(grants=(Grant(agreement.pk, Role.MEDIATOR),))
    today = day_in(now, agreement.zone)
    known = {
        (one.commitment_id, one.period_id, one.due_on): one.told
        for one in Reminded.objects.filter(commitment__agreement=agreement)
    }
    tell, note = [], []
    for one in due_in(agreement, mediators, now):
        newest = rung(agreement.reminders, one.due_on, today)
        told = known.get((one.commitment, one.period, one.due_on))
        made = Remind(one.commitment, one.period, one.due_on, newest)
        if (one.commitment, one.period, one.due_on) not in known:
            note.append(made)
        elif newest is not None and (told is None or newest > told):
            tell.append(made)
    return tell, note


def whom(agreement: Agreement, tell: Sequence[Remind], now: datetime) -> dict[int, set[int]]:
    """The accounts that are to be reminded, each of which commitments: those whom its breach would concern."""
    codes = Commitment.objects.filter(pk__in=[one.commitment for one in tell])
    named = dict(codes.values_list("pk", "obligation__code"))
    found: dict[int, set[int]] = defaultdict(set)
    for one in tell:
        late = one.rung is not None and one.rung > 0
        about = reminded(agreement, named[one.commitment], one.commitment, late, now)
        for user, _why in reasons(about, now):
            found[user].add(one.commitment)
    return found


def reminded(agreement: Agreement, obligation: str, commitment: int, late: bool, now: datetime) -> Change:
    """As the change that concerns whoever is to be reminded of it."""
    return Change(
        kind=Kind.BREACH_OPENED if late else Kind.READING,
        agreement=agreement.code,
        key="",
        obligation=obligation,
        commitment=commitment,
        recorded_at=now,
        api="",
        chain=agreement.pk,
        place=(0, 0),
        actor=None,
    )


def give(now: datetime) -> int:
    """Remind all whom it concerns; how many messages were made. Safe any number of times, side by side."""
    made = 0
    subscribe_all(now)
    for agreement in Agreement.objects.order_by("pk"):
        tell, note = to_tell(agreement, now)
        made += remind(tell[:MOST], note, whom(agreement, tell[:MOST], now), agreement, now)
    return made
