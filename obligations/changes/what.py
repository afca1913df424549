"""What changed in an agreement between two moments, as one viewer may know it.

When it was recorded decides, unless the day that it speaks of is asked for (`spoken.py`); a breach opens when the clock
runs out. Each query starts from what the viewer may see, and what follows from rows is worked out from those alone.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agreement.models import Agreement, Trigger, TriggerDate
from obligations.changes.derived import breach_changes, due_changes, holiday_changes, moves
from obligations.changes.spoken import SPOKEN_OF, took_effect
from obligations.changes.window import DERIVED, OF_COMMITMENT, WHERE, ByDay, Change, ChangeKind, Window
from obligations.models import ClockSpan, Commitment, Period, Reading, Statement
from obligations.status.records import known_of, records_of
from parties.access import Viewer

if TYPE_CHECKING:
    from obligations.models.commitment import CommitmentQuerySet


def changes(
    agreement: Agreement,
    viewer: Viewer,
    window: Window,
    picked: "CommitmentQuerySet | None" = None,
    kinds: Collection[str] = (),
    by_day: str = ByDay.RECORDED,
) -> list[Change]:
    """Oldest first, by the day of their record or by that which they speak of.

    `picked` are the commitments to tell of, all where it is None; `kinds` the kinds, all if empty. Of what concerns the
    whole agreement, what touches one of the picked commitments is told.
    """
    owed = Commitment.objects.visible_to(viewer) if picked is None else picked
    owed = owed.filter(agreement=agreement)
    narrowed = owed if picked is not None else None
    if by_day == ByDay.SPOKEN_OF:
        found = list(took_effect(agreement, viewer, window, owed, narrowed))
    else:
        found = [
            *statements(owed, viewer, window),
            *readings(owed, window),
            *dated(agreement, viewer, window, narrowed),
        ]
        if not kinds or set(kinds) & set(DERIVED):
            found += derived(owed, agreement, viewer, window)
    return sorted((one for one in found if not kinds or one.kind in kinds), key=lambda one: one.place)


def without_a_day(kinds: Collection[str], by_day: str) -> str:
    """A sentence where kinds are asked for by the day spoken of that have none; else empty."""
    found = [kind for kind in kinds if by_day == ByDay.SPOKEN_OF and kind not in SPOKEN_OF]
    if not found:
        return ""
    words = {"kinds": ", ".join(str(ChangeKind(kind).label) for kind in found)}
    return _("These are told by the day of recording alone: %(kinds)s.") % words


def statements(owed: "CommitmentQuerySet", viewer: Viewer, window: Window) -> Iterator[Change]:
    """Statements of every kind that were recorded."""
    seen = Statement.objects.visible_to(viewer, window.now).filter(window.on("recorded_at"))
    rows = seen.filter(commitment__in=owed).select_related("by", "confidant", *OF_COMMITMENT)
    for row in rows:
        yield Change.of(ChangeKind(row.kind), row, statement=row)


def readings(owed: "CommitmentQuerySet", window: Window) -> Iterator[Change]:
    """Readings, and withdrawals of readings: who may read the agreement sees them all."""
    rows = Reading.objects.filter(window.on("recorded_at"), commitment__in=owed)
    for row in rows.select_related("withdraws", *OF_COMMITMENT):
        yield Change.of(ChangeKind.READING, row, reading=row)


def dated(
    agreement: Agreement, viewer: Viewer, window: Window, owed: "CommitmentQuerySet | None"
) -> Iterator[Change]:
    """Dates that triggers were given or lost, each with the one before it."""
    triggers: QuerySet[Trigger] = Trigger.objects.visible_to(viewer).filter(agreement=agreement)
    if owed is not None:
        triggers = triggers.filter(pk__in=owed.order_by().values("obligation__trigger"))
    before: dict[int, TriggerDate] = {}
    places: Counter[int] = Counter()
    rows = TriggerDate.objects.filter(trigger__in=triggers).select_related("trigger")
    for row in rows.order_by("recorded_at", "id"):
        earlier = before.get(row.trigger_id)
        before[row.trigger_id] = row
        places[row.trigger_id] += 1
        was_on = earlier.occurred_on if earlier else None
        if window.holds(known_of(row)) and row.occurred_on != was_on:
            yield Change(
                ChangeKind.TRIGGER_DATE,
                known_of(row),
                f"{row.trigger.code}-{places[row.trigger_id]}",
                on=row.occurred_on,
                dated=row,
                was_on=was_on,
            )


def derived(
    owed: "CommitmentQuerySet", agreement: Agreement, viewer: Viewer, window: Window
) -> Iterator[Change]:
    """What followed for clocks: breaches that opened and closed, due dates that moved, and days off that moved them."""
    rows = owed.filter(may_have_turned(viewer, window))
    records = records_of(rows.select_related(*WHERE))
    yield from breach_changes(records.values(), viewer, window)
    moved = list(moves(records.values(), window))
    yield from due_changes(moved)
    yield from holiday_changes(moved, agreement.pk)


def may_have_turned(viewer: Viewer, window: Window) -> Q:
    """The commitments whose clock could have run out, moved or stopped in the window: all others stay unread.

    A visible finding was recorded, or what is known of the clock changed, or it ran out on some day that was known.
    """
    found = Statement.objects.findings_visible_to(viewer, window.now)
    found = found.filter(window.on("recorded_at") | window.on("withdrawn_at"))
    turned = ClockSpan.objects.filter(window.on("known_from") | window.on("due_at"))
    times = Period.objects.filter(
        window.on("due_at") | window.on("known_from") | window.on("known_until"), due_on__isnull=False
    )
    rule = Q(pk__in=found.order_by().values("commitment"))
    for rows in (turned, times):
        rule |= Q(pk__in=rows.order_by().values("commitment"))
    return rule
