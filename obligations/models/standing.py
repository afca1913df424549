"""Commitments that a viewer may read, with their clocks at a moment."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import (
    F,
    FilteredRelation,
    Q,
)

from obligations.deadlines.moment import Moment
from obligations.deadlines.spans import NEVER
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
