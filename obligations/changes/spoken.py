"""What took effect in some days: by the day that is spoken of, and not by when it was recorded.

As it is on record at present and for one viewer: what was withdrawn took no effect, and of a trigger's dates the last
one stands.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from agreement.models import Agreement, Trigger
from obligations.changes.window import OF_COMMITMENT, WHERE, Change, ChangeKind, Window
from obligations.deadlines import day_in, start_of_day
from obligations.deadlines.moment import INSTANT
from obligations.models import BreachStatus, Reading, Statement
from obligations.status.breaches import breaches_of
from parties.access import Viewer

if TYPE_CHECKING:
    from obligations.models.commitment import CommitmentQuerySet

# What has a day of its own. Due dates that moved, breaches that count no more and days off have that of their record.
SPOKEN_OF = (
    ChangeKind.CLAIM,
    ChangeKind.FINDING,
    ChangeKind.CONTEST,
    ChangeKind.ANSWER,
    ChangeKind.READING,
    ChangeKind.TRIGGER_DATE,
    ChangeKind.BREACH_OPENED,
    ChangeKind.BREACH_CLOSED,
)


def took_effect(
    agreement: Agreement,
    viewer: Viewer,
    window: Window,
    owed: "CommitmentQuerySet",
    narrowed: "CommitmentQuerySet | None",
) -> Iterator[Change]:
    """What took effect in the window, in no order, each with the place that its day gives it among the others."""
    zone = agreement.zone
    days = day_in(window.since, zone), day_in(window.until - INSTANT, zone)
    if window.to_the_present:
        days = days[0], day_in(window.now, zone)
    for change in (
        *statements(owed, viewer, window, days),
        *readings(owed, days),
        *dated(agreement, viewer, days, narrowed),
        *breaches(owed, viewer, window, days),
    ):
        if change.on is not None:
            yield replace(change, placed_at=start_of_day(change.on, zone))


Days = tuple[date, date]


def statements(owed: "CommitmentQuerySet", viewer: Viewer, window: Window, days: Days) -> Iterator[Change]:
    rows = Statement.objects.visible_to(viewer, window.now).in_force().filter(effective_on__range=days)
    rows = rows.filter(commitment__in=owed).exclude(kind=Statement.Kind.WITHDRAWAL)
    for row in rows.select_related("by", "confidant", *OF_COMMITMENT):
        yield Change.of(ChangeKind(row.kind), row, statement=row)


def readings(owed: "CommitmentQuerySet", days: Days) -> Iterator[Change]:
    """Acts that hold from a day on; how a text is understood holds for every day, and took effect on none."""
    rows = Reading.objects.filter(effective_on__range=days, commitment__in=owed, withdrawn_by=None)
    for row in rows.select_related("withdraws", *OF_COMMITMENT):
        yield Change.of(ChangeKind.READING, row, reading=row)


def dated(
    agreement: Agreement, viewer: Viewer, days: Days, owed: "CommitmentQuerySet | None"
) -> Iterator[Change]:
    triggers: QuerySet[Any] = Trigger.objects.visible_to(viewer).filter(
        agreement=agreement, occurred_on__range=days
    )
    if owed is not None:
        triggers = triggers.filter(pk__in=owed.order_by().values("obligation__trigger"))
    for trigger in triggers.prefetch_related("dates"):
        every = sorted(trigger.dates.all(), key=lambda one: (one.recorded_at, one.pk))
        if every:
            last = every[-1]
            last.trigger = trigger
            key = f"{trigger.code}-{len(every)}"
            yield Change(ChangeKind.TRIGGER_DATE, last.recorded_at, key, on=trigger.occurred_on, dated=last)


def breaches(owed: "CommitmentQuerySet", viewer: Viewer, window: Window, days: Days) -> Iterator[Change]:
    ran = BreachStatus.objects.filter(Q(ended_on__range=days) | window.on("overdue_since"))
    rows = owed.filter(pk__in=ran.order_by().values("commitment")).select_related(*WHERE)
    by_key = {row.pk: row for row in rows}
    for one in breaches_of(by_key.values(), viewer, window.now):
        row = by_key[one.commitment_id]
        opened = day_in(one.overdue_since, row.agreement.zone)
        for kind, at, on in (
            (ChangeKind.BREACH_OPENED, one.overdue_since, opened),
            (ChangeKind.BREACH_CLOSED, one.closed_at, one.ended_on),
        ):
            if at and on and days[0] <= on <= days[1]:
                yield Change(kind, at, one.key, on=on, commitment=row, breach=one)
