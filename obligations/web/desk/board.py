"""Everything that one view of the desk shows, from its address."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from agreement.models import Agreement, Participation
from obligations.deadlines import present
from obligations.forms.statements import FindingForm
from obligations.models import Commitment, Draft, Proposal, SweepRun
from obligations.status.codes import codes_missing, not_there
from obligations.status.filters import FILTERS, chosen_in
from obligations.status.requests import NO_REPLY, RequestState, requests_on
from obligations.status.status import Standing, with_standing
from obligations.web.base.selection import Option, chosen_of, provisions_in
from obligations.web.desk.finding import effect_now, judged_on, new_form
from obligations.web.desk.queues import QUEUES, InQueue, Queue, Waiting, waiting
from obligations.web.desk.rows import reviews, row
from obligations.words.ages import ago, older_than
from obligations.words.notices import unread
from parties.access import Role, Viewer

PAGE = 50
# The sweep runs each minute; after this long it is not late but gone.
STALE_SECONDS = 5 * 60


def board(query: QueryDict, viewer: Viewer, now: datetime, form: FindingForm | None = None) -> dict[str, Any]:
    """The context of the desk's templates. `form` is one that was refused, and is shown again."""
    queue = QUEUES.get(query.get("queue", ""), QUEUES["overdue"])
    places = participations(viewer)
    rows = waiting(viewer, now, chosen_in(query))
    found = rows.counts()
    page = page_of(rows, queue, found[queue.code], query)
    keys, asked = list(page.object_list), asked_for(query)
    loaded = loaded_of([*keys, *asked], viewer, now)
    listed = [loaded[key] for key in keys if key in loaded]
    chosen = next((loaded[key] for key in asked if key in loaded), None)
    shown = [standing.commitment for standing in listed]
    to_review = reviews(shown, viewer, now) if queue.code == "periods" else {}
    silent = silences(shown, viewer, now) if queue.code == "silence" else {}
    draft, form_shown = None, form if chosen else None
    if chosen and form is None:
        own = Draft.objects.of(viewer).filter(kind=Draft.Kind.FINDING, commitment=chosen.commitment)
        form_shown = new_form(chosen, query, viewer, now, to_review, draft := own.first())
    agreements = list({place.agreement_id: place.agreement for place in places}.values())
    return {
        "agreements": agreements,
        "problems": problems_in(query, viewer),
        "queue": queue,
        "queues": [(one, title(one, agreements), found[one.code]) for one in QUEUES.values()],
        "title": title(queue, agreements),
        "page_title": page_title(title(queue, agreements), found[queue.code]),
        "waiting": found[queue.code],
        "to_sign": Proposal.objects.visible_to(viewer).of_the_record().unsettled().count(),
        "notices": unread(viewer, Role.MEDIATOR),
        "total": found["all"],
        "page": page,
        "rows": [
            row(one, queue.code, now, to_review.get(one.commitment.pk), silent.get(one.commitment.pk))
            for one in listed
        ],
        "chosen": chosen and chosen.commitment,
        "standing": chosen,
        "form": form_shown,
        **judged_on(form_shown, query, viewer, now),
        "draft": draft,
        "effect": effect_now(chosen, form),
        "filters": filters(query, places, viewer),
        "address_path": reverse("desk"),
        "query": kept(query),
        **sweep(now),
    }


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


def silences(commitments: list[Commitment], viewer: Viewer, now: datetime) -> dict[int, RequestState]:
    """Of each commitment the request without a reply whose day ended first."""
    found: dict[int, RequestState] = {}
    for key, requests in requests_on(commitments, viewer, present(now)).items():
        if silent := [request for request in requests if request.state == NO_REPLY]:
            found[key] = min(silent, key=lambda one: one.request.reply_by)
    return found


def participations(viewer: Viewer) -> list[Participation]:
    """Who takes part in the agreements that the viewer mediates, by name."""
    mediated = viewer.agreements_as(Role.MEDIATOR)
    places = Participation.objects.filter(agreement__in=mediated).select_related("agreement", "party")
    return list(places.order_by("agreement__code", "party__name"))


def page_of(rows: Waiting, queue: Queue, known: int, query: QueryDict) -> Page[int]:
    """The keys of the rows on it; how many there are comes from the rail's counts."""
    return Paginator(InQueue(rows, queue, known), PAGE).get_page(query.get("page"))


def asked_for(query: QueryDict) -> list[int]:
    """The key of the commitment that the address names, if it names one."""
    key = query.get("commitment", "")
    return [int(key)] if key.isascii() and key.isdigit() and len(key) <= 18 else []


def loaded_of(keys: Iterable[int], viewer: Viewer, now: datetime) -> dict[int, Standing]:
    """How commitments of agreements that the viewer mediates stand, by key."""
    mediated = viewer.agreements_as(Role.MEDIATOR)
    theirs = Commitment.objects.filter(pk__in=set(keys), agreement__in=mediated)
    return {one.commitment.pk: one for one in with_standing(theirs, viewer, now)}


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


def kept(query: QueryDict) -> str:
    """The address without the row that is chosen: where the desk goes on after a finding."""
    rest = query.copy()
    for name in ("commitment", "claim"):
        rest.pop(name, None)
    return rest.urlencode()


def sweep(now: datetime) -> dict[str, Any]:
    last = SweepRun.objects.order_by("-finished_at").first()
    if last is None:
        return {"swept": "", "sweep_stale": True}
    return {
        "swept": ago(last.finished_at, now),
        "sweep_stale": older_than(last.finished_at, now, STALE_SECONDS),
    }
