"""How commitments stand, for one viewer at one moment: in the database, so that lists can filter and count.

A viewer's picture is made from the findings that this viewer may see, and from nothing else; the columns that the sweep
keeps on a commitment know all findings, and so never leave the server. `deadlines.timeliness` is the same rule for one
row in Python, and a property test holds the two together.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)

from obligations.deadlines import Timeliness
from obligations.deadlines.episodes import COMPLETE
from obligations.deadlines.moment import INSTANT, Moment, moment_at
from obligations.deadlines.spans import NEVER
from parties.access import Viewer, readable

if TYPE_CHECKING:
    from obligations.models.commitment import Commitment  # noqa: F401 - named in the base class, as text
    from obligations.models.statement import StatementQuerySet

# What the clock is at the moment, by the name of the annotation and of the column.
CLOCK = {
    "life_then": "life",
    "clock_then": "clock",
    "runs_from": "clock_from",
    "falls_due_on": "due_on",
    "falls_due_at": "due_at",
    "in_time": "in_time_until",
}


class StandingQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, viewer: Viewer) -> "StandingQuerySet":
        return self.filter(readable(viewer))

    def with_clock(self, moment: Moment) -> "StandingQuerySet":
        """With what their clocks are at the moment (the names of CLOCK); without those that were not known by then."""
        if moment.is_present:
            return self.annotate(**{name: F(column) for name, column in CLOCK.items()})
        known = moment.known_at or moment.now + INSTANT
        # Where no day is named, it is the present: what holds without end.
        spoken = Q(clock_spans__until_day=NEVER)
        if moment.spoken_on:
            spoken = Q(
                clock_spans__from_day__lte=moment.spoken_on, clock_spans__until_day__gt=moment.spoken_on
            )
        held = Q(clock_spans__known_from__lt=known, clock_spans__known_until__gte=known)
        joined = self.annotate(span=FilteredRelation("clock_spans", condition=held & spoken))
        return joined.filter(span__isnull=False).annotate(
            **{name: F(f"span__{column}") for name, column in CLOCK.items()}
        )

    def as_seen_by(self, viewer: Viewer, moment: Moment | datetime) -> "StandingQuerySet":
        """Visible commitments with what the viewer can know of them at the moment; an instant stands for the present.

        Adds the names of CLOCK; `level`, `not_assessable`, `conduct`, `found_on` and `finding_id` of the finding that
        stands (all None without one), `complete_since` (the day of the completion that stands) and `timeliness` (a
        value of Timeliness).
        """
        moment = moment_at(moment)
        seen = findings_seen_by(viewer, moment)
        standing = seen.filter(commitment=OuterRef("pk")).newest_first()
        found: dict[str, Any] = {
            name: Subquery(standing.values(name)[:1]) for name in ("level", "not_assessable", "conduct")
        }
        return (
            self.visible_to(viewer)
            .with_clock(moment)
            .annotate(
                finding_id=Subquery(standing.values("pk")[:1]),
                found_on=Subquery(standing.values("effective_on")[:1]),
                complete_since=complete_since(seen),
                **found,
            )
            .annotate(timeliness=timeliness_at(moment.at))
        )

    def overdue(self) -> "StandingQuerySet":
        """Of `as_seen_by`: what is past its date without a completion. Longest wait first."""
        late = self.filter(timeliness=Timeliness.OVERDUE)  # type: ignore[misc]  # an annotation
        return late.order_by("falls_due_at", "obligation__place", "party__name", "pk")

    def flaggable(self, now: datetime) -> "StandingQuerySet":
        """What the sweep has to flag: the clock ran out, and the row does not say so yet."""
        return self.filter(overdue_since__isnull=True, flag_at__lte=now, life="active")


def findings_seen_by(viewer: Viewer, moment: Moment) -> "StatementQuerySet":
    from obligations.models.statement import Statement

    return Statement.objects.findings().visible_to(viewer, moment.now).as_of(moment)


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


def timeliness_at(at: datetime) -> Case:
    soon = ExpressionWrapper(
        Value(at) + F("agreement__due_soon_days") * Value(timedelta(days=1)),
        output_field=models.DateTimeField(),
    )
    return Case(
        When(
            falls_due_at__isnull=False, complete_since__lte=F("in_time"), then=Value(Timeliness.MET_ON_TIME)
        ),
        When(falls_due_at__isnull=False, complete_since__isnull=False, then=Value(Timeliness.MET_LATE)),
        When(~Q(life_then="active"), then=Value(Timeliness.STOPPED)),
        When(falls_due_at__isnull=True, clock_then="pending", then=Value(Timeliness.TRIGGER_PENDING)),
        When(falls_due_at__isnull=True, then=Value(Timeliness.NO_DATE)),
        When(falls_due_at__lte=at, then=Value(Timeliness.OVERDUE)),
        When(falls_due_at__lte=soon, then=Value(Timeliness.DUE_SOON)),
        default=Value(Timeliness.UPCOMING),
        output_field=models.CharField(),
    )
