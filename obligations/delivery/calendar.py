"""What falls due and who meets when, as a calendar that programs subscribe to (RFC 5545).

It holds what its owner may see. It lies on the machines of whoever keeps their calendar, so that of what is in
confidence it says what a mail says: on that day, that there is something to read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, Timezone

from agreement.models import Agreement
from obligations.deadlines import day_in, moment_of
from obligations.delivery.lines import OF_ONE_ROLE, SECRET, reply_path, tier_of
from obligations.delivery.reminders import Ladders
from obligations.models import Meeting, PartyRequest
from obligations.models.commitment import Life
from obligations.status import reading
from obligations.status.filters import Chosen
from obligations.status.moments import NO_ZONE
from obligations.status.requests import request_states, with_all
from parties.access import Tier, Viewer
from parties.content import PackText

# How far back it goes: older days are read in the register.
BACK = timedelta(days=730)
MOST = 5_000
BY_LIFE = {Life.ACTIVE: "CONFIRMED", Life.SUSPENDED: "TENTATIVE"}
CANCELLED = "CANCELLED"
# Versions of an entry are told apart by seconds since then: it has to fit into 31 bits.
FIRST_VERSION = datetime(2020, 1, 1, tzinfo=UTC)
OF_PERIOD = (
    """JOIN obligations_obligation o ON o.id = c.obligation_id JOIN parties_party y ON y.id = s.party_id"""
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One day in the calendar. `changed_at` is since when it is known as it is here."""

    key: str
    agreement: Agreement
    day: date
    title: str
    path: str
    changed_at: datetime
    status: str = "CONFIRMED"
    reminds: bool = False
    is_public: bool = True
    # Whose days off reminders leave out, where they do.
    party: int = 0


def calendar_of(viewer: Viewer, chosen: Mapping[str, Chosen], root: str, now: datetime) -> bytes:
    """The calendar of the commitments that filters leave, of their periods and of requests and meetings about them.

    `root` is the server's address, without a slash at its end. At most MOST entries, those to come first.
    """
    readable = {
        one.pk: one
        for one in Agreement.objects.visible_to(viewer)
        if one.code in chosen.get("agreement", (one.code,))
    }
    listed = reading.Listed(viewer, moment_of(None, None, now, NO_ZONE), chosen)
    found = [*deadlines(listed, readable), *periods(listed, readable)]
    found += [*requests(listed, readable), *meetings(viewer, readable.values(), now)]
    found = sorted(found, key=lambda one: (one.day < now.date(), abs(one.day - now.date()), one.key))[:MOST]
    calendar = Calendar()
    calendar.add("prodid", "-//Normalization Tracker//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", ", ".join(str(one.short_title or one.title) for one in readable.values()))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for zone in sorted({one.agreement.time_zone for one in found}):
        calendar.add_component(Timezone.from_tzid(zone))
    ladders = {one.pk: Ladders(one, day_in(now, one.zone)) for one in readable.values()}
    for entry in sorted(found, key=lambda one: (one.day, one.key)):
        calendar.add_component(event_of(entry, root, ladders[entry.agreement.pk]))
    return bytes(calendar.to_ical())


def event_of(entry: Entry, root: str, ladders: Ladders) -> Event:
    event = Event()
    changed_at = max(entry.changed_at, FIRST_VERSION)
    event.add("uid", f"{entry.key}@normalization-tracker")
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", int((changed_at - FIRST_VERSION).total_seconds()))
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", entry.title)
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PUBLIC" if entry.is_public else "CONFIDENTIAL")
    event.add("url", root + entry.path)
    zone = _("The day is counted in the zone %(zone)s.") % {"zone": entry.agreement.time_zone}
    said = [zone, root + entry.path, str(entry.agreement.footnote)]
    event.add("description", "\n\n".join(filter(None, said)))
    for days in ladders.days_before(entry.day, entry.party) if entry.reminds else ():
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", timedelta(days=-days))
        event.add_component(alarm)
    return event


def page(agreement: Agreement, code: str) -> str:
    return reverse("obligation", args=[agreement.code, code])


def deadlines(listed: reading.Listed, readable: Mapping[int, Agreement]) -> Iterator[Entry]:
    """The last day of each commitment that has one; of what was waived or stopped, the one that it had."""
    state, given = reading.timeliness(listed.moment)
    columns = f"""s.commitment_id, s.agreement_id, o.code, o.title, y.name, s.due_on, s.life, s.known_from,
        {state}, s.party_id"""
    has_one = f"""AND s.clock <> 'recurring' AND (s.due_on IS NOT NULL OR s.life <> 'active')
        ORDER BY s.due_on DESC NULLS LAST LIMIT {MOST}"""
    rows = listed.select((columns, given), has_one, reading.IN_TEXT)
    before = last_days(listed, [row[0] for row in rows if row[5] is None])
    for key, of, code, title, party, due_on, life, since, timeliness, owes in rows:
        day = due_on or before.get(key)
        if day is None or of not in readable:
            continue
        yield Entry(
            key=f"commitment-{key}",
            agreement=readable[of],
            day=day,
            title=_("%(party)s, last day: %(code)s %(title)s")
            % {"party": PackText(party, of), "code": code, "title": PackText(title, of)},
            path=page(readable[of], code),
            changed_at=since,
            status=BY_LIFE.get(life, CANCELLED),
            reminds=life == Life.ACTIVE and timeliness in ("upcoming", "due_soon"),
            party=owes,
        )


