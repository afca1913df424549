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
    Expression,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from obligations.deadlines import Timeliness
from obligations.deadlines.episodes import COMPLETE
from obligations.deadlines.moment import INSTANT, Moment, moment_at
from obligations.deadlines.spans import NEVER
from parties.access import Viewer, readable

if TYPE_CHECKING:
    from obligations.models.commitment import Commitment  # noqa: F401 - named in the base class, as text
    from obligations.models.period import PeriodQuerySet
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
ACTIVE, RECURS = Q(life_then="active"), Q(clock_then="recurring")


class StandingQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, viewer: Viewer) -> "StandingQuerySet":
        return self.filter(readable(viewer))

    def with_clock(self, moment: Moment) -> "StandingQuerySet":
        """With what their clocks are at the moment (the names of CLOCK); without those that were not known by then."""
        from obligations.models.clockspan import STILL

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

        Adds the names of CLOCK; `level`, `not_assessable`, `conduct`, `found_on` and `finding_id` of the finding that
        stands (all None without one), `complete_since` (the day of the completion that stands) and `timeliness` (a
        value of Timeliness).
        """
        moment = moment_at(moment)
        seen = findings_seen_by(viewer, moment)
        standing = seen.filter(commitment=OuterRef("pk")).newest_first()
        times = times_awaited(viewer, moment)
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
            .annotate(timeliness=timeliness_at(times, moment))
            .annotate(**of_what_recurs(times))
        )

    def overdue(self) -> "StandingQuerySet":
        """Of `as_seen_by`: what is past its date without a completion. Longest wait first."""
        late = self.filter(timeliness=Timeliness.OVERDUE)  # type: ignore[misc]  # an annotation
        return late.order_by("falls_due_at", "obligation__place", "party__name", "pk")  # type: ignore[misc]


def findings_seen_by(viewer: Viewer, moment: Moment) -> "StatementQuerySet":
    from obligations.models.statement import Statement

    return Statement.objects.findings_visible_to(viewer, moment.now).as_of(moment).in_force(moment)


def complete_since(
    seen: "StatementQuerySet",
    here: Q = Q(commitment=OuterRef("pk")),  # noqa: B008 - immutable
    there: Q = Q(commitment=OuterRef("commitment")),  # noqa: B008
) -> Subquery:
    """The first day of the completion that stands: a level 3 that no lower level follows.

    `here` picks the findings that count in a query inside the rows', `there` in one inside that.
    """
    after_it = Q(effective_on__gt=OuterRef("effective_on")) | Q(
        effective_on=OuterRef("effective_on"),
        recorded_at__gt=OuterRef("recorded_at"),
    )
    same_moment = Q(
        effective_on=OuterRef("effective_on"), recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk")
    )
    taken_back = seen.filter(after_it | same_moment, there, level__lt=COMPLETE)
    complete = seen.filter(here, ~Exists(taken_back), level=COMPLETE).in_order()
    return Subquery(complete.values("effective_on")[:1])


def times_awaited(viewer: Viewer, moment: Moment) -> "PeriodQuerySet":
    from obligations.models.period import Period

    return Period.objects.awaited(viewer, moment).filter(commitment=OuterRef("pk"))


def of_what_recurs(times: "PeriodQuerySet") -> dict[str, Case]:
    """The day that is awaited, in place of the one day that others have. Nothing that recurs is complete as a whole."""
    day, at = Subquery(times.values("due_on")[:1]), Subquery(times.values("due_at")[:1])
    instead = {"falls_due_on": day, "falls_due_at": at, "in_time": day, "complete_since": Value(None)}
    return {name: Case(When(RECURS, then=own), default=F(name)) for name, own in instead.items()}


def timeliness_at(times: "PeriodQuerySet", moment: Moment) -> Case:
    """A Timeliness; of what recurs that of the time awaited, worked out there so that no day is asked for twice."""
    of_a_time = Case(
        *when_ahead("due_at", moment, "commitment__agreement"),
        default=Value(Timeliness.UPCOMING),
        output_field=models.CharField(),
    )
    next_one = Subquery(times.values(then=of_a_time)[:1])
    has_a_day = Q(falls_due_at__isnull=False)
    return Case(
        When(RECURS & ACTIVE, then=Coalesce(next_one, Value(Timeliness.STOPPED))),
        When(has_a_day & Q(complete_since__lte=F("in_time")), then=Value(Timeliness.MET_ON_TIME)),
        When(has_a_day & Q(complete_since__isnull=False), then=Value(Timeliness.MET_LATE)),
        When(~ACTIVE, then=Value(Timeliness.STOPPED)),
        When(~has_a_day & Q(clock_then="pending"), then=Value(Timeliness.TRIGGER_PENDING)),
        When(~has_a_day, then=Value(Timeliness.NO_DATE)),
        *when_ahead("falls_due_at", moment, "agreement"),
        default=Value(Timeliness.UPCOMING),
        output_field=models.CharField(),
    )


def when_ahead(due_at: str, moment: Moment, agreement: str) -> list[When]:
    at = instant_of(moment, f"{agreement}__time_zone")
    soon = ExpressionWrapper(
        at + F(f"{agreement}__due_soon_days") * Value(timedelta(days=1)), output_field=models.DateTimeField()
    )
    return [
        When(**{f"{due_at}__lte": at}, then=Value(Timeliness.OVERDUE)),
        When(**{f"{due_at}__lte": soon}, then=Value(Timeliness.DUE_SOON)),
    ]


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
