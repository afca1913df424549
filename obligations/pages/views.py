"""The page of one obligation: what it asks, when it is due, how each party's commitment stands, and what was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreement.models import Event
from agreement.viewers import viewer_of
from obligations.deadlines import Episode, Moment, present
from obligations.deadlines.outlook import is_counted
from obligations.models import Breach, Commitment, Obligation
from obligations.models.commitment import Life
from obligations.pages.explained import alternatives, explanations
from obligations.pages.history import history, was_late
from obligations.pages.read import names_of
from obligations.standing import Standing, with_standing
from parties.access import Viewer
from parties.rights import Act, may


@dataclass(frozen=True, slots=True)
class Share:
    """One party's column. `runs` are its late episodes with their cycle; `waits`: a claim has no finding yet.

    `life` is why its clock stands still, empty where it is active.
    """

    commitment: Commitment
    standing: Standing
    runs: list[tuple[int, Episode]]
    waits: bool
    life: str


@require_safe
def obligation(request: HttpRequest, agreement: str, code: str) -> HttpResponse:
    viewer, now = viewer_of(request), timezone.now()
    owed = find(viewer, agreement, code)
    return render(request, "obligations/obligation.html", context(owed, viewer, now))


def find(viewer: Viewer, agreement: str, code: str) -> Obligation:
    """The obligation; 404 where it is not there for the viewer."""
    visible = Obligation.objects.visible_to(viewer).select_related(
        "agreement",
        "provision__instrument",
        "provision__parent",
        "trigger",
        "deadline_from",
        "after_obligation",
    )
    return get_object_or_404(visible, agreement__code=agreement, code=code)


def context(owed: Obligation, viewer: Viewer, now: datetime) -> dict[str, Any]:
    commitments = commitments_of(owed, viewer, now)
    may_find = may(viewer, Act.RECORD_FINDING, owed.agreement_id)
    agreement, moment, names = owed.agreement, present(now), names_of(owed, commitments)
    return {
        "agreement": agreement,
        "obligation": owed,
        "explanations": explanations(commitments, moment, names.calendars),
        "shares": shares(commitments, now),
        "thread": history(commitments, flagged(commitments) if may_find else [], moment, names),
        "indicators": owed.indicators.all(),
        "gates": owed.gates.select_related("after_obligation", "after_trigger"),
        "events": events_of(owed, viewer, now),
        "may_find": may_find,
        "may_read": may(viewer, Act.RECORD_READING, agreement.pk),
        "may_claim": may(viewer, Act.MAKE_CLAIM, agreement.pk),
        "may_contest": may(viewer, Act.CONTEST, agreement.pk),
        "own_party": own_party(viewer, agreement.pk),
        **by_convention(commitments, moment),
    }


def by_convention(commitments: Sequence[Commitment], moment: Moment) -> dict[str, Any]:
    """What each convention gives; with the parties where it is not the same for all."""
    given = alternatives(commitments, moment)
    return {
        "alternatives": given,
        "alternatives_differ": any(len(one.parties) < len(commitments) for one in given),
    }


def flagged(commitments: Iterable[Commitment]) -> Iterable[Breach]:
    """What the sweep flagged, for mediators alone: that a breach was opened, or was not, tells of hidden findings."""
    return Breach.objects.filter(commitment__in=[c.pk for c in commitments])


def commitments_of(owed: Obligation, viewer: Viewer, now: datetime) -> list[Commitment]:
    rows = Commitment.objects.visible_to(viewer).filter(obligation=owed).order_by("party__name", "pk")
    return with_standing(rows, viewer, now, with_calendars=is_counted(owed.rule))


def shares(commitments: Iterable[Commitment], now: datetime) -> list[Share]:
    made = []
    for commitment in commitments:
        standing: Standing = commitment.standing  # type: ignore[attr-defined]
        runs = [(cycle, run) for cycle, run in enumerate(standing.episodes, start=1) if was_late(run, now)]
        life = "" if standing.life == Life.ACTIVE else str(Life(standing.life).label)
        made.append(Share(commitment, standing, runs, claim_waits(standing), life))
    return made


def claim_waits(standing: Standing) -> bool:
    """Whether no visible finding answers the newest claim: `Statement.objects.awaiting_a_finding` for loaded rows."""
    claim = standing.claim
    return claim is not None and not any(
        f.effective_on >= claim.effective_on and f.recorded_at >= claim.recorded_at for f in standing.findings
    )


def events_of(owed: Obligation, viewer: Viewer, now: datetime) -> list[Event]:
    touching = Q(obligations=owed) | Q(touches_all=True)
    if owed.trigger_id:
        touching |= Q(trigger=owed.trigger_id)
    visible = Event.objects.visible_to(viewer, now).filter(touching, agreement=owed.agreement_id)
    return list(visible.select_related("confidant").distinct().order_by("-happened_on", "code"))


def own_party(viewer: Viewer, agreement_id: int) -> int | None:
    grant = viewer.grant(agreement_id)
    return grant.party_id if grant else None
