"""The page of one obligation: what it asks, when it is due, how each party's commitment stands, and what was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreement.models import Event
from agreement.viewers import viewer_of
from obligations.commands.desk import visit_obligation
from obligations.deadlines import Episode, Moment, day_in, present
from obligations.deadlines.outlook import is_counted
from obligations.models import (
    Breach,
    Commitment,
    Gate,
    GateOpening,
    Obligation,
    Reading,
    Statement,
)
from obligations.models.commitment import Life
from obligations.status import recall
from obligations.status.breaches import SeenBreach, breaches_of
from obligations.status.moments import WrongDay, moment_asked, then_of
from obligations.status.periods import periods_of
from obligations.status.recall import translations_of
from obligations.status.requests import RequestState, requests_on
from obligations.status.status import Standing, in_order_of_parties, with_standing
from obligations.web.base.care import looked_after
from obligations.web.base.lanes import Chart, axis_over, chart_of
from obligations.web.base.marks import Mark, marks_on, of_event, of_trigger, years_of
from obligations.web.base.register import keys_of_parties
from obligations.web.obligation import acts, evidence, readings, statements
from obligations.web.obligation.base import find
from obligations.web.obligation.effects import names_of
from obligations.web.obligation.evidence import context_of as evidence_of
from obligations.web.obligation.explained import alternatives, explanations
from obligations.web.obligation.history import as_recorded, history, was_late, with_new
from obligations.web.obligation.next import next_of
from parties.access import Viewer
from parties.models import User
from parties.rights import Right, may


def strip_of(
    owed: Obligation,
    standings: Sequence[Standing],
    events: Sequence[Event],
    breaches: Sequence[SeenBreach],
    viewer: Viewer,
    moment: Moment,
) -> tuple[Chart | None, list[Mark]]:
    """The drawing, and what it shows in the order of days. Events of the time before are left to their list."""
    agreement = owed.agreement
    marks = marks_on(standings, viewer, moment, breaches)
    if owed.trigger and owed.trigger.occurred_on:
        marks.append(of_trigger(owed.trigger, owed.trigger.occurred_on, agreement))
    if not marks:
        return None, []
    today = moment.spoken_on or day_in(moment.at, agreement.zone)
    years = years_of(marks, today, "", "")
    marks += [one for one in (of_event(event, agreement) for event in events) if years.has(one)]
    shown = sorted((one for one in marks if years.has(one)), key=lambda one: one.place)
    return chart_of(shown, axis_over(shown, years, today)), shown


# In the address: the thread by when each was recorded. Left out, it is by the day of which each speaks.
RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Share:
    """One party's column. `runs` are its late episodes with their cycle; `waits`: a claim has no finding yet.

    `life` is why its clock stands still, empty where it is active. `requests` are the requests on it, the newest first.
    """

    standing: Standing
    runs: list[tuple[int, Episode]]
    waits: bool
    life: str
    requests: list[RequestState]
    # The breach that is open, as the viewer knows it.
    breach: SeenBreach | None = None


@require_safe
def obligation(request: HttpRequest, agreement: str, code: str) -> HttpResponse:
    """The page as of the days that the address names; 400 with the present where these are none."""
    viewer, now = viewer_of(request), timezone.now()
    owed = find(viewer, agreement, code)
    zone, wrong = owed.agreement.zone, list[str]()
    try:
        moment = moment_asked(request.GET, now, zone, ahead=True)
    except WrongDay as error:
        moment, wrong = present(now), error.sentences
    shared = {
        "then": then_of(moment, zone, Commitment.objects.filter(obligation=owed), viewer, ahead=True),
        "days_wrong": wrong,
        "agreement": owed.agreement,
        "obligation": owed,
    }
    if not recall.was_known(owed, moment):
        return render(request, "obligations/unknown.html", shared, status=404)
    order = request.GET.get("order", "")
    if order not in ("", RECORDED):
        wrong = [*wrong, _("Order: choose “recorded”, or leave it out for the order of days.")]
    told = shared | context(owed, standings_of(owed, viewer, moment), viewer, moment, order)
    return render(request, "obligations/obligation.html", told, status=400 if wrong else 200)


def context(
    owed: Obligation, standings: list[Standing], viewer: Viewer, moment: Moment, order: str = ""
) -> dict[str, Any]:
    """Nothing can be recorded on a page that speaks of another day."""
    names, agreement_id = names_of(owed, standings), owed.agreement_id
    bound = keys_of_parties(agreement_id)
    commitments = [standing.commitment for standing in standings]

    def may_now(act: Right) -> bool:
        return moment.is_present and may(viewer, act, agreement_id)

    may_find = may_now(Right.RECORD_FINDING)
    statements = [statement for standing in standings for statement in standing.statements]
    seen = breaches_of(commitments, viewer, moment)
    asked = requests_on(commitments, viewer, moment)
    columns, events = shares(standings, moment.at, asked, seen), events_of(owed, viewer, moment)
    chart, marks = strip_of(owed, standings, events, seen, viewer, moment)
    thread = history(standings, flagged(commitments) if may_find else [], moment, names, seen)
    if moment.is_present and (seen_before := visit_obligation(obligation=owed, actor=viewer, now=moment.now)):
        thread = with_new(thread, seen_before, viewer, moment.now)
    waits = {share.standing.commitment.pk: share.waits for share in columns}
    return {
        "explanations": explanations(standings, moment, names.calendars),
        "next": next_of(owed, standings, waits, asked, viewer, moment),
        "shares": columns,
        "of_parties": [share for share in columns if share.standing.commitment.party_id in bound],
        "of_others": [share for share in columns if share.standing.commitment.party_id not in bound],
        "chart": chart,
        "marks": marks,
        "periods": periods_of(commitments, viewer, moment),
        "thread": as_recorded(thread, owed.agreement.zone) if order == RECORDED else thread,
        "new": [entry for entry in thread if entry.is_new],
        "order": order,
        "translations": translations_of(statements, moment),
        "gates": gates_of(owed, moment),
        "also_under": owed.also_under.select_related("instrument"),
        "events": events,
        **looking_after(owed, seen, viewer, moment),
        "may_find": may_find,
        "may_open_gate": may_now(Right.OPEN_GATE),
        "authorship": authorship_of(commitments) if may(viewer, Right.RECORD_FINDING, agreement_id) else {},
        "may_read": may_now(Right.RECORD_READING),
        "may_request": may_now(Right.REQUEST),
        "may_claim": may_now(Right.MAKE_CLAIM),
        "may_observe": may_now(Right.RECORD_OBSERVATION),
        "grant": viewer.grant(agreement_id) if moment.is_present else None,
        **by_convention(standings, moment),
        **evidence_of(owed, owed.indicators.all(), statements, viewer, moment),
    }


def looking_after(
    owed: Obligation, seen: Iterable[SeenBreach], viewer: Viewer, moment: Moment
) -> dict[str, Any]:
    """At present: whether one follows it; of a mediator, who looks after it, and what else can be recorded."""
    if not (moment.is_present and may(viewer, Right.FOLLOW, owed.agreement_id)):
        return {}
    cared_for = looked_after(owed, seen, viewer)
    if not may(viewer, Right.ASSIGN, owed.agreement_id):
        return cared_for
    return {
        **cared_for,
        "may_record_event": may(viewer, Right.RECORD_EVENT, owed.agreement_id),
        "may_date": may(viewer, Right.SET_TRIGGER_DATE, owed.agreement_id),
    }


def by_convention(standings: Sequence[Standing], moment: Moment) -> dict[str, Any]:
    """What each convention gives; with the parties where it is not the same for all."""
    given = alternatives(standings, moment)
    return {
        "alternatives": given,
        "alternatives_differ": any(len(one.parties) < len(standings) for one in given),
    }


def flagged(commitments: Iterable[Commitment]) -> Iterable[Breach]:
    """What the sweep flagged, for mediators alone: that a breach was opened, or was not, tells of hidden findings."""
    return Breach.objects.filter(commitment__in=[c.pk for c in commitments])


def standings_of(owed: Obligation, viewer: Viewer, moment: Moment) -> list[Standing]:
    """How the commitments stand that were known at the moment; `owed` then has the time limit and the trigger's day
    of then.
    """
    recall.with_terms([owed], moment)
    rows = Commitment.objects.visible_to(viewer).known(moment.known_at).filter(obligation=owed)
    found = in_order_of_parties(with_standing(rows, viewer, moment, with_calendars=is_counted(owed.rule)))
    for standing in found:
        standing.commitment.obligation = owed
    return found


def shares(
    standings: Iterable[Standing],
    at: datetime,
    requests: dict[int, list[RequestState]],
    seen: Iterable[SeenBreach] = (),
) -> list[Share]:
    open_now = {one.commitment_id: one for one in seen if one.is_open}
    made = []
    for standing in standings:
        runs = [(cycle, run) for cycle, run in enumerate(standing.episodes, start=1) if was_late(run, at)]
        life = "" if standing.life == Life.ACTIVE else str(Life(standing.life).label)
        asked = requests.get(standing.commitment.pk, [])
        breach = open_now.get(standing.commitment.pk)
        made.append(Share(standing, runs, standing.waits(standing.claim), life, asked, breach))
    return made


def events_of(owed: Obligation, viewer: Viewer, moment: Moment) -> list[Event]:
    touching = Q(obligations=owed) | Q(provisions=owed.provision_id) | Q(touches_all=True)
    if owed.trigger_id:
        touching |= Q(trigger=owed.trigger_id)
    visible = Event.objects.visible_to(viewer, moment.now).filter(touching, agreement=owed.agreement_id)
    return list(
        recall.events_of(visible, moment)
        .select_related("confidant")
        .distinct()
        .order_by("-happened_on", "code")
    )


def gates_of(owed: Obligation, moment: Moment) -> list[tuple[Gate, GateOpening | None]]:
    """The gates, with the days of their triggers as they were known."""
    gates = list(owed.gates.select_related("after_obligation", "after_trigger"))
    if not moment.is_present:
        known = recall.triggers_of({gate.after_trigger_id for gate in gates if gate.after_trigger_id}, moment)
        for gate in gates:
            gate.after_trigger = known.get(gate.after_trigger_id or 0)
    return recall.with_openings(gates, moment)


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who recorded it, and who signed: for the mediators of the agreement, who know each other.

    `signed_by` is the second mediator and `proposal` the key of what was signed; both empty where one was enough.
    """

    recorded_by: User | None
    signed_by: User | None = None
    proposal: str = ""


