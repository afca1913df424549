"""What a mediator does about a meeting."""

from operator import attrgetter
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreement.models import Agreement, Participation
from obligations.commands.meetings import (
    add_agenda_item,
    change_meeting,
    close_meeting,
    in_words,
    plan_meeting,
    record_conclusion,
    remove_agenda_item,
    tie_to_meeting,
    tied_to,
)
from obligations.forms.audience import choices_for
from obligations.models import AgendaItem, Meeting, PartyRequest, SavedView, Statement
from obligations.status.filters import chosen_in
from obligations.status.requests import with_all
from obligations.web.base.act import ActView
from obligations.web.base.register import register_of
from obligations.web.base.selection import key_in
from obligations.web.meetings.blocks import day
from obligations.web.meetings.forms import (
    ABOUT,
    ChangeForm,
    ConclusionForm,
    ItemForm,
    MeetingForm,
    MinutesForm,
    RecordedForm,
)
from obligations.web.meetings.texts import short
from obligations.words.languages import within
from parties.access import Grant, Tier
from parties.alphabets import by_name, newest_first
from parties.models import Party
from parties.rights import Right, require

# The newest findings and requests that can be said to be of a meeting.
MOST_OFFERED = 60


def first_agenda() -> list[tuple[str, str]]:
    """What the agenda of a new meeting begins with."""
    return [
        (AgendaItem.Standard.ADOPTION, ""),
        (AgendaItem.Standard.DELIVERABLES, urlencode(ABOUT["deliverables"].chosen, doseq=True)),
        (AgendaItem.Standard.NEXT_MEETING, ""),
    ]


class Plan(ActView):
    """A meeting of the agreement `?agreement=`, else of the first that the viewer mediates."""

    template, form_class, command = "meetings/form.html", MeetingForm, staticmethod(plan_meeting)
    done = gettext_lazy("The meeting is planned, and its pack is ready.")

    def prepare(self) -> None:
        code = key_in(self.request.GET, "agreement")
        readable = Agreement.objects.visible_to(self.viewer)
        theirs = readable.filter(pk__in=self.viewer.agreements_as(*Right.HOLD_MEETINGS.roles))
        found = readable.filter(code=code).first() if code else theirs.first() or readable.first()
        if found is None:
            raise Http404
        self.agreement: Agreement = found
        self.grant: Grant = require(self.viewer, Right.HOLD_MEETINGS, found.pk)

    def form_arguments(self) -> dict[str, Any]:
        return {
            "bodies": bodies_of(self.agreement),
            "choices": choices_for(self.agreement, self.grant, self.now),
        }

    def said(self, form: MeetingForm) -> dict[str, Any]:
        return form.said() | {"agreement": self.agreement, "agenda": first_agenda()}

    def context(self, form: Any) -> dict[str, Any]:
        return {"agreement": self.agreement, "title": _("Plan a meeting"), "action": _("Plan it")}

    def next_page(self, made: Meeting) -> str:
        return reverse("meeting", args=[made.key])


def bodies_of(agreement: Agreement) -> list[Party]:
    """Who can meet: joint bodies, the facilitator and the parties; observers and others do not."""
    places = Participation.objects.filter(agreement=agreement, in_pack=True).select_related("party")
    places = places.exclude(kind__in=[Participation.Kind.OBSERVER, Participation.Kind.OTHER])
    return by_name(one.party for one in places)


class MeetingAct(ActView):
    """404 where the meeting is not there for the viewer, 403 without the right."""

    template = "meetings/form.html"
    title: ClassVar[Any]
    action: ClassVar[Any] = gettext_lazy("Record it")
    meeting: Meeting
    grant: Grant

    def prepare(self) -> None:
        there = Meeting.objects.visible_to(self.viewer, self.now)
        rows = there.select_related("agreement", "body", "confidant")
        self.meeting = get_object_or_404(rows, key=self.kwargs["key"])
        self.grant = require(self.viewer, Right.HOLD_MEETINGS, self.meeting.agreement_id)

    def said(self, form: Any) -> dict[str, Any]:
        return super().said(form) | {"meeting": self.meeting}

    def context(self, form: Any) -> dict[str, Any]:
        return {
            "agreement": self.meeting.agreement,
            "meeting": self.meeting,
            "title": self.title,
            "action": self.action,
        }

    def next_page(self, made: Any) -> str:
        return reverse("meeting", args=[self.meeting.key])


class Change(MeetingAct):
    form_class, command = ChangeForm, staticmethod(change_meeting)
    title, action = gettext_lazy("Change the meeting"), gettext_lazy("Change it")
    done = gettext_lazy("The meeting is changed.")

    def form_arguments(self) -> dict[str, Any]:
        of, seen = self.meeting, Tier(self.meeting.tier).value
        initial = {"held_on": of.held_on, "venue": of.venue, "members": of.members, "seen": in_words(of)}
        initial["tier"] = f"{seen}:{of.confidant.code}" if of.confidant else seen
        choices = choices_for(of.agreement, self.grant, self.now)
        return {"bodies": [of.body], "choices": choices, "initial": initial}


