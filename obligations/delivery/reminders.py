"""Reminders of what falls due, on the days that the agreement's pack names: before, on and after the due day; and what
is told to the mediators again as long as nobody has acknowledged it.

Which were told is on record, and the newest that has come is told, however long nobody looked: a missed day is made up,
and nothing is told twice. What is looked at for the first time is not told: an import makes no mail.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef

from agreement.models import Agreement
from obligations.commands.messages import Remind, escalate, in_lots, remind, subscribe_all
from obligations.deadlines import day_in
from obligations.deadlines.conventions import NO_HOLIDAYS, Holidays
from obligations.deadlines.ladder import days_before, newest_step
from obligations.deadlines.moment import moment_of
from obligations.deadlines.spans import merged
from obligations.delivery.concerned import Known
from obligations.delivery.kinds import BREACH, Kind
from obligations.delivery.stream import Change
from obligations.models import (
    BreachAcknowledgement,
    Commitment,
    How,
    PartyRequest,
    Reminded,
    Sort,
    Subscription,
    ToldBreach,
)
from obligations.models.daysoff import calendars_of
from obligations.status import reading
from obligations.status.care import mediators_of
from obligations.status.reading import MEDIATORS_BIT
from parties.access import Grant, Role, Viewer
from parties.models import User


@dataclass(frozen=True, slots=True)
class Due:
    """What runs and has a due day: a commitment, one of its periods, or a request about it; and the party that owes."""

    commitment: int
    period: int | None
    request: int | None
    due_on: date
    party: int


@dataclass(slots=True)
class Ladders:
    """The steps of an agreement's ladders that have come by a day, by its counting."""

    agreement: Agreement
    today: date
    known: dict[tuple[bool, date, int], int | None] = field(default_factory=dict)
    days_off: dict[int, Holidays] | None = None

    def newest(self, day: date, party: int, escalates: bool = False) -> int | None:
        """The newest step from a day of the party that owes; None before the first."""
        key = escalates, day, party
        if key not in self.known:
            ladder = self.agreement.escalation if escalates else self.agreement.reminders
            self.known[key] = newest_step(ladder, day, self.today, self.off(party), again=not escalates)
        return self.known[key]

    def days_before(self, day: date, party: int) -> list[int]:
        """By how many days before a day people are reminded of it, the longest first."""
        return days_before(self.agreement.reminders, day, self.off(party))

    def off(self, party: int) -> Holidays | None:
        """The days that are not counted; None where all are."""
        if self.agreement.reminder_counting != "working-days":
            return None
        if self.days_off is None:
            calendars = calendars_of(self.agreement.pk)
            days = calendars.known(None)
            self.days_off = {
                one: merged([days[code] for code in codes]) for one, codes in calendars.parties.items()
            }
        return self.days_off.get(party, NO_HOLIDAYS)


def due_in(agreement: Agreement, viewer: Viewer, now: datetime) -> Iterator[Due]:
    """What runs, as the viewer sees it: neither met, nor waived, suspended or without a date."""
    moment = moment_of(None, None, now, agreement.zone)
    own = {"agreement": (agreement.code,)}
    listed = reading.Listed(viewer, moment, own)
    running = (
        "AND s.phase = 'running' AND s.life = 'active' AND s.due_on IS NOT NULL AND s.clock <> 'recurring'"
    )
    for commitment, due_on, party in listed.select(("s.commitment_id, s.due_on, s.party_id", []), running):
        yield Due(commitment, None, None, due_on, party)
    waits = (
        "s.is_due AND s.owed AND s.complete_since IS NULL AND s.agreement_id = %s AND q.due_on IS NOT NULL"
    )
    where = reading.joined([*reading.periods_seen(viewer, moment), (waits, [agreement.pk])])
    for commitment, period, due_on, party in reading.selected(
        ("s.commitment_id, s.period_id, s.ends_on, s.party_id", []), reading.PERIODS, where
    ):
        yield Due(commitment, period, None, due_on, party)
    asked = PartyRequest.objects.filter(agreement=agreement).awaiting_a_reply()
    for commitment, request, due_on, party in asked.values_list("commitment", "pk", "reply_by", "party"):
        yield Due(commitment, None, request, due_on, party)


