"""Messages by mail: made of what changed, sent, tried again, given up; and how each recipient wants them.

All of it is private, and so in no ledger.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from agreement.models import Agreement, ChainHead, Mandate
from obligations.commands.errors import Refused
from obligations.deadlines.moment import next_hour
from obligations.models import How, Message, Reminded, Sort, Subscription, ToldBreach
from parties.access import Viewer
from parties.texts import is_zone

# After so long a message is tried again, then after twice as long, and so on.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
# With these pauses, three days.
MOST_ATTEMPTS = 20
# In a place of a chain: after all parts of an entry.
WHOLE = 2**31 - 1
Place = tuple[int, int]


@transaction.atomic
def subscribe_all(now: datetime) -> int:
    """Give each account with a mandate a subscription where it has none; it is told of nothing before now. How many."""
    there = Subscription.objects.filter(user=OuterRef("user"), agreement=OuterRef("agreement"))
    missing = Mandate.objects.filter(~Exists(there), user__is_active=True).select_related("agreement")
    heads = dict(ChainHead.objects.values_list("chain", "position"))
    rows = [
        Subscription(
            user_id=one.user_id,
            agreement=one.agreement,
            time_zone=one.agreement.time_zone,
            position=heads.get(one.agreement_id, 0),
            part=WHOLE,
        )
        for one in missing
    ]
    return len(Subscription.objects.bulk_create(rows, ignore_conflicts=True))


@transaction.atomic
def set_wants(
    *,
    agreement: Agreement,
    wants: Mapping[str, str],
    hour: int,
    weekday: int,
    time_zone: str,
    actor: Viewer,
    now: datetime,
) -> Subscription:
    """How the actor is told of an agreement from now on: of each `Sort` a `How`.

    Raises PermissionDenied and Refused.
    """
    if actor.user_id is None or actor.grant(agreement.pk) is None:
        raise PermissionDenied(_("Who has no mandate in the agreement is told nothing of it by mail."))
    errors = {}
    if not (set(wants) <= set(Sort.values) and set(wants.values()) <= set(How.values)):
        errors["wants"] = _("Take one of the choices for each.")
    if not (0 <= hour <= 23 and 0 <= weekday <= 6):
        errors["hour"] = _("Take an hour from 0 to 23, and a day of the week.")
    if not is_zone(time_zone):
        errors["time_zone"] = _("There is no such time zone.")
    if errors:
        raise Refused(errors)
    subscribe_all(now)
    own = Subscription.objects.select_for_update().get(user=actor.user_id, agreement=agreement)
    own.wants, own.hour, own.weekday, own.time_zone = dict(wants), hour, weekday, time_zone
    own.save(update_fields=["wants", "hour", "weekday", "time_zone"])
    # What is gathered by then leaves at the new hour, too.
    waiting = Message.objects.filter(
        recipient=own.user_id, agreement=own.agreement_id, sent_at=None, next_at__gt=now
    )
    for how in (How.DAILY, How.WEEKLY):
        waiting.filter(given_up_at=None, attempts=0, how=how).update(next_at=leaves_at(own, how, now))
    return own


@transaction.atomic
def stop(*, subscription: Subscription, now: datetime) -> None:
    """Nothing of the agreement leaves by mail to its recipient any more, also nothing that waits to be sent."""
    own = Subscription.objects.select_for_update().get(pk=subscription.pk)
    own.wants = dict.fromkeys(Sort.values, How.NEVER.value)
    own.save(update_fields=["wants"])
    waiting = Message.objects.filter(recipient=own.user_id, agreement=own.agreement_id, sent_at=None)
    waiting.filter(given_up_at=None).update(sent_at=now, failed="Stopped by its recipient before it left.")


@dataclass(frozen=True, slots=True)
class Remind:
    """A day of a commitment, of one of its periods or of a request about it, by number; and the newest step of the
    ladder that has come, in days from it.
    """

    commitment: int
    period: int | None
    request: int | None
    due_on: date
    step: int | None


# So many rows are asked for at once.
LOT = 1_000
T = TypeVar("T")


def in_lots(of: Sequence[T]) -> Iterator[Sequence[T]]:
    return (of[first : first + LOT] for first in range(0, len(of), LOT))


@transaction.atomic
def remind(
    tell: Sequence[Remind],
    note: Sequence[Remind],
    whom: Mapping[int, Collection[Remind]],
    agreement: Agreement,
    now: datetime,
) -> int:
    """Make messages that remind of `tell`, and note both as told; how many messages. `whom`: by account, of what.

    What another process noted meanwhile is not told again.
    """
    rows = [
        Reminded(
            commitment_id=one.commitment,
            period_id=one.period,
            request_id=one.request,
            due_on=one.due_on,
            told=one.step,
        )
        for one in note
    ]
    Reminded.objects.bulk_create(rows, batch_size=LOT, ignore_conflicts=True)
    fresh = set()
    for of_some in in_lots(tell):
        asked = {(one.commitment, one.period, one.request, one.due_on): one for one in of_some}
        found = Reminded.objects.select_for_update(of=("self",)).filter(
            commitment__in={one.commitment for one in of_some}
        )
        later = []
        for row in found.order_by("pk"):
            one = asked.get((row.commitment_id, row.period_id, row.request_id, row.due_on))
            if one and one.step is not None and (row.told is None or row.told < one.step):
                row.told = one.step
                later.append(row)
                fresh.add(one)
        Reminded.objects.bulk_update(later, ["told"])
    return sum(
        add_to(
            own,
            Sort.REMINDERS,
            now,
            reminds_of=[one.commitment for one in whom[own.user_id] if one in fresh and not one.request],
            requests=[one.request for one in whom[own.user_id] if one in fresh and one.request],
        )
        for own in subscriptions_of(agreement, whom)
    )


@transaction.atomic
def escalate(steps: Mapping[str, int], whom: Collection[int], agreement: Agreement, now: datetime) -> int:
    """Tell accounts of breaches that nobody acknowledged, each step once: by the key of the breach, the newest day of
    the escalation that has come. How many messages were made.
    """
    fresh = []
    for keys in in_lots(sorted(steps)):
        rows = ToldBreach.objects.select_for_update(of=("self",)).filter(agreement=agreement, key__in=keys)
        later = [row for row in rows.order_by("pk") if row.escalated < steps[row.key]]
        for row in later:
            row.escalated = steps[row.key]
        ToldBreach.objects.bulk_update(later, ["escalated"])
        fresh += [row.key for row in later]
    owners = subscriptions_of(agreement, whom)
    return sum(add_to(own, Sort.ESCALATION, now, breaches=fresh) for own in owners)


def subscriptions_of(agreement: Agreement, users: Collection[int]) -> Iterable[Subscription]:
    """Locked: whatever gathers for the same people waits."""
    rows = Subscription.objects.select_for_update(of=("self",)).filter(agreement=agreement, user__in=users)
    return rows.order_by("pk")


def add_to(own: Subscription, sort: Sort, now: datetime, **lists: Collection[Any]) -> bool:
    """Put more into the lists of a message of the subscription's; whether there is anything that they want."""
    how = own.how(sort)
    if how == How.NEVER or not any(lists.values()):
        return False
    message = growing(own, how, now)
    message.sorts = sorted({*message.sorts, sort.value})
    for name, more in lists.items():
        setattr(message, name, sorted({*getattr(message, name), *more}))
    message.save()
    return True


