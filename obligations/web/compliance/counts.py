"""Counts made in the database: one query each, whose answer grows with what differs and not with the rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q

from obligations.deadlines import Moment
from obligations.models import Period
from obligations.status.filters import NO_FINDING, NOT_ASSESSABLE
from parties.access import Viewer

if TYPE_CHECKING:
    from obligations.models.standing import StandingQuerySet

COLUMNS = {
    "party": "party__code",
    "instrument": "obligation__provision__instrument__code",
    "provision": "obligation__provision_id",
    "kind": "obligation__kind",
    "level": "level",
    "not_assessable": "not_assessable",
    "conduct": "conduct",
    "timeliness": "timeliness",
    "claim": "claim",
    "clock": "clock_then",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Commitments alike in all that is counted; each field holds the filter's value that finds them."""

    party: str
    instrument: str
    provision: str
    kind: str
    level: str
    conduct: str
    timeliness: str
    claim: str
    clock: str
    n: int


def groups(queryset: "StandingQuerySet", row_of: Mapping[int, str]) -> list[Group]:
    """Counts of `with_claims` rows. `row_of` gives the anchor that a provision's key is counted under."""
    found = queryset.order_by().values_list(*COLUMNS.values()).annotate(n=Count("pk"))
    return [group(dict(zip([*COLUMNS, "n"], row, strict=True)), row_of) for row in found]


def group(row: dict[str, Any], row_of: Mapping[int, str]) -> Group:
    return Group(
        party=row["party"],
        instrument=row["instrument"],
        provision=row_of[row["provision"]],
        kind=row["kind"],
        level=level_value(row["level"], row["not_assessable"]),
        conduct=row["conduct"] or "",
        timeliness=row["timeliness"],
        claim=row["claim"],
        clock=row["clock"],
        n=row["n"],
    )


@dataclass(frozen=True, slots=True)
class PeriodGroup:
    """Periods of one party that have ended and stand alike; `is_due` where something was due at their end."""

    party: str
    is_due: bool
    state: str
    n: int


def period_groups(commitments: "StandingQuerySet", viewer: Viewer, moment: Moment) -> list[PeriodGroup]:
    """Counts of the ended periods of commitments, as the viewer sees them at the moment."""
    seen = Period.objects.filter(commitment__in=commitments.order_by().values("pk"))
    ended = seen.as_seen_by(viewer, moment).filter(Q(elapsed=True)).order_by()
    is_due = ExpressionWrapper(Q(due_on__isnull=False), BooleanField())
    found = ended.values_list("commitment__party__code", is_due, F("state")).annotate(n=Count("pk"))
    return [PeriodGroup(*row) for row in found]


def level_value(level: int | None, not_assessable: bool | None) -> str:
    """The value of the filter `level`; empty where the finding speaks of conduct. Without a finding both are None."""
    if not_assessable is None:
        return NO_FINDING
    if not_assessable:
        return NOT_ASSESSABLE
    return "" if level is None else str(level)
