"""The home page, and an agreement as a text: what hangs together, without any figure but plain counts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreement.models import Agreement, Event, Instrument, InterpretiveRule, Position, Provision, Trigger
from agreement.viewers import viewer_of
from obligations.deadlines import Timeliness, day_in, present
from obligations.models import Obligation, WaitingDate
from obligations.status import reading
from obligations.status.freshness import freshness_of
from obligations.status.reading import Listed
from obligations.web.base.care import to_follow
from obligations.web.base.guards import for_readers
from obligations.web.base.register import is_earlier
from obligations.web.base.selection import address
from obligations.web.compliance import charts, dashboard, report
from obligations.web.compliance.counts import cached_rows, overdue_obligations
from obligations.words.method import DATED, DELIVERABLES
from obligations.words.numbers import obligations_and_commitments
from parties.access import Viewer
from parties.alphabets import by_name
from parties.models import Party
from parties.rights import Right, may
from parties.tier_words import counted_in


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """An instrument with each party in turn, and what it said of its position on it, the newest first."""

    instrument: Instrument
    positions: tuple[tuple[Party, list[Position]], ...]


@dataclass(frozen=True, slots=True)
class Instruments:
    """Some of an agreement's instruments, and those who have a position on one of them."""

    parties: list[Party]
    rows: list[InstrumentRow]


@dataclass(frozen=True, slots=True)
class Overview:
    agreement: Agreement
    today: date
    counts: dict[str, int]
    overdue: str
    queries: dict[str, str]
    instruments: Instruments
    earlier: Instruments
    rules: list[InterpretiveRule]
    may_open_desk: bool
    counted_in: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not (settings.PUBLIC_READING or request.user.is_authenticated):
        return render(request, "home.html", {"closed": True})
    viewer = viewer_of(request)
    agreements = list(Agreement.objects.visible_to(viewer))
    return render(
        request,
        "home.html",
        {"agreements": agreements, "overviews": overviews(agreements, viewer, timezone.now())},
    )


def overviews(agreements: list[Agreement], viewer: Viewer, now: datetime) -> list[Overview]:
    """One for each agreement; the number of queries does not grow with them."""
    if not agreements:
        return []
    counts, instruments = counts_by_agreement(viewer, now), instruments_of(agreements)
    late = sum(numbers["overdue"] for numbers in counts.values())
    overdue = overdue_obligations(Listed(viewer, present(now)), freshness_of(viewer, now), late)
    rules: dict[int, list[InterpretiveRule]] = defaultdict(list)
    for rule in InterpretiveRule.objects.filter(agreement__in=agreements).select_related(
        "provision__instrument"
    ):
        rules[rule.agreement_id].append(rule)
    return [
        Overview(
            agreement=one,
            today=day_in(now, one.zone),
            counts=counts.get(one.pk, {}),
            overdue=overdue_in_words(overdue.get(one.pk, 0), counts.get(one.pk, {})),
            queries=queries_of(one),
            **by_party(instruments[one.pk]),
            rules=rules[one.pk],
            may_open_desk=may(viewer, Right.OPEN_DESK, one.pk),
            counted_in=counted_in(viewer, one.pk),
        )
        for one in agreements
    ]


def counts_by_agreement(viewer: Viewer, now: datetime) -> dict[int, dict[str, int]]:
    timeliness, given = reading.timeliness(present(now))
    counts = {
        "commitments": ("true", []),
        "deliverables": ("s.kind = ANY(%s)", [list(DELIVERABLES)]),
        "complete": ("s.kind = ANY(%s) AND s.level = 3", [list(DELIVERABLES)]),
        "dated": (f"{timeliness} = ANY(%s)", [*given, list(DATED)]),
        "overdue": (f"{timeliness} = %s", [*given, Timeliness.OVERDUE.value]),
    }
    columns = ", ".join(reading.number(sql) for sql, _params in counts.values())
    params = [one for _sql, params in counts.values() for one in params]
    listed = Listed(viewer, present(now))
    whole = (f"s.agreement_id, {columns}", params)
    counted = cached_rows(
        listed, freshness_of(viewer, now), "overview", lambda: listed.counted(whole, "GROUP BY 1")
    )
    return {agreement: dict(zip(counts, numbers, strict=True)) for agreement, *numbers in counted}


def overdue_in_words(obligations: int, counts: dict[str, int]) -> str:
    return obligations_and_commitments(obligations, counts["overdue"]) if obligations else ""


