"""Meetings: their list, each with what it is about, the pack before it and the minutes after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agreement.viewers import viewer_of
from obligations.deadlines import day_in, present
from obligations.lists.places import DAY, NAME, TEXT, text_part
from obligations.models import AgendaItem, Commitment, Meeting, Obligation, PartyRequest, Statement
from obligations.status.filters import FILTERS, chosen_in
from obligations.status.moments import WrongDay, moment_asked, page_of, then_of
from obligations.status.requests import request_states, with_all
from obligations.status.tiers import Audiences, audiences_of
from obligations.web.base.guards import for_readers, later, makes_file
from obligations.web.base.register import Register, register_of
from obligations.web.base.scope import nothing_to_read, reader_of
from obligations.web.base.selection import address, label_in_full, options
from obligations.web.base.table import TEXT_CELL, TableColumn, paged
from obligations.web.meetings import acts
from obligations.web.meetings.blocks import PackBlocks, day, request_table
from obligations.web.meetings.forms import ABOUT
from obligations.web.meetings.pack import Pack, for_the_room
from obligations.web.meetings.texts import Texts
from obligations.words import paper
from obligations.words.numbers import any_of
from obligations.words.paper import Block, Paper, Run, Words, is_long, pdf, tier_of_sheet
from parties.access import Viewer
from parties.alphabets import alphabetical
from parties.rates import costly
from parties.rights import Right, may
from parties.texts import LIMITS


class Recorded:
    """What was found and asked in a meeting, as far as the viewer may see it."""

    def __init__(self, meeting: Meeting, viewer: Viewer, now: datetime) -> None:
        self.meeting, self.now = meeting, now
        ties = Meeting.findings.through.objects.filter(meeting=meeting)
        seen = Statement.objects.visible_to(viewer, now).filter(pk__in=ties.values("statement"))
        rows = seen.select_related("commitment__obligation", "commitment__party", "by", "confidant")
        self.findings = sorted(rows, key=in_text)
        asked = Meeting.requests.through.objects.filter(meeting=meeting)
        told = PartyRequest.objects.visible_to(viewer, now).filter(pk__in=asked.values("partyrequest"))
        self.requests = list(with_all(told).order_by("reply_by", "asked_at", "key"))

    def audiences(self) -> Audiences:
        return audiences_of([self.meeting, *self.findings, *self.requests], self.now)


def in_text(said: Statement) -> tuple[int, str, int]:
    return said.commitment.obligation.place, alphabetical(said.commitment.party), said.pk


def minutes_blocks(recorded: Recorded) -> Iterator[Block]:
    meeting, texts = (
        recorded.meeting,
        Texts(recorded.findings, present(recorded.now), recorded.meeting.agreement.zone),
    )

    def code(of: Obligation) -> Run:
        href = page_of(meeting.agreement, of, present(recorded.now))
        return {"text": of.code, "style": "bold", "href": href}

    if meeting.members:
        yield paper.heading(_("Present"))
        yield paper.items(meeting.members.splitlines())
    yield paper.heading(_("Agenda and conclusions"))
    nothing: Run = {"text": _("No conclusion was recorded."), "style": "small"}
    rows: list[list[Words]] = [
        [f"{at}. {item.words}", item.conclusion or [nothing]]
        for at, item in enumerate(meeting.agenda.all(), start=1)
    ]
    if rows:
        yield paper.table([_("Point"), _("Conclusion")], rows, widths=[2, 3])
    for paragraph in meeting.minutes.split("\n\n"):
        yield paper.text(paragraph)
    if recorded.findings:
        yield paper.heading(_("Findings recorded in it"))
        found: list[list[Words]] = [
            [
                [code(one.commitment.obligation)],
                [paper.party(one.commitment.party)],
                [
                    *(taken_back() if one.withdrawn_at else ()),
                    paper.verdict(one),
                    f", {day(one.effective_on)}: ",
                    *texts.said(one),
                ],
            ]
            for one in recorded.findings
        ]
        yield paper.table([_("Obligation"), _("Owed by"), _("Found")], found, widths=[1, 2, 5])
    if recorded.requests:
        yield paper.heading(_("What was asked"))
        yield request_table(recorded.requests, code, texts)
    yield from texts.blocks()


def taken_back() -> list[str | Run]:
    """It was found in the meeting, and counts no more."""
    return [{"text": _("Taken back since."), "style": "bold"}, " "]


LAST = (("held_on", DAY), ("key", TEXT))
ORDERS = {
    "day": LAST,
    "body": (("body__name", NAME), *LAST),
    "place": (("venue", text_part(LIMITS["name"], 0)), *LAST),
}
CELLS = "meetings/cells"
COLUMNS = (
    TableColumn("day", gettext_lazy("Day"), f"{CELLS}/day.html", "day", down=True),
    TableColumn("body", gettext_lazy("Who meets"), TEXT_CELL, "body", "body.name"),
    TableColumn("venue", gettext_lazy("Place"), TEXT_CELL, "place"),
    TableColumn("papers", gettext_lazy("Papers"), f"{CELLS}/papers.html"),
    TableColumn("tier", gettext_lazy("Who may see it"), f"{CELLS}/tier.html"),
)
ROOM, OWN = "room", "me"


@require_safe
@for_readers
def meetings(request: HttpRequest) -> HttpResponse:
    """List the meetings of one agreement, the last first."""
    reader = reader_of(request)
    if reader is None:
        return nothing_to_read(request, _("Meetings"), reverse("meetings"))
    there = Meeting.objects.visible_to(reader.viewer, reader.now).filter(agreement=reader.agreement)
    rows = there.select_related("body", "confidant")
    context = paged(request, rows, _("Meetings"), COLUMNS, ORDERS, "-day")
    context |= {
        "scope": reader,
        "agreement": reader.agreement,
        "sheet_tier": tier_of_sheet(audiences_of(context["rows"], reader.now)),
        "today": day_in(reader.now, reader.agreement.zone),
        "may_plan": may(reader.viewer, Right.HOLD_MEETINGS, reader.agreement.pk),
    }
    return render(request, "meetings/list.html", context)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda with what it is about in sentences, and where the same commitments are listed."""

    item: AgendaItem
    about: str
    query: str


