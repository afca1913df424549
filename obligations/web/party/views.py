"""My commitments: what waits for a representative, how the own party's commitments stand, and what is said of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.commands.desk import drop_draft
from obligations.deadlines import Moment, Timeliness, present
from obligations.models import Commitment, PartyRequest, Statement
from obligations.models.statement import Level
from obligations.status.filters import FILTERS, Condition
from obligations.status.provisions import WITH_PARTS
from obligations.status.reading import BY_TEXT, IN_TEXT, Listed, number
from obligations.status.requests import RequestState, request_states, with_all
from obligations.status.status import Standing, with_standing
from obligations.status.to_answer import number_in_all, of_own, own_grants, requests_waiting
from obligations.web.base.guards import guard
from obligations.web.base.selection import key_in
from obligations.web.base.table import page_after
from obligations.web.party.lists import (
    SECTIONS,
    RepliedStatement,
    Section,
    act,
    claim_at,
    drafts,
    findings_on_own,
    with_addresses,
)
from obligations.words.method import DATED
from obligations.words.numbers import amount, days_until, until
from obligations.words.requests import answered_at
from parties.access import Viewer, agreements_of
from parties.models import Party
from parties.rights import Right


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """A request; `left` are the days until its day, negative where that has passed."""

    request: PartyRequest
    left: int

    @property
    def left_in_words(self) -> str:
        return until(self.left)

    @property
    def address(self) -> str:
        return f"{answered_at(self.request)}&from=party"


def requests_to(viewer: Viewer, now: datetime) -> list[WaitingRequest]:
    """Those that wait, the nearest day on top."""
    rows = (
        with_all(requests_waiting(viewer, now))
        .select_related("commitment__agreement")
        .order_by("reply_by", "asked_at", "key")
    )
    return [WaitingRequest(one, days_until(one.reply_by, now, one.agreement.zone)) for one in rows]


@dataclass(frozen=True, slots=True)
class Next:
    """The most urgent thing, as a sentence, and the button that does it."""

    sentence: str
    address: str
    label: str


def next_of(
    asked: Sequence[WaitingRequest],
    due: Sequence[Standing],
    waiting: Sequence[RepliedStatement],
    found: Sequence[RepliedStatement],
) -> Next | None:
    """What is asked by a day, what is overdue, what others say, what was found; None where nothing is to be done."""
    if asked:
        return to_reply(asked[0])
    own = [(one, one.claim_of(one.commitment.party_id)) for one in due]
    late = next((one for one, said in own if one.days_late and not has_spoken(one, said)), None)
    if late is not None:
        return to_claim(late)
    if waiting:
        return to_object(waiting[0].statement)
    if found:
        return to_read(found[0].statement)
    waits = next(((one, said) for one, said in own if said and one.waits(said)), None)
    return to_await(*waits) if waits else None


def has_spoken(standing: Standing, said: Statement | None) -> bool:
    """Whether no claim is due: the party said that it is done, or what it said waits for a finding or was answered
    with less, which it reads first, and which waits where it contests that.
    """
    if said is None:
        return False
    if said.level == Level.COMPLETE or standing.waits(said):
        return True
    found = standing.below(said)
    return found is not None and standing.is_open(found, said.by_id)


def to_reply(asked: WaitingRequest) -> Next:
    words = {
        "code": asked.request.commitment.obligation.code,
        "day": date_format(asked.request.reply_by),
        "left": asked.left_in_words,
    }
    if asked.request.statement:
        sentence = _("answer what was said on %(code)s. The mediators asked for it by %(day)s (%(left)s).")
        return Next(sentence % words, asked.address, _("Answer it"))
    sentence = _("say how %(code)s stands. The mediators asked for a claim by %(day)s (%(left)s).")
    return Next(sentence % words, asked.address, _("Make the claim"))


def to_claim(standing: Standing) -> Next:
    n = standing.days_late or 0
    words = {"code": standing.commitment.obligation.code, "days": amount(n)}
    sentence = ngettext(
        "%(code)s is %(days)s day late, and you have not said that it is done. Say how it stands.",
        "%(code)s is %(days)s days late, and you have not said that it is done. Say how it stands.",
        n,
    )
    return Next(
        sentence % words, claim_at(standing.commitment.agreement.code, standing.commitment), _("Make a claim")
    )


def to_await(standing: Standing, said: Statement) -> Next:
    owed = standing.commitment.obligation
    words = {"code": owed.code, "day": date_format(said.effective_on)}
    sentence = _("wait for the mediators: your claim on %(code)s, of %(day)s has no finding yet.")
    at = reverse("obligation", args=[standing.commitment.agreement.code, owed.code])
    return Next(sentence % words, f"{at}#statement-{said.key}", _("See the claim"))


def to_object(said: Statement) -> Next:
    words = {
        "code": said.commitment.obligation.code,
        "party": said.by,
        "day": date_format(said.effective_on),
    }
    if said.kind == Statement.Kind.CONTEST:
        sentence = _("%(party)s contests what you said on %(code)s. The mediators have not judged it yet.")
    else:
        sentence = _(
            "%(party)s makes a claim about you on %(code)s, of %(day)s. The mediators have not judged it yet."
        )
    return Next(sentence % words, act("answer", said.agreement.code, said), _("Answer it"))


def to_read(said: Statement) -> Next:
    words = {"code": said.commitment.obligation.code, "day": date_format(said.effective_on)}
    sentence = _("read what was found on %(code)s, of %(day)s. You may answer it or contest it.")
    return Next(sentence % words, act("contest", said.agreement.code, said), _("Contest it"))


AHEAD = (Timeliness.OVERDUE.value, Timeliness.DUE_SOON.value, Timeliness.UPCOMING.value)


@dataclass(frozen=True, slots=True)
class Side:
    """A party in an agreement in which the viewer speaks for it."""

    agreement: Agreement
    party: Party

    @property
    def rule(self) -> Condition:
        """Its commitments, with those of its parts, over `s`: as lists pick them by its code."""
        sql = f"(s.agreement_id = %s AND s.party_id = ANY(ARRAY({WITH_PARTS})))"
        return sql, [self.agreement.pk, self.party.code]

    def listed_at(self, *timeliness: str) -> str:
        """The address of the list of its commitments."""
        chosen = {"agreement": self.agreement.code, "party": self.party.code, "timeliness": timeliness}
        return f"{reverse('commitments')}?{urlencode(chosen, doseq=True)}"

    @property
    def due_at(self) -> str:
        return self.listed_at(*AHEAD)

    @property
    def overdue_at(self) -> str:
        return self.listed_at(Timeliness.OVERDUE.value)


def sides_of(viewer: Viewer) -> list[Side]:
    """The sides that the viewer speaks for, by the name of the agreement. Two queries."""
    grants = own_grants(viewer)
    agreements = Agreement.objects.in_bulk(agreements_of(grants))
    parties = Party.objects.in_bulk([one.party_id for one in grants if one.party_id])
    found = [Side(agreements[one.agreement_id], parties[one.party_id]) for one in grants if one.party_id]
    return sorted(found, key=lambda one: (one.agreement.short_title.casefold(), one.agreement.code))


def as_speaker_of(viewer: Viewer, sides: Sequence[Side]) -> Viewer:
    """The viewer as far as they speak for these sides."""
    keys = {one.agreement.pk for one in sides}
    return replace(viewer, grants=tuple(one for one in own_grants(viewer) if one.agreement_id in keys))


@dataclass(frozen=True, slots=True)
class Due:
    """How many are overdue, due soon, and have a date at all; `rows` are the first of what is ahead, by their day."""

    overdue: int
    soon: int
    dated: int
    rows: list[Standing]


def due_of(sides: Sequence[Side], viewer: Viewer, now: datetime, most: int) -> Due:
    moment = present(now)
    rules = [one.rule for one in sides]
    own = " OR ".join(sql for sql, _given in rules), [one for _sql, given in rules for one in given]
    listed = Listed(viewer, moment, more=((f"({own[0]})", own[1]),))
    states = [in_state(moment, *each) for each in (AHEAD[:1], AHEAD[1:2], DATED)]
    columns = ", ".join(number(sql) for sql, _given in states)
    ((overdue, soon, dated),) = listed.counted((columns, [one for _sql, given in states for one in given]))
    ahead = replace(listed, more=(*listed.more, in_state(moment, *AHEAD)))
    order = f"ORDER BY s.due_at, {BY_TEXT} LIMIT {most}"
    keys = [key for (key,) in ahead.select(("s.commitment_id", []), order, IN_TEXT)]
    standing = {
        one.commitment.pk: one
        for one in with_standing(Commitment.objects.filter(pk__in=keys), viewer, moment)
    }
    return Due(overdue, soon, dated, [standing[key] for key in keys if key in standing])


def in_state(moment: Moment, *states: str) -> Condition:
    return FILTERS["timeliness"].condition(states, moment)


# Of each list so many rows stand on the page.
SHOWN = 6

for_representatives = guard(
    Right.MAKE_CLAIM,
    otherwise=gettext_lazy("This page is for representatives: it shows what waits for their party."),
)


@for_representatives
@require_safe
def party(request: HttpRequest) -> HttpResponse:
    """All sides that the viewer speaks for, or that of `?agreement=`; with `?show=` one list as a whole."""
    viewer, now = viewer_of(request), timezone.now()
    every = sides_of(viewer)
    sides = chosen(every, request.GET.get("agreement", ""))
    if not sides:
        raise PermissionDenied(_("Your account speaks for no party."))
    speaker = as_speaker_of(viewer, sides)
    context: dict[str, Any] = {"sides": sides, "every": every, "agreements": [one.agreement for one in sides]}
    if len(sides) == 1:
        context["agreement"] = sides[0].agreement
    if show := request.GET.get("show"):
        context |= one_list(show, speaker, now, request.GET)
        return render(request, "party/list.html", context)
    return render(request, "party/page.html", context | whole(sides, speaker, now))


def chosen(sides: list[Side], code: str) -> list[Side]:
    found = [one for one in sides if code in ("", one.agreement.code)]
    if code and not found:
        raise Http404
    return found


def one_list(code: str, viewer: Viewer, now: datetime, query: QueryDict) -> dict[str, Any]:
    if code not in SECTIONS:
        raise Http404
    section = SECTIONS[code]
    page = page_after(query, section.rows(viewer, now), section.order, down=True)
    return {"section": section, "rows": section.shown(page.rows, viewer, now), **page.context}


def whole(sides: list[Side], viewer: Viewer, now: datetime) -> dict[str, Any]:
    asked, due = requests_to(viewer, now), due_of(sides, viewer, now, SHOWN)
    lists = {code: first_of(section, viewer, now) for code, section in SECTIONS.items()}
    return {
        "asked": asked,
        "due": due,
        "lists": lists,
        "next": next_of(asked, due.rows, lists["answer"]["rows"], lists["found"]["rows"]),
        "waiting": len(asked) + lists["answer"]["total"],
        "waiting_of": number_in_all(viewer, now),
        "found_in_all": findings_on_own(viewer, now).count(),
        "requests": earlier_requests(viewer, now),
    }


def first_of(section: Section, viewer: Viewer, now: datetime) -> dict[str, Any]:
    rows = section.rows(viewer, now)
    total, newest = rows.count(), rows.order_by(*(f"-{name}" for name, _part in section.order))
    first = section.shown(newest[:SHOWN], viewer, now)
    return {"section": section, "rows": first, "total": total, "more": total > SHOWN}


def earlier_requests(viewer: Viewer, now: datetime) -> list[RequestState]:
    """The newest of those that wait no more."""
    own = PartyRequest.objects.visible_to(viewer, now).filter(of_own(viewer, "party"))
    settled = own.exclude(pk__in=own.awaiting_a_reply().values("pk")).order_by("-asked_at", "key")
    return request_states(with_all(settled)[:SHOWN], viewer, present(now))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_drafts(request: HttpRequest) -> HttpResponse:
    """The list; a POST throws the one away that it names."""
    viewer, now = viewer_of(request), timezone.now()
    own = drafts(viewer, now)
    if request.method == "POST":
        drop_draft(draft=get_object_or_404(own, key=key_in(request.POST, "key")), actor=viewer)
        messages.success(request, _("The draft is thrown away."))
        return redirect("drafts")
    return render(request, "party/drafts.html", {"drafts": with_addresses(own, viewer, now)})


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The address that the page had before."""
    return redirect("party", permanent=True)


urlpatterns = [
    path("party/", party, name="party"),
    path("drafts/", own_drafts, name="drafts"),
    path("asked/", asked, name="asked"),
]