def queries_of(agreement: Agreement) -> dict[str, str]:
    """The query strings that list what `counts_by_agreement` counts."""
    of = {"agreement": (agreement.code,)}
    return {
        "commitments": address(of),
        "deliverables": address({**of, "kind": DELIVERABLES}),
        "complete": address({**of, "kind": DELIVERABLES, "level": ("3",)}),
        "dated": address({**of, "timeliness": DATED}),
        "overdue": address({**of, "timeliness": (Timeliness.OVERDUE.value,)}),
    }


def instruments_of(agreements: list[Agreement]) -> dict[int, list[Instrument]]:
    """In the order of the agreement, with `positions` loaded. Two queries."""
    found: dict[int, list[Instrument]] = defaultdict(list)
    positions = Prefetch("positions", queryset=Position.objects.select_related("party"))
    for instrument in Instrument.objects.filter(agreement__in=agreements).prefetch_related(positions):
        found[instrument.agreement_id].append(instrument)
    return found


def by_party(instruments: list[Instrument]) -> dict[str, Instruments]:
    """The `instruments` of the agreement itself, and the `earlier` agreements that it keeps binding."""
    return {
        "instruments": with_positions([one for one in instruments if not is_earlier(one)]),
        "earlier": with_positions([one for one in instruments if is_earlier(one)]),
    }


def with_positions(instruments: list[Instrument]) -> Instruments:
    by_party = {
        position.party_id: position.party
        for instrument in instruments
        for position in instrument.positions.all()
    }
    parties = by_name(list(by_party.values()))
    return Instruments(
        parties, [InstrumentRow(instrument, positions(instrument, parties)) for instrument in instruments]
    )


def positions(instrument: Instrument, parties: list[Party]) -> tuple[tuple[Party, list[Position]], ...]:
    there = instrument.positions.all()
    return tuple(
        (party, [position for position in there if position.party_id == party.pk]) for party in parties
    )


@require_safe
@for_readers
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    viewer = viewer_of(request)
    one = get_object_or_404(Agreement.objects.visible_to(viewer), code=code)
    return render(request, "compliance/agreement.html", text_of(one, viewer, timezone.now()))


def depths(provisions: list[Provision]) -> dict[int, int]:
    """How deep each stands in its text, by key: 0 at the top. What is around a provision stands before it."""
    found: dict[int, int] = {}
    for provision in provisions:
        found[provision.pk] = found.get(provision.parent_id or 0, -1) + 1
    return found


def triggers_of(one: Agreement, viewer: Viewer) -> list[tuple[Trigger, WaitingDate | None]]:
    """Each, for those who give dates with the waiting one that is no date of it yet."""
    found = Trigger.objects.visible_to(viewer).filter(agreement=one)
    waiting = {}
    if may(viewer, Right.SET_TRIGGER_DATE, one.pk):
        told = WaitingDate.objects.still_told().filter(trigger__in=found)
        waiting = {given.trigger_id: given for given in told}
    return [(trigger, waiting.get(trigger.pk)) for trigger in found]


def text_of(one: Agreement, viewer: Viewer, now: datetime) -> dict[str, Any]:
    obligations = Prefetch("obligations", queryset=Obligation.objects.visible_to(viewer))
    also = Prefetch("also_obligations", queryset=Obligation.objects.visible_to(viewer))
    provisions = Provision.objects.visible_to(viewer).filter(instrument__agreement=one)
    events = Event.objects.visible_to(viewer, now).filter(agreement=one)
    touched = Prefetch("provisions", queryset=Provision.objects.select_related("instrument"))
    outline = list(provisions.select_related("instrument").prefetch_related(obligations, also))
    return {
        "agreement": one,
        **by_party(instruments_of([one])[one.pk]),
        "provisions": outline,
        "to_follow": to_follow(one, viewer, [row for row in outline if row.parent_id is None]),
        "depths": depths(outline),
        "rules": list(InterpretiveRule.objects.filter(agreement=one).select_related("provision__instrument")),
        "triggers": triggers_of(one, viewer),
        "events": list(events.select_related("confidant", "trigger").prefetch_related(touched)),
    }


urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("agreements/<slug:code>/", agreement, name="agreement"),
    path("compliance/", dashboard.compliance, name="compliance"),
    path("compliance/report.pdf", report.report, name="compliance-report"),
    path("compliance/charts/<slug:name>/", charts.chart, name="chart"),
    path("compliance/charts/<slug:name>/embed/", charts.embedded, name="chart-embedded"),
    path("compliance/charts/<slug:name>.<slug:form>", charts.chart_file, name="chart-file"),
]