def find(request: HttpRequest, key: str) -> Meeting:
    """404 where it is not there for the viewer."""
    there = Meeting.objects.visible_to(viewer_of(request), timezone.now())
    return get_object_or_404(
        there.select_related("agreement", "body", "confidant").prefetch_related("agenda"), key=key
    )


@require_safe
@for_readers
def meeting(request: HttpRequest, key: str) -> HttpResponse:
    found, viewer, now = find(request, key), viewer_of(request), timezone.now()
    register, recorded = register_of(found.agreement), Recorded(found, viewer, now)
    today = day_in(now, found.agreement.zone)
    context = {
        "meeting": found,
        "agreement": found.agreement,
        "held": day(found.held_on),
        "points": [point_of(item, register) for item in found.agenda.all()],
        "findings": recorded.findings,
        "requests": request_states(recorded.requests, viewer, present(now)),
        "sheet_tier": tier_of_sheet(recorded.audiences()),
        "may_hold": may(viewer, Right.HOLD_MEETINGS, found.agreement_id),
        "today": today,
        "is_ahead": found.held_on >= today,
        "days": (found.held_on - today).days,
    }
    return render(request, "meetings/meeting.html", context)


def point_of(item: AgendaItem, register: Register) -> Point:
    chosen = chosen_in(QueryDict(item.query))
    offered = {
        name: one.sentence
        for one in ABOUT.values()
        for name, of in one.chosen.items()
        if chosen.get(name) == of
    }
    about = [str(sentence) for sentence in offered.values()]
    about += [only(name, chosen[name], register) for name in chosen if name not in offered]
    if item.picked:
        about.append(_("Obligations: %(codes)s.") % {"codes": ", ".join(item.picked)})
    query = address({"agreement": (register.agreement.code,), **chosen}) if chosen else ""
    return Point(item, " ".join(about), query)


def only(name: str, values: Sequence[str], register: Register) -> str:
    """The sentence that says to what a filter narrows a point."""
    words = any_of([word(name, value, register) for value in values])
    if name == "provision":
        return _("Only what %(provision)s demands.") % {"provision": words}
    return _("Only where “%(filter)s” is %(values)s.") % {"filter": FILTERS[name].label, "values": words}


def word(name: str, value: str, register: Register) -> str:
    if name == "provision" and (found := register.provision_named(value)):
        return label_in_full(found)
    return next((one.label for one in options(name, register) or [] if one.value == value), value)


# Documents


def document_of_pack(request: HttpRequest, key: str) -> tuple[Paper, dict[str, Any]]:
    """The pack as it was asked for, and what its page shows beside it. Raises WrongDay."""
    found, viewer, now = find(request, key), viewer_of(request), timezone.now()
    asked = request.GET.get("for") or ROOM
    if asked not in (ROOM, OWN):
        raise Http404
    moment = moment_asked(request.GET, now, found.agreement.zone)
    reader = viewer if asked == OWN else for_the_room(viewer, found, now)
    pack = Pack(found, reader, moment)
    then = then_of(moment, found.agreement.zone, Commitment.objects.filter(agreement=found.agreement), reader)
    lines = [
        _("For all who may see the meeting.") if asked == ROOM else _("For you: with all that you may see."),
        then.sentence or _("As of %(day)s.") % {"day": day(pack.day)},
    ]
    blocks = PackBlocks(pack).blocks()
    title = _("Pack for the meeting of %(day)s") % {"day": day(found.held_on)}
    document = paper_of(found, request, title, tier_of_sheet(pack.audiences()), lines, blocks)
    return document, shared(found, document) | {"then": then, "asked": asked}


