"""Meetings: planned, given an agenda, concluded, and closed with their minutes. Nothing here moves a clock."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

from django.db.models import Max, Model
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreement.ledger import enter
from agreement.models import Agreement, Participation, SignOff
from agreement.viewers import readers_in
from obligations.commands.errors import Refused
from obligations.commands.protected import wanted_in
from obligations.commands.widening import Wider
from obligations.deadlines import day_in
from obligations.models import AgendaItem, Meeting, Obligation, PartyRequest, Statement
from obligations.status.filters import FILTERS
from parties.access import Audience, Tier, Viewer
from parties.alphabets import in_alphabet
from parties.models import Party
from parties.once import once
from parties.rights import Right, require
from parties.texts import day_errors, text_error, text_errors, tidy

MOST_ITEMS = 50


class Rewritten(Refused):
    """Somebody recorded `there`, or `words` of it, after what the author had seen in its place."""

    def __init__(self, name: str, there: str, words: str = "") -> None:
        told = _(
            "Meanwhile this was recorded: “%(words)s”. Nothing of yours was: look at both, and send it again."
        )
        super().__init__({name: told % {"words": words or there}})
        self.there = there


@once()
def plan_meeting(
    *,
    agreement: Agreement,
    body: Party,
    actor: Viewer,
    now: datetime,
    held_on: date,
    tier: str,
    confidant: Party | None = None,
    venue: str = "",
    members: str = "",
    agenda: Sequence[tuple[str, str]] = (),
) -> Meeting:
    """Plan a sitting of a body on a day, whose `agenda` begins with titles and the filters of what each is about. A
    title is typed, or an `AgendaItem.Standard`.

    Who may see the meeting sees its agenda, conclusions and minutes; of what these name, each sees what they may see.
    Raises PermissionDenied and Refused.
    """
    require(actor, Right.HOLD_MEETINGS, agreement.pk)
    meeting = Meeting(agreement=agreement, body=body, planned_at=now, planned_by_id=actor.user_id)
    meeting.points = len(agenda)
    set_facts(meeting, held_on, venue, members, tier, confidant)
    errors = errors_of(meeting)
    if not Participation.objects.filter(agreement=agreement, party=body).exists():
        errors["body"] = _("It takes no part in this agreement.")
    if errors:
        raise Refused(errors)
    meeting.save(force_insert=True)
    items = [
        AgendaItem(meeting=meeting, place=place, query=query, **titled(title))
        for place, (title, query) in enumerate(agenda, start=1)
    ]
    AgendaItem.objects.bulk_create(items)
    enter_meeting("plan_meeting", meeting, actor, now, facts_of(meeting), meeting, *items)
    return meeting


@once(without=["seen"])
def change_meeting(
    *,
    meeting: Meeting,
    actor: Viewer,
    now: datetime,
    held_on: date,
    tier: str,
    confidant: Party | None = None,
    venue: str = "",
    members: str = "",
    wider: bool = False,
    seen: str | None = None,
) -> Meeting:
    """Move it, or say otherwise who comes or who may see it. Raises PermissionDenied, Refused, Rewritten where what
    it says of itself (`in_words`) is not what was `seen`, and Wider unless `wider` says that more people are meant to
    see it than do now.
    """
    meeting = lock(meeting, actor)
    refuse_closed(meeting)
    refuse_rewritten("meeting", in_words(meeting), seen)
    before, was = facts_of(meeting), meeting.audience(now)
    set_facts(meeting, held_on, venue, members, tier, confidant)
    meeting.changed_at = now
    if errors := errors_of(meeting):
        raise Refused(errors)
    if not (wider or meeting.audience(now).within(was)):
        readers = readers_in(meeting.agreement)
        words = {"theirs": readers.of(was), "these": readers.of(meeting.audience(now))}
        told = _(
            "Who can see the meeting now: %(theirs)s. Who could see it then: %(these)s. "
            "Say that this is meant, or choose that fewer people may see it."
        )
        raise Wider({"wider": told % words})
    meeting.save()
    enter_meeting("change_meeting", meeting, actor, now, facts_of(meeting), meeting, before=before)
    return meeting


@once()
def add_agenda_item(
    *,
    meeting: Meeting,
    actor: Viewer,
    now: datetime,
    title: str,
    query: str = "",
    picked: Sequence[str] = (),
) -> AgendaItem:
    """Put a point at the end of the agenda: about the commitments that filters pick, or of obligations by their codes.

    Raises PermissionDenied and Refused.
    """
    meeting = lock(meeting, actor)
    refuse_closed(meeting)
    # The place of a point that was taken off is never another's: an address means one point for good.
    meeting.points = places_given(meeting) + 1
    item = AgendaItem(
        meeting=meeting, place=meeting.points, title=tidy(title), query=query, picked=list(picked)
    )
    errors = text_errors(("title",), title=item.title) | row_errors(item)
    if meeting.agenda.count() >= MOST_ITEMS:
        errors["title"] = _("An agenda has at most %(most)d points.") % {"most": MOST_ITEMS}
    if errors:
        raise Refused(errors)
    meeting.save(update_fields=["points"])
    item.save(force_insert=True)
    after = {"title": item.title, "filters": item.query, "picked": item.picked}
    enter_meeting("add_agenda_item", meeting, actor, now, after, meeting, item)
    return item


@once()
def remove_agenda_item(*, item: AgendaItem, actor: Viewer, now: datetime) -> Meeting:
    """Take a point off the agenda, unless something was concluded on it. Raises PermissionDenied and Refused."""
    meeting = lock(item.meeting, actor)
    refuse_closed(meeting)
    item = still_there(item)
    if item.conclusion:
        raise Refused({"item": _("A conclusion was recorded on it: it stays on the agenda.")})
    meeting.points = places_given(meeting)
    meeting.save(update_fields=["points"])
    gone = AgendaItem(pk=item.pk)
    item.delete()
    enter_meeting("remove_agenda_item", meeting, actor, now, {"title": item.title}, meeting, gone)
    return meeting


@once(without=["seen"])
def record_conclusion(
    *, item: AgendaItem, actor: Viewer, now: datetime, conclusion: str, seen: str | None = None
) -> AgendaItem:
    """What the meeting concluded on a point, in place of what stood there.

    Raises PermissionDenied, Refused, and Rewritten where that is not what was `seen` there.
    """
    meeting = lock(item.meeting, actor)
    refuse_closed(meeting)
    conclusion = tidy(conclusion)
    if error := text_error("words", conclusion, needed=True):
        raise Refused({"conclusion": error})
    item = still_there(item)
    refuse_rewritten("conclusion", item.conclusion, seen)
    before, item.conclusion = item.conclusion, conclusion
    item.save(update_fields=["conclusion"])
    after = {"title": item.title, "conclusion": conclusion}
    enter_meeting("record_conclusion", meeting, actor, now, after, item, before={"conclusion": before})
    return item


@once(without=["seen"])
def tie_to_meeting(
    *,
    meeting: Meeting,
    actor: Viewer,
    now: datetime,
    findings: Sequence[Statement],
    requests: Sequence[PartyRequest],
    seen: str | None = None,
) -> Meeting:
    """Say which findings were recorded in the meeting and which requests made, in place of what was said before.

    Raises PermissionDenied, Refused, and Rewritten where what was said before (`tied_to`) is not what was `seen`.
    """
    meeting = lock(meeting, actor)
    if seen is not None and seen != tied_to(meeting):
        raise Rewritten("recorded", tied_to(meeting), tied_in_words(meeting))
    theirs = {*(one.agreement_id for one in findings), *(one.agreement_id for one in requests)}
    if theirs - {meeting.agreement_id} or any(one.kind != Statement.Kind.FINDING for one in findings):
        raise Refused({"findings": _("Choose findings and requests of this agreement.")})
    links: list[Model] = [*links_of(meeting)]
    meeting.findings.set(findings)
    meeting.requests.set(requests)
    after = {"findings": [one.key for one in findings], "requests": [one.key for one in requests]}
    enter_meeting("tie_to_meeting", meeting, actor, now, after, *links, *links_of(meeting))
    return meeting


@once(without=["seen"])
def close_meeting(
    *,
    meeting: Meeting,
    actor: Viewer,
    now: datetime,
    minutes: str,
    members: str = "",
    seen: str | None = None,
) -> Meeting:
    """Close a meeting that was held with its minutes and who was there; of a closed one, correct these.

    Raises PermissionDenied, Refused, and Rewritten where its minutes are not those that were `seen`.
    """
    meeting = lock(meeting, actor)
    minutes, members = tidy(minutes), tidy(members)
    errors = {}
    if error := text_error("words", minutes, needed=True):
        errors["minutes"] = error
    if error := text_error("words", members):
        errors["members"] = error
    if meeting.held_on > day_in(now, meeting.agreement.zone):
        errors["minutes"] = _("Its day has not come yet: change the day first, if it was held earlier.")
    if errors:
        raise Refused(errors)
    refuse_rewritten("minutes", meeting.minutes, seen)
    before = {"minutes": meeting.minutes, "members": meeting.members}
    meeting.minutes, meeting.members = minutes, members
    meeting.closed_at = meeting.closed_at or now
    meeting.save()
    after = {"minutes": minutes, "members": members}
    enter_meeting("close_meeting", meeting, actor, now, after, meeting, before=before)
    return meeting


def lock(meeting: Meeting, actor: Viewer) -> Meeting:
    require(actor, Right.HOLD_MEETINGS, meeting.agreement_id)
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("agreement", "body", "confidant")
    return rows.get(pk=meeting.pk)


def still_there(item: AgendaItem) -> AgendaItem:
    """A point as it is now, its meeting being locked."""
    found = AgendaItem.objects.filter(pk=item.pk).first()
    if found is None:
        raise Refused({"item": _("It was taken off the agenda meanwhile.")})
    return found


def refuse_rewritten(name: str, there: str, seen: str | None) -> None:
    """`seen` is None where the author looked at nothing."""
    if seen is not None and tidy(seen) != there:
        raise Rewritten(name, there)


def refuse_closed(meeting: Meeting) -> None:
    if meeting.closed_at:
        raise Refused({"meeting": _("It is closed with its minutes: only these can still be corrected.")})


def places_given(meeting: Meeting) -> int:
    """How many places its points were given so far; those of meetings before these were counted are still there."""
    return max(meeting.points, meeting.agenda.aggregate(last=Max("place"))["last"] or 0)


def in_words(meeting: Meeting) -> str:
    """What `change_meeting` changes, in one line."""
    tier = str(Tier(meeting.tier).label)
    if meeting.confidant:
        tier = _("in confidence with %(party)s") % {"party": meeting.confidant.name}
    facts = [date_format(meeting.held_on), meeting.venue, *meeting.members.split("\n"), tier]
    return ", ".join(filter(None, facts))


def tied_to(meeting: Meeting) -> str:
    """The keys of what is said to be recorded in it."""
    tied = (meeting.findings, meeting.requests)
    return " ".join(sorted(key for rows in tied for key in rows.values_list("key", flat=True)))


def tied_in_words(meeting: Meeting) -> str:
    """The same by what each is about, such as "AX-6 Kosovo*"."""
    tied: tuple[Any, ...] = (meeting.findings, meeting.requests)
    about = ("commitment__obligation__code", "commitment__party__name")
    owed = [
        f"{code} {party}"
        for rows in tied
        for code, party in sorted(rows.values_list(*about), key=lambda row: (row[0], in_alphabet(row[1])))
    ]
    return ", ".join(owed) or _("nothing")


def titled(title: str) -> dict[str, str]:
    """What a point is called, as it is recorded: no reader's language but English is stored of our own words."""
    if not isinstance(title, AgendaItem.Standard):
        return {"title": title}
    with translation.override("en"):
        return {"title": str(title.label), "standard": title.value}


