"""Who may see what a page or a document holds: the audiences of all it shows and counts, for each of its sheets."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from agreement.models import Event
from obligations.deadlines import Moment
from obligations.models import Evidence, Obligation, PartyRequest, Statement
from parties.access import EVERYBODY, FURTHEST, Audience, Tier, Viewer, audience_of
from parties.content import PackText
from parties.models import Tiered

# With the name of the party of a confidence.
Audiences = dict[Audience, str]
# What a reply refers to, and what that does.
REFERENTS = "__".join(["refers_to"] * FURTHEST)


def audiences_told(
    viewer: Viewer,
    moment: Moment,
    agreements: Collection[int],
    owed: Any = None,
    *,
    counted_alone: bool = False,
) -> Audiences:
    """Those of what is recorded in agreements, as far as the viewer sees it: of the commitments `owed` alone, where
    these are given. What is `counted_alone` rests on statements and nothing else. One query; none for whom everything
    hidden is hidden from.
    """
    grants = [grant for grant in viewer.grants if grant.agreement_id in agreements]
    if all(grant.reader == EVERYBODY for grant in grants):
        return {}
    statements: Any = Statement.objects.seen_by(viewer, moment)
    rows = [statements if owed is None else statements.filter(commitment__in=owed)]
    if not counted_alone:
        events: Any = Event.objects.visible_to(viewer, moment.now)
        evidence: Any = Evidence.objects.seen_by(viewer, moment)
        requests: Any = PartyRequest.objects.visible_to(viewer, moment.now).as_of(moment)
        if owed is not None:
            of = Obligation.objects.filter(commitments__in=owed)
            events = events.filter(Q(touches_all=True) | Q(obligations__in=of))
            evidence, requests = evidence.filter(obligation__in=of), requests.filter(commitment__in=owed)
        rows += [events, evidence, requests]
    keys = [grant.agreement_id for grant in grants]
    hidden = (one.order_by().filter(agreement__in=keys).exclude(tier=Tier.PUBLIC) for one in rows)
    first, *rest = (
        one.values_list("tier", "confidant", "publish_at", "agreement", "confidant__name").distinct()
        for one in hidden
    )
    return {
        audience_of(tier, confidant, publish_at, moment.now): PackText(name or "", of)
        for tier, confidant, publish_at, of, name in first.union(*rest)
    }


def audiences_of(rows: Iterable[Tiered], now: datetime) -> Audiences:
    """Those of rows, and of what these are seen with alone."""
    every = (one for row in rows for one in with_subjects(row))
    return {one.audience(now): one.confidant.name if one.confidant else "" for one in every}


def with_subjects(row: Tiered) -> Iterator[Tiered]:
    """It, and what it is seen with alone, whatever its own tier: what a reply refers to, or a request asks about."""
    at: Tiered | None = row
    while at is not None:
        yield at
        if isinstance(at, PartyRequest):
            at = at.statement
        else:
            at = at.refers_to if isinstance(at, Statement) and at.kind in Statement.REPLIES else None