def last_days(listed: reading.Listed, commitments: list[int]) -> dict[int, date]:
    """The day that each had when it last had one, as the viewer may know it."""
    if not commitments:
        return {}
    where = reading.joined(
        [
            *reading.allowed(listed.viewer, listed.moment.now),
            ("s.commitment_id = ANY(%s) AND s.due_on IS NOT NULL", [commitments]),
        ]
    )
    rows = reading.selected(
        ("s.commitment_id, s.due_on", []), reading.COMMITMENTS, where, "ORDER BY s.known_from"
    )
    return dict(rows)  # of each the last


def periods(listed: reading.Listed, readable: Mapping[int, Agreement]) -> Iterator[Entry]:
    """The last day of each period: of what is due then, and of what is under review until then."""
    commitments, given = listed.where
    where = reading.joined(
        [
            *reading.periods_seen(listed.viewer, listed.moment),
            ("s.ends_on >= %s", [(listed.moment.now - BACK).date()]),
            (
                f"s.commitment_id IN (SELECT s.commitment_id FROM {reading.COMMITMENTS} WHERE {commitments})",
                given,
            ),
        ]
    )
    columns = """q.key, s.agreement_id, o.code, o.title, y.name, s.ends_on, s.is_due, s.known_from,
        s.complete_since, s.party_id"""
    rows = reading.selected(
        (columns, []), f"{reading.PERIODS} {OF_PERIOD}", where, f"ORDER BY s.ends_on DESC LIMIT {MOST}"
    )
    for key, of, code, title, party, ends_on, is_due, since, complete_since, owes in rows:
        named = {"party": PackText(party, of), "code": code, "title": PackText(title, of)}
        yield Entry(
            key=f"period-{key}",
            agreement=readable[of],
            day=ends_on,
            title=_("%(party)s, due: %(code)s %(title)s") % named
            if is_due
            else _("%(party)s, end of a period: %(code)s %(title)s") % named,
            path=page(readable[of], code),
            changed_at=since,
            reminds=is_due and complete_since is None,
            party=owes,
        )


def requests(listed: reading.Listed, readable: Mapping[int, Agreement]) -> Iterator[Entry]:
    """The days by which replies are asked for. An alarm tells that a reply is awaited: to those alone who see each."""
    viewer, now = listed.viewer, listed.moment.now
    rows = PartyRequest.objects.visible_to(viewer, now).filter(
        agreement__in=readable, reply_by__gte=(now - BACK).date()
    )
    if set(listed.chosen) - {"agreement"}:
        rows = rows.filter(commitment__in=[key for (key,) in listed.select(("s.commitment_id", []))])
    for state in request_states(with_all(rows), viewer, listed.moment):
        one, taken_back = state.request, state.taken_back
        withdrawn_at = one.statement.withdrawn_at if one.statement else None
        ended_at = taken_back.recorded_at if taken_back else withdrawn_at
        obligation, tier = one.commitment.obligation, tier_of(one, viewer, now)
        named = {"party": one.party.name, "code": obligation.code, "title": obligation.title}
        yield tiered(
            tier,
            key=f"request-{one.key}",
            agreement=readable[one.agreement_id],
            day=one.reply_by,
            title=_("Reply of %(party)s asked for: %(code)s %(title)s") % named
            if tier == Tier.PUBLIC
            else _("A reply is asked for: %(code)s") % named,
            path=reply_path(one, viewer) or page(readable[one.agreement_id], obligation.code),
            party=one.party_id,
            changed_at=ended_at or one.asked_at,
            status=CANCELLED if ended_at else "CONFIRMED",
            reminds=state.waits,
        )


def tiered(tier: Tier, **said: Any) -> Entry:
    """What is seen by one role alone is neither named nor linked to."""
    if tier in OF_ONE_ROLE:
        said |= {"title": str(SECRET), "path": reverse("own-work")}
    return Entry(**said, is_public=tier == Tier.PUBLIC)


def meetings(viewer: Viewer, agreements: Iterable[Agreement], now: datetime) -> Iterator[Entry]:
    by_key = {one.pk: one for one in agreements}
    rows = Meeting.objects.visible_to(viewer, now).filter(
        Q(agreement__in=by_key), held_on__gte=(now - BACK).date()
    )
    for one in rows.select_related("body"):
        yield tiered(
            Tier(one.tier_at(now)),
            key=f"meeting-{one.key}",
            agreement=by_key[one.agreement_id],
            day=one.held_on,
            title=_("Meeting of the %(body)s") % {"body": one.body.name}
            if one.tier_at(now) == Tier.PUBLIC
            else _("Meeting"),
            path=reverse("meeting", args=[one.key]),
            changed_at=max(filter(None, (one.planned_at, one.changed_at, one.closed_at))),
            reminds=one.closed_at is None,
        )
