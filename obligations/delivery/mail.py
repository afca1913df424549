"""Mail: who is told what of a change, as soon as it is committed or gathered for a day or a week.

A message holds two places in an agreement's ledger, and says what its recipient may see of the changes between them at
the moment in which it is sent. It is sent at least once: what is sent twice has one Message-ID.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreement.models import ChainHead
from agreement.translations import written_to
from agreement.viewers import viewer_for
from obligations.commands.messages import (
    move_on,
    next_to_send,
    note_failed,
    note_sent,
    subscribe_all,
    wait_for_factor,
)
from obligations.delivery.concerned import Known, concerns
from obligations.delivery.due_lines import day_lines
from obligations.delivery.kinds import Kind
from obligations.delivery.lines import Line, Told, lines_of, root
from obligations.delivery.stream import present, read
from obligations.models import How, Message, Sort, Subscription
from parties.access import Role, Viewer

SORTS: dict[Kind, Sort] = {
    Kind.STATEMENT: Sort.STATEMENTS,
    Kind.WITHDRAWAL: Sort.STATEMENTS,
    Kind.RELEASE: Sort.STATEMENTS,
    Kind.READING: Sort.DEADLINES,
    Kind.TRIGGER: Sort.DEADLINES,
    Kind.PERIOD: Sort.DEADLINES,
    Kind.BREACH_OPENED: Sort.BREACHES,
    Kind.BREACH_CLOSED: Sort.BREACHES,
    Kind.BREACH_ACKNOWLEDGED: Sort.BREACHES,
    Kind.EVIDENCE: Sort.EVIDENCE,
    Kind.REQUEST: Sort.REQUESTS,
    Kind.EVENT: Sort.RECORD,
    Kind.GATE: Sort.RECORD,
    Kind.PACK: Sort.RECORD,
    Kind.PROPOSAL: Sort.RECORD,
}
# So many changes are told one by one; of more, how many there are and where they are read.
TOLD_EACH = 20
# Changes that are read at once: as many as one entry of the sweep tells of, which is read whole each time.
BATCH = 5_000
PATIENCE = timedelta(seconds=15)
logger = logging.getLogger(__name__)


def gather(now: datetime) -> int:
    """Look through all that was committed since the last time, and make messages of it; how many subscriptions moved.

    Safe at any time, any number of times, side by side.
    """
    subscribe_all(now)
    moved, known = 0, Known()
    heads = dict(ChainHead.objects.values_list("chain", "position"))
    for chain, head in heads.items():
        behind = Subscription.objects.filter(agreement=chain, position__lt=head, user__is_active=True)
        for pk in behind.values_list("pk", flat=True):
            moved += gather_for(pk, now, known)
    return moved


@transaction.atomic
def gather_for(pk: int, now: datetime, known: Known) -> bool:
    rows = Subscription.objects.select_for_update(skip_locked=True, of=("self",))
    own = rows.select_related("user", "agreement").filter(pk=pk).first()
    if own is None:
        return False
    viewer, sorts = viewer_for(own.user), defaultdict[str, set[str]](set)
    if viewer.lacks_second_factor:
        return False  # and is told of all of it once there is one
    places, left = {own.agreement_id: (own.position, own.part)}, wanted(own)
    # Of each sort it is enough to find one: which they are is asked anew when it is sent.
    while left:
        found = read(viewer, now, places, agreements=[own.agreement], kinds=kinds_of(left), limit=BATCH)
        known.learn(found.changes, now)
        for change in found.changes:
            sort = SORTS[change.kind].value
            if sort in left and concerns(viewer, change, now, known):
                sorts[own.how(sort)].add(sort)
                left.discard(sort)
        places = found.places
        if not found.more:
            break
    until = places if left else present([own.agreement])
    move_on(own, sorts, until.get(own.agreement_id, (own.position, own.part)), now)
    return True


def wanted(own: Subscription) -> set[str]:
    """The sorts of changes that somebody wants to be told of by mail."""
    return {sort.value for sort in SORTS.values() if own.how(sort.value) != How.NEVER}


def kinds_of(sorts: Collection[str]) -> list[str]:
    return [kind.value for kind, sort in SORTS.items() if sort.value in sorts]


def send_all(clock: Callable[[], datetime]) -> int:
    """Send what is to leave by now, one message a transaction, as long as there is time; how many."""
    began, sent = clock(), 0
    while clock() - began < PATIENCE and send_next(clock()):
        sent += 1
    return sent


def send_next(now: datetime) -> bool:
    """Whether there was one to send. What the mail server does not take is tried again later."""
    with transaction.atomic():
        message = next_to_send(now)
        if message is None:
            return False
        if viewer_for(message.recipient).lacks_second_factor:
            wait_for_factor(message, now)
            return True
        try:
            with transaction.atomic(), written_to(message.recipient):
                mail = made(message, now)
            if mail is not None:
                mail.send()
        # Whatever it is, and providers have errors of their own: one message holds up no other.
        except Exception as error:
            logger.warning("Mail %s did not leave: %s", message.key, type(error).__name__)
            note_failed(message, f"{type(error).__name__}: {error}", now)
        else:
            nothing = "There was nothing in it any more that its recipient may see."
            note_sent(message, now, "" if mail is not None else nothing)
    return True


def made(message: Message, now: datetime) -> EmailMultiAlternatives | None:
    """The mail, of what its recipient may see now; None where that is nothing."""
    user = message.recipient
    viewer = viewer_for(user).held_back()
    own = Subscription.objects.filter(user=user, agreement=message.agreement_id).first()
    if own is None or viewer.grant(message.agreement_id) is None or not user.is_active:
        return None
    changes, more = told_in(message, viewer, now)
    days = day_lines(message, viewer, now, TOLD_EACH + 1)
    if not changes and not days:
        return None
    more, days, told = more or len(days) > TOLD_EACH, days[:TOLD_EACH], lines_of(changes, viewer, now)
    title, lines = title_of(message, days, told, more), [*days, *told]
    site = root()
    day = date_format(now.astimezone(ZoneInfo(own.time_zone)), "DATETIME_FORMAT")
    context = {
        "title": title,
        "agreement": message.agreement,
        "parts": [part for part in ((_("Days"), days), (_("What changed"), told)) if part[1]],
        "seen_as": seen_as(viewer, message.agreement_id),
        "more": more,
        "root": site,
        "day": day,
        "zone": own.time_zone,
        "how": How(message.how).label,
        "tiers": sorted({line.tier for line in lines if line.tier}),
        "everything": f"{site}{reverse('changes')}?agreement={message.agreement.code}",
        "desk": site + reverse("own-work"),
        "preferences": site + reverse("own-mail"),
    }
    stop = site + reverse("mail-stop", args=[own.key])
    mail = EmailMultiAlternatives(
        subject=title,
        body=render_to_string("mail/message.txt", context | {"stop": stop}),
        to=[user.email],
        headers={
            "Message-ID": f"<{message.key}@{urlsplit(site).hostname or 'localhost'}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(render_to_string("mail/message.html", context | {"stop": stop}), "text/html")
    return mail


def told_in(message: Message, viewer: Viewer, now: datetime) -> tuple[list[Told], bool]:
    """The first changes that it tells of, and whether there are more than are told one by one."""
    until = message.until_position, message.until_part
    kinds = kinds_of(message.sorts)
    if not kinds:
        return [], False
    places = {message.agreement_id: (message.after_position, message.after_part)}
    told, known = list[Told](), Known()
    while len(told) <= TOLD_EACH:
        found = read(viewer, now, places, agreements=[message.agreement], kinds=kinds, limit=1_000)
        up_to = [change for change in found.changes if change.place <= until]
        known.learn(up_to, now)
        told += [(one, why) for one in up_to if (why := concerns(viewer, one, now, known))]
        places = found.places
        if not found.more or places[message.agreement_id] >= until:
            break
    return told[:TOLD_EACH], len(told) > TOLD_EACH


def seen_as(viewer: Viewer, agreement_id: int) -> str:
    grant = viewer.grant(agreement_id)
    return _("You see this as: %(role)s.") % {"role": Role(grant.role).label} if grant else ""


def title_of(message: Message, days: Sequence[Line], told: Sequence[Line], more: bool) -> str:
    agreement, one = message.agreement.short_title or message.agreement.title, next(iter([*days, *told]))
    parts = []
    if len(days) + len(told) == 1 and not more:
        parts.append(one.short or one.title)
    elif more:
        parts.append(
            ngettext("more than %(n)s change or reminder", "more than %(n)s changes and reminders", TOLD_EACH)
            % {"n": TOLD_EACH}
        )
    else:
        n, m = len(told), len(days)
        parts += [ngettext("%(n)s change", "%(n)s changes", n) % {"n": n}] if n else []
        parts += [ngettext("%(n)s reminder", "%(n)s reminders", m) % {"n": m}] if m else []
    return f"{agreement}: {', '.join(map(str, parts))}"
