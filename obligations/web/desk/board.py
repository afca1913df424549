"""Everything that one view of the desk shows, from its address."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreement.models import Agreement, Participation
from obligations.deadlines import present
from obligations.lists.places import AN_INSTANT, DAY, NAME, NUMBER, SMALL_NUMBER, Part, or_none, place_of
from obligations.models import Commitment, Proposal, SavedView, SweepRun, Visit, Work
from obligations.status.care import mediators_of, news_since
from obligations.status.codes import codes_missing, not_there
from obligations.status.filters import FILTERS
from obligations.status.in_queue import InQueue, in_queue
from obligations.status.queues import (
    ME,
    NOBODY,
    QUEUES,
    SIGNATURES,
    SORTS,
    Queue,
    Waiting,
    waiting,
)
from obligations.status.requests import ANSWERED, NO_REPLY, OPEN, RequestState, requests_on
from obligations.status.status import Standing, in_order_within_obligations
from obligations.web.base import table
from obligations.web.base.care import view_to_follow
from obligations.web.base.selection import Option, chosen_of, provisions_in
from obligations.web.base.signing import Room, list_of
from obligations.web.base.table import Page, place_asked
from obligations.web.desk.pane import asked_for, loaded_of, numbers, pane, without_row
from obligations.web.desk.rows import Row, reviews, row
from obligations.words.notices import unread
from obligations.words.numbers import ago, amount, older_than
from parties.access import Role, Viewer
from parties.alphabets import alphabetical

# How an address writes the place of a row of a queue, by the types of its values.
PARTS = {"timestamptz": AN_INSTANT, "date": DAY, "int": SMALL_NUMBER, "bigint": NUMBER, "text": NAME}
# The sweep runs each minute; after this long it is not late but gone.
STALE_SECONDS = 5 * 60
# Queues whose rows are about a request, by what became of it.
OF_REQUESTS = {"silence": NO_REPLY, "requests": OPEN, "replies": ANSWERED}

ROOM = Room(
    home="desk",
    name=gettext_lazy("Desk"),
    listed_at=format_lazy("{}?queue={}", reverse_lazy("desk"), SIGNATURES),
    shown_at="proposal",
    told=gettext_lazy("Nobody but the mediators of the agreement learns of them."),
    own=gettext_lazy("You proposed this: it waits for another mediator."),
    empty=gettext_lazy(
        "What the policy of an agreement wants two mediators for stands here until one more has signed it. An"
        " administrator sets the policy."
    ),
)


def board(
    query: QueryDict,
    viewer: Viewer,
    now: datetime,
    visits: list[Visit],
    own: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The context of the desk's templates. `own` is that of the pane, where it is not the address that says it."""
    places, news = participations(viewer), news_since(visits, viewer)
    agreements = list({place.agreement_id: place.agreement for place in places}.values())
    waits = waiting(viewer, now, news)
    narrowing = filters(query, places, viewer)
    rows, views = waits.asked(query), list(SavedView.objects.filter(user=viewer.user_id))
    found, new = rows.counts(), rows.new()
    proposals = Proposal.objects.visible_to(viewer).of_the_record()
    to_sign = proposals.unsettled().count()
    if query.get("queue") == SIGNATURES:
        listed, chosen = list_of(proposals, query, ROOM), None
        listed |= {"title": _("Waiting for a second signature"), "waiting": to_sign}
    else:
        listed, chosen = queue_shown(query, rows, found, viewer, now, set(news.commitments))
        listed["title"] = title(listed["queue"], agreements)
    return {
        "viewer": viewer,
        "problems": problems_in(query, viewer),
        "queues": [(one, title(one, agreements), found[one.code], new[one.code]) for one in QUEUES.values()],
        "to_sign": to_sign,
        "to_sign_new": len(news.proposals),
        "is_news": bool(news.commitments or news.proposals),
        "left_at": min((one.left_at for one in visits if one.left_at), default=None),
        "notices": unread(viewer, Role.MEDIATOR),
        "work_ended": Work.objects.of(viewer).filter(ended_at__isnull=False, seen_at=None).count(),
        "total": found["all"],
        "views": views,
        "view_counts": waits.counts_of(views, to_sign),
        "view": query.get("view", ""),
        "to_follow": [view_to_follow(one) for one in views if one.key == query.get("view")],
        "picked": set(numbers(query.getlist("picked"))),
        "filters": narrowing,
        "is_narrowed": any(one["chosen"] for one in narrowing),
        **sweep(now),
        **listed,
        "page_title": page_title(listed["title"], listed["waiting"]),
        "agreements": agreements,
        # What a printed sheet is of, and for whom: said where it is one.
        **({"agreement": agreements[0]} if len(agreements) == 1 else {}),
        **(pane(query, viewer, now, chosen) if own is None else own),
    }


def queue_shown(
    query: QueryDict, rows: Waiting, found: dict[str, int], viewer: Viewer, now: datetime, new: set[int]
) -> tuple[dict[str, Any], Standing | None]:
    """The context of a queue's list; and the commitment that the address names, if it names one."""
    waiting = in_queue(rows, query, found)
    queue, page, asked = waiting.queue, page_of(waiting, query), asked_for(query)
    loaded = loaded_of([*page.rows, *asked], viewer, now)
    listed = [loaded[key] for key in page.rows if key in loaded]
    listed = listed if waiting.since else in_order_within_obligations(listed)
    context = {
        "queue": queue,
        "waiting": found[queue.code],
        **page.context,
        "sorted_by": waiting.sorted_by,
        "sorts": SORTS.items(),
        "sort": query.get("sort", ""),
        "kept_query": list(QueryDict(without_row(query)).lists()),
        "rows": rows_of(listed, queue, viewer, now, new),
    }
    return context, next((loaded[key] for key in asked if key in loaded), None)