# So many messages of an agreement leave at once to somebody in an hour; what comes then is gathered for an hour.
AT_ONCE_AN_HOUR, AN_HOUR = 6, timedelta(hours=1)


def growing(own: Subscription, how: str, now: datetime) -> Message:
    """The message of that kind that has not left yet, locked; a new one of nothing where there is none.

    What is told at once has a message each time, as long as there were few in the last hour.
    """
    same = Message.objects.filter(recipient=own.user_id, agreement=own.agreement_id, how=how)
    is_much = how == How.AT_ONCE and same.filter(made_at__gt=now - AN_HOUR).count() >= AT_ONCE_AN_HOUR
    there = same.filter(sent_at=None, given_up_at=None, attempts=0).select_for_update()
    if is_much:
        there = there.filter(next_at__gt=now)
    return (there.first() if is_much or how != How.AT_ONCE else None) or Message(
        recipient_id=own.user_id,
        agreement_id=own.agreement_id,
        how=how,
        after_position=own.position,
        after_part=own.part,
        until_position=own.position,
        until_part=own.part,
        made_at=now,
        next_at=now + AN_HOUR if is_much else leaves_at(own, how, now),
    )


def move_on(own: Subscription, sorts: Mapping[str, set[str]], until: Place, now: datetime) -> None:
    """Note that all up to a place was looked at, and make messages of what is to be told: by `How`, the sorts of it.

    In the transaction in which the subscription was locked. What is told once a day or a week grows until it leaves.
    """
    for how, those in sorts.items():
        message = growing(own, how, now)
        message.sorts = sorted({*message.sorts, *those})
        message.until_position, message.until_part = until
        message.save()
    own.position, own.part = until
    own.save(update_fields=["position", "part"])


def leaves_at(own: Subscription, how: str, now: datetime) -> datetime:
    if how == How.AT_ONCE:
        return now
    return next_hour(now, ZoneInfo(own.time_zone), own.hour, own.weekday if how == How.WEEKLY else None)


def next_to_send(now: datetime) -> Message | None:
    """One that is to leave by now, locked: nobody else sends it. In a transaction."""
    rows = Message.objects.filter(sent_at=None, given_up_at=None, next_at__lte=now).order_by("next_at", "id")
    return rows.select_for_update(skip_locked=True).first()


def note_sent(message: Message, now: datetime, nothing: str) -> None:
    """`nothing`: why there was nothing to send after all."""
    message.sent_at, message.failed = now, nothing
    message.save(update_fields=["sent_at", "failed"])


# Until it is looked again whether a recipient has the second factor that a policy wants; and for how long at most.
LOOKED_AGAIN, WAITED_FOR = timedelta(minutes=15), timedelta(days=90)


def wait_for_factor(message: Message, now: datetime) -> None:
    """It leaves when its recipient has set up their second factor; that is no failed attempt."""
    if now - message.made_at > WAITED_FOR:
        note_sent(message, now, "Its recipient set up no second factor for ninety days.")
        return
    message.next_at = now + LOOKED_AGAIN
    message.save(update_fields=["next_at"])


def note_failed(message: Message, why: str, now: datetime) -> None:
    """It is tried again later, each time later than before; after MOST_ATTEMPTS it is given up."""
    pause = min(FIRST_PAUSE * 2 ** min(message.attempts, 20), LONGEST_PAUSE)
    message.attempts += 1
    message.failed, message.next_at = why[:500], now + pause
    if message.attempts >= MOST_ATTEMPTS:
        message.given_up_at = now
    message.save(update_fields=["attempts", "failed", "next_at", "given_up_at"])


@transaction.atomic
def send_again(*, message: Message, actor: Viewer, now: datetime) -> None:
    """Try one that was given up anew, for three days. For who keeps the server. Raises PermissionDenied."""
    if not actor.keeps_accounts:
        raise PermissionDenied(_("This is for who keeps the server."))
    given_up = Message.objects.filter(pk=message.pk, given_up_at__isnull=False)
    given_up.update(given_up_at=None, next_at=now, attempts=1)