def set_facts(
    meeting: Meeting, held_on: date, venue: str, members: str, tier: str, confidant: Party | None
) -> None:
    meeting.held_on, meeting.venue, meeting.members = held_on, tidy(venue), tidy(members)
    meeting.tier, meeting.confidant = tier, confidant if tier == Tier.IN_CONFIDENCE else None


def errors_of(meeting: Meeting) -> dict[str, str]:
    errors = day_errors(held_on=meeting.held_on)
    for name, limit in (("venue", "name"), ("members", "words")):
        if error := text_error(limit, getattr(meeting, name)):
            errors[name] = error
    if meeting.tier == Tier.IN_CONFIDENCE and meeting.confidant is None:
        errors["tier"] = _("Say with which party it is in confidence.")
    if meeting.tier == Tier.PUBLIC and SignOff.PUBLICATIONS in wanted_in(meeting.agreement_id):
        sentence = _("What mediators make public wants two of them here.")
        instead = _("Let the parties see it; what everybody is to know can stand in a finding.")
        errors["tier"] = f"{sentence} {instead}"
    return errors


def row_errors(item: AgendaItem) -> dict[str, str]:
    """What is wrong with what an item is about."""
    errors = {}
    for name, value in parse_qsl(item.query):
        if name not in FILTERS or not FILTERS[name].can_be(value):
            errors["query"] = _("“%(name)s” is no filter of commitments, or cannot be “%(value)s”.") % {
                "name": name,
                "value": value,
            }
    there = Obligation.objects.filter(agreement=item.meeting.agreement_id, code__in=item.picked)
    if missing := sorted(set(item.picked) - set(there.values_list("code", flat=True))):
        errors["picked"] = _("This agreement has no such obligation: %(codes)s.") % {
            "codes": ", ".join(missing)
        }
    return errors


def links_of(meeting: Meeting) -> list[Any]:
    """The rows that join it to findings and requests, as they are now."""
    through = (Meeting.findings.through, Meeting.requests.through)
    return [row for model in through for row in model._default_manager.filter(meeting_id=meeting.pk)]


def facts_of(meeting: Meeting) -> dict[str, Any]:
    seen = Audience(Tier(meeting.tier), meeting.confidant_id)
    return {
        "body": meeting.body.code,
        "held_on": meeting.held_on,
        "venue": meeting.venue,
        "members": meeting.members,
        "tier": seen.tier,
        "confidant": meeting.confidant.code if meeting.confidant else "",
    }


def enter_meeting(
    command: str,
    meeting: Meeting,
    actor: Viewer,
    now: datetime,
    after: dict[str, Any],
    *states: Model,
    before: dict[str, Any] | None = None,
) -> None:
    enter(
        agreement_id=meeting.agreement_id,
        actor=actor,
        now=now,
        command=command,
        subject=f"{meeting.body.code} {meeting.held_on.isoformat()}",
        before=before,
        after={"meeting": meeting.key, **after},
        states=states,
    )