def authorship_of(commitments: Iterable[Commitment]) -> dict[str, dict[int, Authorship]]:
    """Who recorded what, by kind of row (`statements`, `readings`) and its key. Two queries."""
    keys = [commitment.pk for commitment in commitments]
    return {
        "statements": by_key(Statement.objects.filter(commitment__in=keys)),
        "readings": by_key(Reading.objects.filter(commitment__in=keys)),
    }


def by_key(rows: "QuerySet[Statement] | QuerySet[Reading]") -> dict[int, Authorship]:
    signed = rows.select_related("recorded_by", "signed__signature__by", "signed__signature__proposal")
    return {row.pk: authorship(row) for row in signed.order_by()}


def authorship(row: Statement | Reading) -> Authorship:
    signed = getattr(row, "signed", None)
    if signed is None:
        return Authorship(row.recorded_by)
    return Authorship(row.recorded_by, signed.signature.by, signed.signature.proposal.key)


# What one obligation has.
OF_ONE = [
    path("", obligation, name="obligation"),
    path("claim/", statements.Claim.as_view(), name="obligation-claim"),
    path("contest/", statements.Contest.as_view(), name="obligation-contest"),
    path("owner/", acts.Own.as_view(), name="obligation-owner"),
    path("acknowledge/", acts.Acknowledge.as_view(), name="obligation-acknowledge"),
    path("event/", acts.Record.as_view(), name="event-record"),
    path("evidence/file/", evidence.AddFile.as_view(), name="evidence-add-file"),
    path("evidence/link/", evidence.AddLink.as_view(), name="evidence-add-link"),
    path("evidence/<slug:key>/attach/", evidence.Attach.as_view(), name="evidence-attach"),
    path("evidence/<slug:key>/file/", evidence.file, name="evidence-file"),
    path("gate/<int:place>/", acts.OpenOrClose.as_view(), name="gate"),
    path("request/", statements.MakeRequest.as_view(), name="obligation-request"),
    path(
        "request/<slug:key>/take-back/",
        statements.TakeRequestBack.as_view(),
        name="obligation-request-back",
    ),
    path("observe/", statements.Observe.as_view(), name="obligation-observe"),
    path("answer/", statements.Answer.as_view(), name="obligation-answer"),
    path("withdraw/", statements.Withdraw.as_view(), name="obligation-withdraw"),
    path("translate/", statements.Translate.as_view(), name="obligation-translate"),
    path("release/", statements.Release.as_view(), name="obligation-release"),
    path("reading/", readings.Record.as_view(), name="reading"),
    path("reading/effect/", readings.effect, name="reading-effect"),
    path("reading/<slug:key>/", readings.TakeBack.as_view(), name="reading-take-back"),
]

urlpatterns = [
    path("triggers/<slug:agreement>/<code:trigger>/", acts.GiveDate.as_view(), name="trigger-date"),
    path("obligations/<slug:agreement>/<code:code>/", include(OF_ONE)),
]
