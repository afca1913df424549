"""How commitments stand, for one viewer at one moment: in the database, so that lists can filter and count.

A viewer's picture is made from the findings that this viewer may see, and from nothing else; the columns that the sweep
keeps on a commitment know all findings, and so never leave the server. `deadlines.timeliness` is the same rule for one
row in Python, and a property test holds the two together.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value, When

from obligations.deadlines import Timeliness
from obligations.deadlines.episodes import COMPLETE
from parties.access import Viewer, readable

if TYPE_CHECKING:
    from obligations.models.commitment import Commitment  # noqa: F401 - named in the base class, as text
    from obligations.models.statement import StatementQuerySet


class StandingQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, viewer: Viewer) -> "StandingQuerySet":
        return self.filter(readable(viewer))

    def as_seen_by(self, viewer: Viewer, now: datetime) -> "StandingQuerySet":
        """Visible commitments with what the viewer can know of them.

        Adds `level`, `not_assessable`, `conduct`, `found_on` and `finding_id` of the finding that stands (all None
        without one), `complete_since` (the day of the completion that stands) and `timeliness` (a value of Timeliness).
        """
        seen = findings_seen_by(viewer, now)
        standing = seen.filter(commitment=OuterRef("pk")).newest_first()
        found: dict[str, Any] = {
            name: Subquery(standing.values(name)[:1]) for name in ("level", "not_assessable", "conduct")
        }
        return (
            self.visible_to(viewer)
            .annotate(
                finding_id=Subquery(standing.values("pk")[:1]),
                found_on=Subquery(standing.values("effective_on")[:1]),
                complete_since=complete_since(seen),
                **found,
            )
            .annotate(timeliness=timeliness_at(now))
        )

    def overdue(self) -> "StandingQuerySet":
        """Of `as_seen_by`: what is past its date without a completion. Longest wait first."""
        late = self.filter(timeliness=Timeliness.OVERDUE)  # type: ignore[misc]  # an annotation
        return late.order_by("due_at", "obligation__place", "party__name", "pk")

    def flaggable(self, now: datetime) -> "StandingQuerySet":
        """What the sweep has to flag: the clock ran out, and the row does not say so yet."""
        return self.filter(overdue_since__isnull=True, flag_at__lte=now, life="active")


def findings_seen_by(viewer: Viewer, now: datetime) -> "StatementQuerySet":
    from obligations.models.statement import Statement

    return Statement.objects.findings().visible_to(viewer, now)


def complete_since(seen: "StatementQuerySet") -> Subquery:
    """The first day of the completion that stands: a level 3 that no lower level follows."""
    after_it = Q(effective_on__gt=OuterRef("effective_on")) | Q(
        effective_on=OuterRef("effective_on"),
        recorded_at__gt=OuterRef("recorded_at"),
    )
    same_moment = Q(
        effective_on=OuterRef("effective_on"), recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk")
    )
    taken_back = seen.filter(after_it | same_moment, commitment=OuterRef("commitment"), level__lt=COMPLETE)
    complete = seen.filter(~Exists(taken_back), commitment=OuterRef("pk"), level=COMPLETE).in_order()
    return Subquery(complete.values("effective_on")[:1])


def timeliness_at(now: datetime) -> Case:
    soon = ExpressionWrapper(
        Value(now) + F("agreement__due_soon_days") * Value(timedelta(days=1)),
        output_field=models.DateTimeField(),
    )
    return Case(
        When(due_at__isnull=True, clock="pending", then=Value(Timeliness.TRIGGER_PENDING)),
        When(due_at__isnull=True, then=Value(Timeliness.NO_DATE)),
        When(complete_since__lte=F("due_on"), then=Value(Timeliness.MET_ON_TIME)),
        When(complete_since__isnull=False, then=Value(Timeliness.MET_LATE)),
        When(due_at__lte=now, then=Value(Timeliness.OVERDUE)),
        When(due_at__lte=soon, then=Value(Timeliness.DUE_SOON)),
        default=Value(Timeliness.UPCOMING),
        output_field=models.CharField(),
    )
