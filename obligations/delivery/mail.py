"""Mail: who is told what of a change, as soon as it is committed or gathered for a day or a week.

A message holds two places in an agreement's ledger, and says what its recipient may see of the changes between them at
the moment in which it is sent. It is sent at least once: what is sent twice has one Message-ID.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreement.models import Agreement, ChainHead, Event
from agreement.viewers import viewer_for
from obligations.commands.messages import (
    forget_old_messages,
    move_on,
    next_to_send,
    note_failed,
    note_sent,
    subscribe_all,
)
from obligations.deadlines import day_in
from obligations.deadlines.explain import DAY
from obligations.deadlines.moment import moment_of
from obligations.delivery.concerned import Known, Why, concerns
from obligations.delivery.kinds import Kind
from obligations.delivery.reminders import reminded
from obligations.delivery.stream import Change, read
from obligations.models import (
    Commitment,
    Evidence,
    How,
    Message,
    Obligation,
    PartyRequest,
    Sort,
    Statement,
    Subscription,
)
from obligations.status import reading
from obligations.words.proposals import statement_in_words
from parties.access import Tier, Viewer

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
# Changes that are read at once.
BATCH = 1_000
PATIENCE = timedelta(seconds=15)
# What somebody is told of only in their own role is read by nobody else.
OF_ONE_ROLE = (Tier.IN_CONFIDENCE, Tier.MEDIATORS)
# Of these the mediators alone know.
OF_MEDIATORS = (Kind.BREACH_ACKNOWLEDGED, Kind.PROPOSAL)
# A change, and why its reader is told of it.
Told = tuple[Change, list[Why]]
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
    viewer = viewer_for(own.user)
    places, sorts = {own.agreement_id: (own.position, own.part)}, defaultdict[str, set[str]](set)
    while True:
        found = read(viewer, now, places, agreements=[own.agreement], limit=BATCH)
        for change in found.changes:
            sort = SORTS[change.kind].value
            how = own.how(sort)
            # Of each sort it is enough to find one: which they are is asked anew when it is sent.
            if how != How.NEVER and sort not in sorts[how] and concerns(viewer, change, now, known):
                sorts[how].add(sort)
        places = found.places
        if not found.more:
            break
    move_on(own, sorts, places.get(own.agreement_id, (own.position, own.part)), now)
    return True


def send_all(clock: Callable[[], datetime]) -> int:
    """Send what is to leave by now, one message a transaction, as long as there is time; how many."""
    began, sent = clock(), 0
    forget_old_messages(began)
    while clock() - began < PATIENCE and send_next(clock()):
        sent += 1
    return sent


def send_next(now: datetime) -> bool:
    """Whether there was one to send. What the mail server does not take is tried again later."""
    with transaction.atomic():
        message = next_to_send(now)
        if message is None:
            return False
        try:
            with transaction.atomic():
                mail = made(message, now)
            if mail is not None:
                mail.send()
        # Whatever it is, and providers have errors of their own: one message holds up no other.
        except Exception as error:
            logger.warning("Mail %s did not leave: %s", message.key, type(error).__name__)
            note_failed(message, f"{type(error).__name__}: {error}", now)
        else:
            nothing = _("There was nothing in it any more that its recipient may see.")
            note_sent(message, now, "" if mail is not None else nothing)
    return True


@dataclass(frozen=True, slots=True)
class Line:
    """One change in a mail. `tier` is empty for what is public; `short` says it in a subject, `why` why one is told."""

    title: str
    text: str
    url: str
    tier: str
    short: str = ""
    why: str = ""


def made(message: Message, now: datetime) -> EmailMultiAlternatives | None:
    """The mail, of what its recipient may see now; None where that is nothing."""
    user = message.recipient
    viewer = viewer_for(user)
    own = Subscription.objects.filter(user=user, agreement=message.agreement_id).first()
    if own is None or viewer.grant(message.agreement_id) is None or not user.is_active:
        return None
    changes, more = told_in(message, viewer, now)
    reminders = reminders_in(message, viewer, now)
    if not changes and not reminders:
        return None
    lines = [*reminders[:TOLD_EACH], *lines_of(changes, viewer, now)]
    more = more or len(reminders) > TOLD_EACH
    title = title_of(message, lines, more)
    root = settings.SITE_ADDRESS.rstrip("/")
    day = date_format(now.astimezone(ZoneInfo(own.time_zone)), f"{DAY}, H:i")
    context = {
        "title": title,
        "agreement": message.agreement,
        "lines": lines,
        "more": more,
        "root": root,
        "day": day,
        "zone": own.time_zone,
        "how": How(message.how).label,
        "tiers": sorted({line.tier for line in lines if line.tier}),
        "everything": f"{root}{reverse('changes')}?agreement={message.agreement.code}",
        "preferences": root + reverse("own-mail"),
    }
    stop = root + reverse("mail-stop", args=[own.key])
    mail = EmailMultiAlternatives(
        subject=title,
        body=render_to_string("mail/message.txt", context | {"stop": stop}),
        to=[user.email],
        headers={
            "Message-ID": f"<{message.key}@{urlsplit(root).hostname or 'localhost'}>",
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
    kinds = [kind.value for kind, sort in SORTS.items() if sort.value in message.sorts]
    if not kinds:
        return [], False
    places = {message.agreement_id: (message.after_position, message.after_part)}
    told, known = list[Told](), Known()
    while len(told) <= TOLD_EACH:
        found = read(viewer, now, places, agreements=[message.agreement], kinds=kinds, limit=TOLD_EACH * 5)
        up_to = (change for change in found.changes if change.place <= until)
        told += [(one, why) for one in up_to if (why := concerns(viewer, one, now, known))]
        places = found.places
        if not found.more or places[message.agreement_id] >= until:
            break
    return told[:TOLD_EACH], len(told) > TOLD_EACH


def reminders_in(message: Message, viewer: Viewer, now: datetime) -> list[Line]:
    """Of the due days that it reminds of, those that still run as its recipient sees them."""
    agreement = message.agreement
    moment = moment_of(None, None, now, agreement.zone)
    those = (
        "s.commitment_id = ANY(%s) AND s.phase = 'running' AND s.due_on IS NOT NULL",
        [message.reminds_of],
    )
    listed = reading.Listed(viewer, moment, {"agreement": (agreement.code,)}, (those,))
    columns = "o.code, o.title, y.name, s.due_on, s.commitment_id"
    rows = listed.select((columns, []), "ORDER BY s.due_on, o.place, y.name", reading.IN_TEXT)
    today, root = day_in(now, agreement.zone), settings.SITE_ADDRESS.rstrip("/")
    return [
        Line(
            f"{code} {title}",
            _("%(when)s; owed by %(party)s") % {"when": capfirst(when(due_on, today)), "party": party},
            root + reverse("obligation", args=[agreement.code, code]),
            "",
            f"{code} {when(due_on, today)}",
            in_words(why_reminded(viewer, agreement, (code, commitment), now)),
        )
        for code, title, party, due_on, commitment in rows[: TOLD_EACH + 1]
    ]


def why_reminded(viewer: Viewer, agreement: Agreement, of: tuple[str, int], now: datetime) -> list[Why]:
    """What concerns somebody before it is late, does so later too."""
    changes = (reminded(agreement, *of, late, now) for late in (False, True))
    return next(filter(None, (concerns(viewer, one, now, {}) for one in changes)), [])


def when(due_on: date, today: date) -> str:
    """How far a due day is away, in words."""
    named, days = {"day": date_format(due_on, DAY)}, (due_on - today).days
    if days == 0:
        return _("due today")
    if days > 0:
        said = ngettext("due on %(day)s, in %(n)s day", "due on %(day)s, in %(n)s days", days)
    else:
        said = ngettext("was due on %(day)s, %(n)s day ago", "was due on %(day)s, %(n)s days ago", -days)
    return said % {**named, "n": abs(days)}


def in_words(why: Sequence[Why]) -> str:
    return " ".join(str(one.label) for one in why)


def lines_of(told: Sequence[Told], viewer: Viewer, now: datetime) -> list[Line]:
    changes = [change for change, _why in told]
    codes = {one.obligation for one in changes if one.obligation}
    code = changes[0].agreement if changes else ""
    titles = dict(
        Obligation.objects.filter(agreement__code=code, code__in=codes).values_list("code", "title")
    )
    parties = dict(
        Commitment.objects.filter(pk__in={one.commitment for one in changes}).values_list("pk", "party__name")
    )
    rows = tiered(changes, viewer, now)
    lines = [line_of(one, titles, parties, rows.get(one.key), now) for one in changes]
    # Of what is in confidence a mail says nothing but that it is there.
    secret = {str(tier.label) for tier in OF_ONE_ROLE}
    return [
        line if line.tier in secret else replace(line, why=in_words(why))
        for line, (_change, why) in zip(lines, told, strict=True)
    ]


def tiered(changes: Sequence[Change], viewer: Viewer, now: datetime) -> dict[str, Any]:
    """By their keys, the rows with a tier that the changes are of. Four queries."""
    keys, code = [one.key for one in changes], changes[0].agreement if changes else ""
    statements = Statement.objects.visible_to(viewer, now).select_related("commitment__obligation")
    by_key = (statements, *(model.objects.visible_to(viewer, now) for model in (PartyRequest, Evidence)))
    found: dict[str, Any] = {row.key: row for rows in by_key for row in rows.filter(key__in=keys)}
    events = Event.objects.visible_to(viewer, now).filter(agreement__code=code, code__in=keys)
    return {row.code: row for row in events} | found


def line_of(change: Change, titles: dict[str, str], parties: dict[int, str], row: Any, now: datetime) -> Line:
    """`row` is what it is of, where that has a tier."""
    code, root = change.obligation or "", settings.SITE_ADDRESS.rstrip("/")
    tier = Tier.MEDIATORS if change.kind in OF_MEDIATORS else row.tier_at(now) if row else Tier.PUBLIC
    label = "" if tier == Tier.PUBLIC else str(tier.label)
    if tier in OF_ONE_ROLE:
        return Line(_("There is something to read in confidence"), "", root + reverse("own-work"), label)
    is_said = isinstance(row, Statement)
    named = capfirst(str(row.get_kind_display() if is_said else Kind(change.kind).label))
    what = capfirst(statement_in_words(row)) if is_said else named
    about = " ".join(filter(None, [code, titles.get(code, "")]))
    party = parties.get(change.commitment or 0, "")
    owed = _("owed by %(party)s") % {"party": party} if party else ""
    text = ". ".join(filter(None, [capfirst(owed), what if about else ""]))
    short = ", ".join(filter(None, [code, named, owed]))
    return Line(about or what, text, root + change.page, label, short)


def title_of(message: Message, lines: Sequence[Line], more: bool) -> str:
    agreement = message.agreement.short_title or message.agreement.title
    if len(lines) == 1 and not more:
        one = lines[0]
        return _("%(agreement)s: %(what)s") % {"agreement": agreement, "what": one.short or one.title}
    if more:
        return _("%(agreement)s: more than %(n)s changes") % {"agreement": agreement, "n": TOLD_EACH}
    n = len(lines)
    return ngettext("%(agreement)s: %(n)s change", "%(agreement)s: %(n)s changes", n) % {
        "agreement": agreement,
        "n": n,
    }