def to_tell(agreement: Agreement, now: datetime) -> tuple[list[Remind], list[Remind]]:
    """What is to be told now; and what is noted, since it is looked at for the first time."""
    mediators = Viewer(grants=(Grant(agreement.pk, Role.MEDIATOR),))
    ladders = Ladders(agreement, day_in(now, agreement.zone))
    known = {
        row[:4]: row[4]
        for row in Reminded.objects.filter(commitment__agreement=agreement).values_list(
            "commitment", "period", "request", "due_on", "told"
        )
    }
    tell, note = [], []
    for one in due_in(agreement, mediators, now):
        newest = ladders.newest(one.due_on, one.party)
        named = (one.commitment, one.period, one.request, one.due_on)
        made = Remind(*named, newest)
        if named not in known:
            note.append(made)
        elif newest is not None and ((told := known[named]) is None or newest > told):
            tell.append(made)
    return tell, note


def whom(agreement: Agreement, tell: Sequence[Remind], now: datetime) -> dict[int, list[Remind]]:
    """The accounts that are to be reminded, each of what: those whom its breach, or the request, would concern."""
    found: dict[int, list[Remind]] = defaultdict(list)
    known = Known()
    for some in in_lots(tell):
        rows = Commitment.objects.filter(pk__in={one.commitment for one in some})
        codes = dict(rows.values_list("pk", "obligation__code"))
        requests = PartyRequest.objects.filter(pk__in={one.request for one in some if one.request})
        keys = dict(requests.values_list("pk", "key"))
        about = [
            (
                one,
                reminded(
                    agreement,
                    codes[one.commitment],
                    one.commitment,
                    (one.step or 0) > 0,
                    now,
                    keys.get(one.request or 0, ""),
                ),
            )
            for one in some
        ]
        known.learn([change for _one, change in about], now)
        for one, change in about:
            for user in known.found[change.id]:
                found[user].append(one)
    return found


def reminded(
    agreement: Agreement, obligation: str, commitment: int, late: bool, now: datetime, request: str = ""
) -> Change:
    """As the change that concerns whoever is to be reminded of it; `request` is the key of one."""
    return Change(
        kind=Kind.REQUEST if request else Kind.BREACH_OPENED if late else Kind.READING,
        agreement=agreement.code,
        key=request or str(commitment),
        obligation=obligation,
        commitment=commitment,
        recorded_at=now,
        source=BREACH,
        chain=agreement.pk,
        place=(0, 0),
        actor=None,
    )


def to_escalate(agreement: Agreement, now: datetime) -> dict[str, int]:
    """By key, the breaches open to the mediators that none of them acknowledged, of which a further day has come."""
    noted = BreachAcknowledgement.objects.filter(breach=OuterRef("key"))
    waiting = ToldBreach.objects.annotate(open=F("mask").bitand(MEDIATORS_BIT)).filter(
        ~Exists(noted), agreement=agreement, open__gt=0, since__isnull=False
    )
    ladders = Ladders(agreement, day_in(now, agreement.zone))
    rows = waiting.values_list("key", "since", "escalated", "commitment__party")
    steps = {
        key: (ladders.newest(day_in(since, agreement.zone), party, escalates=True) or 0, told)
        for key, since, told, party in rows.iterator()
        if since
    }
    return {key: newest for key, (newest, told) in steps.items() if newest > told}


def escalated_to(agreement: Agreement) -> list[User]:
    """The mediators who want to be told of what nobody acknowledged; who never said is one of them."""
    own = {one.user_id: one for one in Subscription.objects.filter(agreement=agreement)}
    wants = {user: one.how(Sort.ESCALATION) for user, one in own.items()}
    return [one for one in mediators_of([agreement.pk]) if wants.get(one.pk) != How.NEVER]


def give(now: datetime) -> int:
    """Remind all whom it concerns; how many messages were made. Safe any number of times, side by side."""
    made = 0
    subscribe_all(now)
    for agreement in Agreement.objects.order_by("pk"):
        tell, note = to_tell(agreement, now)
        made += remind(tell, note, whom(agreement, tell, now), agreement, now)
        those = [one.pk for one in escalated_to(agreement)]
        made += escalate(to_escalate(agreement, now), those, agreement, now)
    return made
