"""Commitments with how they stand, for one viewer at one moment: read from the rows that commands write.

`timeliness` is the one thing that the clock has a say in; `deadlines.timeliness` is the same rule for a single row.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import (
    Case,
    Expression,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Func,
    Q,
    Value,
    When,
)

from obligations.deadlines import Phase, Timeliness
from obligations.deadlines.moment import INSTANT, Moment, moment_at
from obligations.deadlines.spans import NEVER
from obligations.models.seen import seen_at
from parties.access import Viewer, readable

if TYPE_CHECKING:
    from obligations.models.commitment import Commitment  # noqa: F401 - named in the base class, as text

# What the clock is at the moment, by the name of the annotation and of the column.
CLOCK = {
    "life_then": "life",
    "clock_then": "clock",
    "runs_from": "clock_from",
    "falls_due_on": "due_on",
    "falls_due_at": "due_at",
    "in_time": "in_time_until",
}
# How it stands, by the name of the annotation and of the column of its status.
STATUS = {
    "life_then": "life",
    "clock_then": "clock",
    "phase": "phase",
    "runs_from": "runs_from",
    "falls_due_on": "due_on",
    "falls_due_at": "due_at",
    "in_time": "in_time_until",
    "level": "level",
    "not_assessable": "not_assessable",
    "conduct": "conduct",
    "found_on": "found_on",
    "finding_id": "finding_id",
    "complete_since": "complete_since",
    "claim": "claim",
    "claim_waits": "claim_waits",
    "contest_waits": "contest_waits",
}


class StandingQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, viewer: Viewer) -> "StandingQuerySet":
        return self.filter(readable(viewer))

    def with_clock(self, moment: Moment) -> "StandingQuerySet":
        """With what their clocks are at the moment (the names of CLOCK); without those that were not known by then."""
        from obligations.deadlines.moment import STILL

        if moment.is_present:
            return self.annotate(**{name: F(column) for name, column in CLOCK.items()})
        known = moment.known_at or STILL  # all on record, as in Python
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

        Adds the names of STATUS (those of the finding are None without one) and `timeliness`, a value of Timeliness.
        """
        moment = moment_at(moment)
        seen = self.visible_to(viewer).filter(seen_at(viewer, moment, "statuses__", present="is_present"))
        return seen.annotate(**{name: F(f"statuses__{column}") for name, column in STATUS.items()}).annotate(
            timeliness=timeliness_at(moment)
        )

    def overdue(self) -> "StandingQuerySet":
        """Of `as_seen_by`: what is past its date without a completion. Longest wait first."""
        late = self.filter(timeliness=Timeliness.OVERDUE)  # type: ignore[misc]  # an annotation
        return late.order_by("falls_due_at", "obligation__place", "party__name", "pk")  # type: ignore[misc]


def timeliness_at(moment: Moment) -> Case:
    """A Timeliness, over `phase` and `falls_due_at`."""
    at = instant_of(moment, "agreement__time_zone")
    soon = ExpressionWrapper(
        at + F("agreement__due_soon_days") * Value(timedelta(days=1)), output_field=models.DateTimeField()
    )
    runs = Q(phase=Phase.RUNNING)
    return Case(
        When(~runs, then=F("phase")),
        When(falls_due_at__lte=at, then=Value(Timeliness.OVERDUE)),
        When(falls_due_at__lte=soon, then=Value(Timeliness.DUE_SOON)),
        default=Value(Timeliness.UPCOMING),
        output_field=models.CharField(),
    )


def instant_of(moment: Moment, zone: str) -> Expression:
    """The instant spoken of. A day ends in each agreement's own zone: rows may be of several."""
    if moment.spoken_on is None:
        return Value(moment.now, models.DateTimeField())
    midnight = Value(f"{moment.spoken_on + timedelta(days=1)} 00:00")
    ends = Func(
        F(zone),
        midnight,
        template="timezone(%(expressions)s::timestamp)",
        output_field=models.DateTimeField(),
    )
    return ExpressionWrapper(ends - Value(INSTANT), output_field=models.DateTimeField())
