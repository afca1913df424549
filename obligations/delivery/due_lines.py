"""What a mail says of days: what falls due, what is asked for, and what waits; each as its recipient sees it by now."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreement.models import Agreement
from obligations.deadlines import day_in, moment_of
from obligations.delivery.concerned import Known, Why, concerns
from obligations.delivery.lines import (
    OF_ONE_ROLE,
    Line,
    in_confidence,
    in_words,
    label_of,
    own_tier,
    reply_path,
    root,
    tier_of,
)
from obligations.delivery.reminders import reminded
from obligations.models import BreachAcknowledgement, Message, PartyRequest
from obligations.status import reading
from obligations.status.requests import request_states, with_all
from obligations.words.requests import asked, reply_when, when
from parties.access import Grant, Role, Viewer
from parties.alphabets import in_alphabet
from parties.content import PackText

IN_TEXT = (
    """JOIN obligations_obligation o ON o.id = c.obligation_id JOIN parties_party y ON y.id = c.party_id"""
)


def day_lines(message: Message, viewer: Viewer, now: datetime, most: int) -> list[Line]:
    """Of what the message reminds of, what still runs, is still awaited or still waits; `most` of each."""
    found = [
        *(due(message, viewer, now, most) if message.reminds_of else ()),
        *(request_lines(message, viewer, now, most) if message.requests else ()),
        *(waiting(message, viewer, now, most) if message.breaches else ()),
    ]
    # Of several that are in confidence, it is said once that there are any.
    return list(dict.fromkeys(found))


def everybody_in(agreement: Agreement) -> Viewer:
    """Who sees of an agreement what everybody may see."""
    return Viewer(grants=(Grant(agreement.pk, Role.ANALYST),))


def due(message: Message, viewer: Viewer, now: datetime, most: int) -> list[Line]:
    agreement = message.agreement
    rows = due_days(agreement, viewer, message.reminds_of, now, most)
    for_all = set(due_days(agreement, everybody_in(agreement), [row[4] for row in rows], now, most))
    known, today = Known(), day_in(now, agreement.zone)
    about = {row: [reminded(agreement, row[0], row[4], late, now) for late in (False, True)] for row in rows}
    known.learn([change for two in about.values() for change in two], now)
    lines = []
    for row in rows:
        code, title, party, due_on, _commitment = row
        # What concerns somebody before it is late, does so later too.
        why = next(filter(None, (concerns(viewer, one, now, known) for one in about[row])), [])
        # Translators: “when” is such as “Due on 5 Jan 2024, in 3 days”.
        text = _("%(when)s; owed by %(party)s") % {
            "when": capfirst(when(due_on, today)),
            "party": PackText(party, agreement.pk),
        }
        named = line(agreement, code, title, text, f"{code} {when(due_on, today)}", why)
        lines.append(named if row in for_all else in_confidence(own_tier(viewer, agreement.pk)))
    return lines


# Code and title of the obligation, the party that owes, the day, and the commitment.
Day = tuple[str, str, str, date, int]


def due_days(
    agreement: Agreement, viewer: Viewer, those: Iterable[int], now: datetime, most: int
) -> list[Day]:
    rule = "s.commitment_id = ANY(%s) AND s.phase = 'running' AND s.life = 'active' AND s.due_on IS NOT NULL"
    moment = moment_of(None, None, now, agreement.zone)
    listed = reading.Listed(viewer, moment, {"agreement": (agreement.code,)}, ((rule, [list(those)]),))
    columns = "o.code, o.title, y.name, s.due_on, s.commitment_id"
    then = f"ORDER BY s.due_on, o.place, y.name LIMIT {most:d}"
    found = groupby(listed.select((columns, []), then, reading.IN_TEXT), key=lambda row: (row[3], row[0]))

    def name(row: Day) -> str:
        return in_alphabet(PackText(row[2], agreement.pk))

    return [row for _same, rows in found for row in sorted(rows, key=name)]


def request_lines(message: Message, viewer: Viewer, now: datetime, most: int) -> list[Line]:
    """Whether a reply is awaited is said to those alone who would see one."""
    agreement, lines = message.agreement, []
    rows = PartyRequest.objects.visible_to(viewer, now).filter(agreement=agreement, pk__in=message.requests)
    today, known = day_in(now, agreement.zone), Known()
    moment = moment_of(None, None, now, agreement.zone)
    asked_for = with_all(rows).select_related("taken_back")
    for state in request_states(asked_for.order_by("reply_by", "pk")[:most], viewer, moment):
        one, obligation = state.request, state.request.commitment.obligation
        if not state.waits:
            continue
        about = reminded(agreement, obligation.code, one.commitment_id, False, now, one.key)
        said = line(
            agreement,
            obligation.code,
            obligation.title,
            asked(one, today),
            f"{obligation.code}, {reply_when(one.reply_by, today)}",
            concerns(viewer, about, now, known),
        )
        tier = tier_of(one, viewer, now)
        path = reply_path(one, viewer)
        said = replace(said, tier=label_of(tier), url=root() + path if path else said.url)
        lines.append(in_confidence(tier) if tier in OF_ONE_ROLE else said)
    return lines


def waiting(message: Message, viewer: Viewer, now: datetime, most: int) -> list[Line]:
    """Breaches that are still open and that nobody acknowledged. That they wait is said, and not who looked at them."""
    agreement = message.agreement
    if not viewer.has_role(Role.MEDIATOR, agreement.pk):
        return []
    noted = BreachAcknowledgement.objects.filter(breach__in=message.breaches).values_list("breach", flat=True)
    left = sorted(set(message.breaches) - set(noted))
    rows = open_breaches(agreement, viewer, left, now, most)
    for_all = {row[0] for row in open_breaches(agreement, everybody_in(agreement), left, now, most)}
    today, lines = day_in(now, agreement.zone), []
    for key, code, title, party, in_time_until in rows:
        # Translators: “when” is such as “Due on 5 Jan 2024, in 3 days”.
        text = _("%(when)s; owed by %(party)s") % {
            "when": capfirst(when(in_time_until, today)),
            "party": PackText(party, agreement.pk),
        }
        named = line(agreement, code, title, text, f"{code} {when(in_time_until, today)}", [Why.WAITS])
        lines.append(named if key in for_all else in_confidence(own_tier(viewer, agreement.pk)))
    return lines


def open_breaches(
    agreement: Agreement, viewer: Viewer, keys: list[str], now: datetime, most: int
) -> list[tuple[str, str, str, str, date]]:
    moment = moment_of(None, None, now, agreement.zone)
    open_now = "s.key = ANY(%s) AND s.closed_at IS NULL AND s.agreement_id = %s"
    where = reading.joined([*reading.breaches_seen(viewer, moment), (open_now, [keys, agreement.pk])])
    return reading.selected(
        ("s.key, o.code, o.title, y.name, s.in_time_until", []),
        f"{reading.BREACHES} {IN_TEXT}",
        where,
        f"ORDER BY s.overdue_since, s.key LIMIT {most:d}",
    )


def line(agreement: Agreement, code: str, title: str, text: str, short: str, why: list[Why]) -> Line:
    page = root() + reverse("obligation", args=[agreement.code, code])
    return Line(f"{code} {PackText(title, agreement.pk)}", text, page, "", short, in_words(why))
