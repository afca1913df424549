"""Everything that one view of the desk shows, from its address."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from agreement.models import Agreement, Participation
from obligations.deadlines import present
from obligations.models import Commitment, Proposal, SavedView, SweepRun, Visit
from obligations.status.care import mediators_of, news_since
from obligations.status.codes import codes_missing, not_there
from obligations.status.filters import FILTERS
from obligations.status.queues import ME, NOBODY, QUEUES, SORTS, InQueue, Queue, waiting
from obligations.status.requests import ANSWERED, NO_REPLY, OPEN, RequestState, requests_on
from obligations.status.status import Standing
from obligations.web.base.selection import Option, chosen_of, provisions_in
from obligations.web.desk.pane import asked_for, kept, loaded_of, numbers, pane
from obligations.web.desk.rows import Row, reviews, row
from obligations.words.ages import ago, older_than
from obligations.words.notices import unread
from parties.access import Role, Viewer

PAGE = 50
# The sweep runs each minute; after this long it is not late but gone.
STALE_SECONDS = 5 * 60
# Queues whose rows are about a request, by what became of it.
OF_REQUESTS = {"silence": NO_REPLY, "requests": OPEN, "replies": ANSWERED}


def board(
    query: QueryDict,
    viewer: Viewer,
    now: datetime,
    visits: list[Visit],
    own: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The context of the desk's templates. `own` is that of the pane, where it is not the address that says it."""
    queue = QUEUES.get(query.get("queue", ""), QUEUES["overdue"])
    places = participations(viewer)
    news = news_since(visits, viewer)
    rows = waiting(viewer, now, query, news)
    found, new = rows.counts(), rows.new()
    keys = InQueue(rows, queue, found[queue.code], query.get("sort", ""))
    page = page_of(keys, query)
    shown_keys, asked = list(page.object_list), asked_for(query)
    loaded = loaded_of([*shown_keys, *asked], viewer, now)
    listed = [loaded[key] for key in shown_keys if key in loaded]
    agreements = list({place.agreement_id: place.agreement for place in places}.values())
    chosen = next((loaded[key] for key in asked if key in loaded), None)
    return {
        "agreements": agreements,
        "viewer": viewer,
        # What a printed sheet is of, and for whom: said where it is one.
        **({"agreement": agreements[0]} if len(agreements) == 1 else {}),
        "problems": problems_in(query, viewer),
        "queue": queue,
        "queues": [(one, title(one, agreements), found[one.code], new[one.code]) for one in QUEUES.values()],
        "title": title(queue, agreements),
        "page_title": page_title(title(queue, agreements), found[queue.code]),
        "waiting": found[queue.code],
        "to_sign": Proposal.objects.visible_to(viewer).of_the_record().unsettled().count(),
        "to_sign_new": len(news.proposals),
        "left_at": min((one.left_at for one in visits if one.left_at), default=None),
        "notices": unread(viewer, Role.MEDIATOR),
        "total": found["all"],
        "page": page,
        "sorted_by": keys.sorted_by,
        "sorts": SORTS.items(),
        "sort": query.get("sort", ""),
        "views": SavedView.objects.filter(user=viewer.user_id),
        "view": query.get("view", ""),
        "kept_query": list(QueryDict(kept(query)).lists()),
        "picked": set(numbers(query.getlist("picked"))),
        "rows": rows_of(listed, queue, viewer, now, set(news.commitments)),
        "filters": filters(query, places, viewer),
        **sweep(now),
        **(pane(query, viewer, now, chosen) if own is None else own),
    }


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
    if wanted.get("queue") and wanted["queue"] not in QUEUES:
        problems.append(not_there(wanted["queue"], list(QUEUES)))
    return problems


def about_requests(
    commitments: list[Commitment], viewer: Viewer, now: datetime, queue: Queue
) -> dict[int, RequestState]:
    """Of each commitment in a queue of requests the one whose day ends first."""
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
    return list(places.order_by("agreement__code", "party__name"))


def page_of(keys: InQueue, query: QueryDict) -> Page[int]:
    """The keys of the rows on it; how many there are comes from the rail's counts."""
    return Paginator(keys, PAGE).get_page(query.get("page"))


def title(queue: Queue, agreements: list[Agreement]) -> str:
    """The queue's title; with its days where all agreements have the same."""
    days = {agreement.due_soon_days for agreement in agreements}
    if queue.code == "soon" and len(days) == 1:
        return _("Due in %(days)s days") % {"days": days.pop()}
    return str(queue.title)


def page_title(queue: str, count: int) -> str:
    return _("Desk: %(queue)s (%(count)s)") % {
        "queue": queue,
        "count": number_format(count, force_grouping=True),
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
    """Those of the agreement, or of all; who is called otherwise in another has each of its names."""
    called: dict[str, set[str]] = defaultdict(set)
    for place in places:
        if agreement in ("", place.agreement.code):
            called[place.party.code].add(place.party.name)
    options = (Option(code, " / ".join(sorted(names))) for code, names in called.items())
    return sorted(options, key=lambda one: one.label)


def topics(agreements: Iterable[Agreement]) -> list[Option]:
    """Those that the packs name, by name."""
    found = {str(one["code"]): str(one["label"]) for agreement in agreements for one in agreement.topics}
    return sorted((Option(code, name) for code, name in found.items()), key=lambda one: one.label)


def owners(agreements: Iterable[Agreement], viewer: Viewer) -> list[Option]:
    others = [one for one in mediators_of(one.pk for one in agreements) if one.pk != viewer.user_id]
    first = [Option(ME, _("Assigned to me")), Option(NOBODY, _("Assigned to nobody"))]
    return [*first, *(Option(one.key, str(one)) for one in others)]


def sweep(now: datetime) -> dict[str, Any]:
    last = SweepRun.objects.order_by("-finished_at").first()
    if last is None:
        return {"swept": "", "sweep_stale": True}
    return {
        "swept": ago(last.finished_at, now),
        "sweep_stale": older_than(last.finished_at, now, STALE_SECONDS),
    }