def page_of(waiting: InQueue, query: QueryDict) -> Page:
    """The keys of the rows after the place that the address has. Raises WrongParameter."""
    parts: list[Part] = [PARTS[one] for one in waiting.types]
    if waiting.since:
        parts[0] = or_none(parts[0])
    place = place_asked(query, parts)
    found = waiting.after(tuple(place) if place else None, table.ROWS_ON_A_PAGE)
    return Page(found.keys, place_of(parts, found.last) if found.last else None, place is None)


def rows_of(listed: list[Standing], queue: Queue, viewer: Viewer, now: datetime, new: set[int]) -> list[Row]:
    """The rows of a queue as the list shows them; `new` are the commitments on which something is."""
    shown = [standing.commitment for standing in listed]
    to_review = reviews(shown, viewer, now) if queue.code == "periods" else {}
    asked_of = about_requests(shown, viewer, now, queue)
    return [
        row(one, queue.code, now, to_review.get(key), asked_of.get(key), key in new)
        for one in listed
        for key in (one.commitment.pk,)
    ]


def problems_in(query: QueryDict, viewer: Viewer) -> list[str]:
    """What the address asks for and there is not, as sentences. `claim` is here the key of one."""
    wanted = {name: str(query.get(name, "")) for name in query}
    problems = list(codes_missing(wanted, FILTERS, viewer).values())
    problems += [
        f"{one.label}: {told}"
        for name, one in FILTERS.items()
        for value in query.getlist(name)
        if name != "claim" and value and (told := one.problem(value))
    ]
    if wanted.get("queue") and wanted["queue"] not in (*QUEUES, SIGNATURES):
        problems.append(not_there(wanted["queue"], [*QUEUES, SIGNATURES]))
    return problems


def about_requests(
    commitments: list[Commitment], viewer: Viewer, now: datetime, queue: Queue
) -> dict[int, RequestState]:
    """The request whose day ends first, by the key of its commitment; empty where the queue is not one of requests."""
    found: dict[int, RequestState] = {}
    if queue.code in OF_REQUESTS:
        for key, requests in requests_on(commitments, viewer, present(now)).items():
            if fitting := [one for one in requests if one.state == OF_REQUESTS[queue.code]]:
                found[key] = min(fitting, key=lambda one: one.request.reply_by)
    return found


def participations(viewer: Viewer) -> list[Participation]:
    """Who takes part in the agreements that the viewer mediates, by name."""
    mediated = viewer.agreements_as(Role.MEDIATOR)
    places = Participation.objects.filter(agreement__in=mediated).select_related("agreement", "party")
    return sorted(places, key=lambda one: (one.agreement.code, alphabetical(one.party)))


def title(queue: Queue, agreements: list[Agreement]) -> str:
    """The queue's title; with its days where all agreements have the same."""
    days = {agreement.due_soon_days for agreement in agreements}
    if queue.code == "soon" and len(days) == 1:
        (soon,) = days
        return ngettext("Due in %(days)s day", "Due in %(days)s days", soon) % {"days": soon}
    return str(queue.title)


def page_title(queue: str, count: int) -> str:
    return _("Desk: %(queue)s (%(count)s)") % {
        "queue": queue,
        "count": amount(count),
    }


def filters(query: QueryDict, places: list[Participation], viewer: Viewer) -> list[dict[str, Any]]:
    """The choices above the list: name, options and what is chosen."""
    agreements = {place.agreement_id: place.agreement for place in places}.values()
    choices = {
        "agreement": [Option(one.code, one.short_title) for one in agreements],
        "party": parties(places, query.get("agreement", "")),
        "provision": provisions_in(agreements),
        "tag": topics(agreements),
        "owner": owners(agreements, viewer),
    }
    chosen = {name: query.get(name, "") for name in choices}
    chosen["provision"] = chosen_of(choices["provision"], chosen["provision"])
    return [
        {"name": name, "options": options, "chosen": chosen[name]}
        for name, options in choices.items()
        if len(options) > 1 or query.get(name)
    ]


def parties(places: list[Participation], agreement: str) -> list[Option]:
    """Those of the agreement, or of all, in their order; who is called otherwise in another has each of its names."""
    called: dict[str, set[str]] = defaultdict(set)
    for place in sorted(places, key=lambda one: alphabetical(one.party)):
        if agreement in ("", place.agreement.code):
            called[place.party.code].add(str(place.party.name))
    return [Option(code, " / ".join(sorted(names))) for code, names in called.items()]


def topics(agreements: Iterable[Agreement]) -> list[Option]:
    """Those that the packs name, by name."""
    found = {
        str(one["code"]): agreement.topic_name(one["code"])
        for agreement in agreements
        for one in agreement.topics
    }
    return sorted((Option(code, name) for code, name in found.items()), key=lambda one: one.label)


def owners(agreements: Iterable[Agreement], viewer: Viewer) -> list[Option]:
    others = [one for one in mediators_of(one.pk for one in agreements) if one.pk != viewer.user_id]
    first = [Option(ME, _("Assigned to me")), Option(NOBODY, _("Assigned to nobody"))]
    return [*first, *(Option(one.key, str(one)) for one in others)]


def sweep(now: datetime) -> dict[str, Any]:
    last = SweepRun.objects.first()
    if last is None:
        return {"swept": "", "sweep_stale": True}
    return {
        "swept": ago(last.finished_at, now),
        "sweep_stale": older_than(last.finished_at, now, STALE_SECONDS),
    }