def document_of_minutes(request: HttpRequest, key: str) -> tuple[Paper, dict[str, Any]]:
    found, viewer, now = find(request, key), viewer_of(request), timezone.now()
    if found.closed_at is None:
        raise Http404
    recorded = Recorded(found, viewer, now)
    lines = [_("Closed on %(day)s.") % {"day": day(day_in(found.closed_at, found.agreement.zone))}]
    title = _("Minutes of the meeting of %(day)s") % {"day": day(found.held_on)}
    tier, blocks = tier_of_sheet(recorded.audiences()), list(minutes_blocks(recorded))
    document = paper_of(found, request, title, tier, lines, blocks)
    return document, shared(found, document)


def shared(found: Meeting, document: Paper) -> dict[str, Any]:
    return {"meeting": found, "agreement": found.agreement, "document": document, "sheet_tier": document.tier}


def paper_of(
    found: Meeting, request: HttpRequest, title: str, tier: str, lines: list[str], blocks: list[Any]
) -> Paper:
    over = ", ".join(filter(None, (str(found.body.name), found.venue)))
    base = request.build_absolute_uri("/")[:-1]
    return Paper(title, tier, found.agreement.footnote, lines, blocks, over, base=base)


@require_safe
@for_readers
@costly
def pack(request: HttpRequest, key: str) -> HttpResponse:
    try:
        _document, context = document_of_pack(request, key)
    except WrongDay as wrong:
        return wrong_day(request, key, wrong)
    more = {"is_pack": True, "pdf_address": reverse("meeting-pack-pdf", args=[key])}
    return render(request, "meetings/document.html", context | more)


@makes_file(gettext_lazy("Pack for a meeting, PDF"))
@require_safe
@for_readers
@costly
def pack_pdf(request: HttpRequest, key: str) -> HttpResponse:
    try:
        document, context = document_of_pack(request, key)
    except WrongDay as wrong:
        return wrong_day(request, key, wrong)
    return (is_long(document) and later(request)) or as_pdf(document, "pack", context["meeting"])


@require_safe
@for_readers
def minutes(request: HttpRequest, key: str) -> HttpResponse:
    _document, context = document_of_minutes(request, key)
    return render(request, "meetings/document.html", context)


@makes_file(gettext_lazy("Minutes of a meeting, PDF"))
@require_safe
@for_readers
@costly
def minutes_pdf(request: HttpRequest, key: str) -> HttpResponse:
    document, context = document_of_minutes(request, key)
    return (is_long(document) and later(request)) or as_pdf(document, "minutes", context["meeting"])


def as_pdf(document: Paper, name: str, found: Meeting) -> HttpResponse:
    file = f"{name}-{found.agreement.code}-{found.held_on}.pdf"
    answer = HttpResponse(pdf(document, timezone.now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{file}"'
    return answer


def wrong_day(request: HttpRequest, key: str, wrong: WrongDay) -> HttpResponse:
    found = find(request, key)
    context = {"meeting": found, "agreement": found.agreement, "problems": wrong.sentences}
    return render(request, "meetings/wrong_day.html", context, status=400)


urlpatterns: list[URLPattern | URLResolver] = [
    path("", meetings, name="meetings"),
    path("plan/", acts.Plan.as_view(), name="meeting-plan"),
    path("<code:key>/", meeting, name="meeting"),
    path("<code:key>/change/", acts.Change.as_view(), name="meeting-change"),
    path("<code:key>/agenda/", acts.AddItem.as_view(), name="meeting-agenda"),
    path("<code:key>/agenda/<int:place>/", acts.Conclude.as_view(), name="meeting-point"),
    path("<code:key>/recorded/", acts.Record.as_view(), name="meeting-recorded"),
    path("<code:key>/close/", acts.Close.as_view(), name="meeting-close"),
    path("<code:key>/pack/", pack, name="meeting-pack"),
    path("<code:key>/pack.pdf", pack_pdf, name="meeting-pack-pdf"),
    path("<code:key>/minutes/", minutes, name="meeting-minutes"),
    path("<code:key>/minutes.pdf", minutes_pdf, name="meeting-minutes-pdf"),
]
