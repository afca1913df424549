"""What waits for a mediator, and why: the queues of the desk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Subquery, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from obligations.deadlines import Timeliness, present
from obligations.models import Commitment, PartyRequest, Period, Statement
from obligations.models.commitment import ClockState, Life
from obligations.models.obligation import KINDS_WITH_PERIODS
from obligations.models.standing import StandingQuerySet
from parties.access import Role, Viewer


@dataclass(frozen=True, slots=True)
class Queue:
    """`waits` picks its rows out of `waiting`; `empty` says what an empty queue means."""

    code: str
    title: Promise
    waits: Q
    order: tuple[str, ...]
    sorted_by: Promise
    empty: Promise


SAME = ("obligation__place", "party__name", "pk")
QUEUES: dict[str, Queue] = {
    queue.code: queue
    for queue in (
        Queue(
            "overdue",
            _("Overdue"),
            Q(timeliness=Timeliness.OVERDUE),
            ("falls_due_at", *SAME),
            _("Longest wait first"),
            _("No commitment is past its date without a finding that it is complete."),
        ),
        Queue(
            "soon",
            _("Due soon"),
            Q(timeliness=Timeliness.DUE_SOON),
            ("falls_due_at", *SAME),
            _("Next date first"),
            _("No commitment falls due in this time."),
        ),
        Queue(
            "immediate",
            _("Immediate without a reading"),
            Q(clock_then=ClockState.IMMEDIATE, complete_since__isnull=True),
            ("runs_from", *SAME),
            _("Longest wait first"),
            _("Nothing that the text asks for at once is left without a finding of completion."),
        ),
        Queue(
            "periods",
            _("Periods to review"),
            Q(period_waits=True),
            SAME,
            _("In the order of the text"),
            _("Every standing duty has a finding on its last period that has ended."),
        ),
        Queue(
            "claims",
            _("Claims to answer"),
            Q(claim_waits=True),
            ("falls_due_at", *SAME),
            _("Earliest due date first"),
            _("Every claim of a party has a finding that speaks of its day or a later one."),
        ),
        Queue(
            "contests",
            _("Contests"),
            Q(contest_waits=True),
            ("falls_due_at", *SAME),
            _("Earliest due date first"),
            _("Every contest was followed by a finding, or answered by a mediator."),
        ),
        Queue(
            "silence",
            _("No reply"),
            Q(request_waits=True),
            ("falls_due_at", *SAME),
            _("Earliest due date first"),
            _("Every party that was asked for a claim or a reply gave one, or still has time."),
        ),
    )
}


def waiting(viewer: Viewer, now: datetime) -> StandingQuerySet:
    """Active commitments of the agreements that the viewer mediates, with what the queues ask about."""
    mediated = [grant.agreement_id for grant in viewer.grants if grant.role == Role.MEDIATOR]
    said = Statement.objects.visible_to(viewer, now).filter(commitment=OuterRef("pk"))
    rows = Commitment.objects.as_seen_by(viewer, now).filter(Q(life_then=Life.ACTIVE), agreement__in=mediated)
    ended = Period.objects.to_review(viewer, present(now)).filter(commitment=OuterRef("pk"))
    waits = ended.values("waits")[:1]  # type: ignore[misc]  # an annotation
    silent = PartyRequest.objects.without_reply(Agreement.objects.filter(pk__in=mediated), now)
    lasts = Q(obligation__kind__in=KINDS_WITH_PERIODS)
    return rows.annotate(
        period_waits=Case(When(lasts, then=Subquery(waits)), output_field=BooleanField()),
        claim_waits=Exists(said.awaiting_a_finding(viewer, now)),
        contest_waits=Exists(said.unanswered(viewer, now)),
        request_waits=Exists(silent.filter(commitment=OuterRef("pk"))),
    )


def counts(rows: StandingQuerySet) -> dict[str, int]:
    """How many wait in each queue, and `all`, of which they are: one query."""
    asked: dict[str, Any] = {code: Count("pk", filter=queue.waits) for code, queue in QUEUES.items()}
    return rows.order_by().aggregate(all=Count("pk"), **asked)
