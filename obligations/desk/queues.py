"""What waits for a mediator, and why: the queues of the desk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from obligations.deadlines import Timeliness
from obligations.models import Commitment, Statement
from obligations.models.commitment import Clock, Life
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
            ("due_at", *SAME),
            _("Longest wait first"),
            _("No commitment is past its date without a finding that it is complete."),
        ),
        Queue(
            "soon",
            _("Due soon"),
            Q(timeliness=Timeliness.DUE_SOON),
            ("due_at", *SAME),
            _("Next date first"),
            _("No commitment falls due in this time."),
        ),
        Queue(
            "immediate",
            _("Immediate without a reading"),
            Q(clock=Clock.IMMEDIATE, complete_since__isnull=True),
            ("clock_from", *SAME),
            _("Longest wait first"),
            _("Nothing that the text asks for at once is left without a finding of completion."),
        ),
        Queue(
            "claims",
            _("Claims to answer"),
            Q(claim_waits=True),
            ("due_at", *SAME),
            _("Earliest due date first"),
            _("Every claim of a party has a finding that speaks of its day or a later one."),
        ),
        Queue(
            "contests",
            _("Contests"),
            Q(contest_waits=True),
            ("due_at", *SAME),
            _("Earliest due date first"),
            _("Every contest was followed by a finding."),
        ),
    )
}


def waiting(viewer: Viewer, now: datetime) -> StandingQuerySet:
    """Active commitments of the agreements that the viewer mediates, with what the queues ask about."""
    mediated = [grant.agreement_id for grant in viewer.grants if grant.role == Role.MEDIATOR]
    said = Statement.objects.visible_to(viewer, now).filter(commitment=OuterRef("pk"))
    rows = Commitment.objects.as_seen_by(viewer, now).filter(agreement__in=mediated, life=Life.ACTIVE)
    return rows.annotate(
        claim_waits=Exists(said.awaiting_a_finding(viewer, now)),
        contest_waits=Exists(said.unanswered(viewer, now)),
    )


def counts(rows: StandingQuerySet) -> dict[str, int]:
    """How many wait in each queue, and `all`, of which they are: one query."""
    asked: dict[str, Any] = {code: Count("pk", filter=queue.waits) for code, queue in QUEUES.items()}
    return rows.order_by().aggregate(all=Count("pk"), **asked)
