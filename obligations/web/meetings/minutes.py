"""The minutes of a meeting as a document, for one reader."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from obligations.deadlines import present
from obligations.models import Meeting, Obligation, PartyRequest, Statement
from obligations.status.moments import page_of
from obligations.status.requests import with_all
from obligations.status.tiers import Audiences, audiences_of
from obligations.web.meetings.blocks import day, request_table
from obligations.web.meetings.texts import Texts
from obligations.words import paper
from obligations.words.paper import Block, Run, Words
from parties.access import Viewer
from parties.alphabets import alphabetical


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