class AddItem(MeetingAct):
    form_class, command = ItemForm, staticmethod(add_agenda_item)
    title, action = gettext_lazy("Add a point to the agenda"), gettext_lazy("Add it")
    done = gettext_lazy("The point is on the agenda.")

    def form_arguments(self) -> dict[str, Any]:
        of = self.meeting.agreement
        saved = SavedView.objects.filter(user=self.viewer.user_id).values_list("name", "query")
        # Those that narrow this agreement: a queue of the desk alone picks no commitments.
        views = {name: query for name, query in saved if narrows(QueryDict(query), of.code)}
        return {"register": register_of(of), "views": views}


def narrows(query: QueryDict, agreement: str) -> bool:
    return set(chosen_in(query)) - {"agreement"} != set() and query.get("agreement", agreement) == agreement


class Conclude(MeetingAct):
    """What was concluded on a point; or the point is taken off the agenda."""

    form_class, command = ConclusionForm, staticmethod(record_conclusion)
    template = "meetings/point.html"
    title = gettext_lazy("Conclusion")
    done = gettext_lazy("The conclusion is recorded.")

    def prepare(self) -> None:
        super().prepare()
        self.item: AgendaItem = get_object_or_404(self.meeting.agenda.all(), place=self.kwargs["place"])
        self.is_removal = "remove" in self.request.POST

    def form_arguments(self) -> dict[str, Any]:
        there = self.item.conclusion
        return {"initial": {"conclusion": there, "seen": there}}

    def form(self, *sent: Any) -> Any:
        form = super().form(*sent)
        if self.is_removal:
            form.fields["conclusion"].required = False
        return form

    def run(self, **said: Any) -> Any:
        about: dict[str, Any] = {"item": self.item, "actor": self.viewer, "now": self.now}
        if self.is_removal:
            return remove_agenda_item(**about)
        return record_conclusion(conclusion=said["conclusion"], seen=said["seen"], **about)

    def confirmation(self, made: Any) -> str:
        return _("The point is off the agenda.") if self.is_removal else super().confirmation(made)

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"item": self.item}


class Record(MeetingAct):
    """Which findings and requests are of the meeting: of the newest, and of those that are said to be already."""

    form_class, command = RecordedForm, staticmethod(tie_to_meeting)
    title = gettext_lazy("What was recorded in the meeting")
    done = gettext_lazy("It is said what was recorded in the meeting.")

    def form_arguments(self) -> dict[str, Any]:
        of = self.meeting
        tied = {one.pk for one in (*of.findings.all(),)}, {one.pk for one in (*of.requests.all(),)}
        said = Statement.objects.visible_to(self.viewer, self.now).filter(agreement=of.agreement)
        # What was taken back since was recorded in it all the same.
        those = said.findings().filter(Q(withdrawn_at__isnull=True) | Q(pk__in=tied[0]))
        findings = those.select_related("commitment__obligation", "commitment__party")
        asked = PartyRequest.objects.visible_to(self.viewer, self.now).filter(agreement=of.agreement)
        rows = [
            offered(findings, "recorded_at", tied[0]),
            offered(with_all(asked), "asked_at", tied[1]),
        ]
        named = [{one.key: (one, label(one)) for one in each} for each in rows]
        chosen = [[one.key for one in each if one.pk in keys] for each, keys in zip(rows, tied, strict=True)]
        initial = {"findings": chosen[0], "requests": chosen[1], "seen": tied_to(of)}
        return {"findings": named[0], "requests": named[1], "initial": initial}


def offered(rows: Any, at: str, tied: set[int]) -> list[Any]:
    """The newest, with those that are tied already."""
    offered = list(rows.order_by(f"-{at}", "-pk")[:MOST_OFFERED])
    if missing := tied - {one.pk for one in offered}:
        offered += rows.filter(pk__in=missing)
    return newest_first(offered, attrgetter(at), attrgetter("commitment.party"))


def label(of: Statement | PartyRequest) -> str:
    owed = of.commitment
    words = {"code": owed.obligation.code, "party": owed.party.name}
    if isinstance(of, Statement):
        reason = short(of.reason)
        words |= {"verdict": of.verdict(), "day": day(of.effective_on), "reason": reason}
        return within("{code}, {party}: {verdict}, {day}. {reason}".format(**words), reason, of.language)
    words |= {"asked": of.party.name, "day": day(of.reply_by), "words": short(of.words)}
    told = _("%(code)s, %(asked)s is asked for a reply by %(day)s. %(words)s") % words
    return within(told, words["words"], of.language)


class Close(MeetingAct):
    form_class, command = MinutesForm, staticmethod(close_meeting)
    title, action = gettext_lazy("Minutes"), gettext_lazy("Record the minutes")
    done = gettext_lazy("The minutes are recorded.")

    def form_arguments(self) -> dict[str, Any]:
        of = self.meeting
        return {"initial": {"members": of.members, "minutes": of.minutes, "seen": of.minutes}}

    def next_page(self, made: Any) -> str:
        return reverse("meeting-minutes", args=[self.meeting.key])
