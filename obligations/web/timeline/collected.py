"""What stands on the timeline of some commitments, or of an agreement, as one viewer may know it at one moment."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreement.models import Agreement, Event, Trigger, TriggerDate
from obligations.deadlines import Moment, Timeliness, day_in
from obligations.models import Breach, Commitment
from obligations.models.commitment import CommitmentQuerySet
from obligations.models.period import PeriodState
from obligations.status.breaches import SeenBreach, breaches_of
from obligations.status.moments import query_of
from obligations.status.periods import periods_seen
from obligations.status.records import known_of
from obligations.status.status import Standing, with_standing
from obligations.web.timeline.marks import Mark, MarkKind
from parties.access import Tier, Viewer
from parties.known import is_known

LATE = (Timeliness.OVERDUE, Timeliness.MET_LATE)
MET = (Timeliness.MET_ON_TIME, Timeliness.MET_LATE)


def marks_of(
    agreement: Agreement, viewer: Viewer, moment: Moment, picked: CommitmentQuerySet | None
) -> list[Mark]:
    """In the order of days. `picked` are the commitments that are asked about.

    Where it is None: what concerns the whole agreement, its triggers and events alone.
    """
    found = [*triggers(agreement, viewer, moment, picked), *events(agreement, viewer, moment, picked)]
    if picked is not None:
        rows = with_standing(picked.known(moment.known_at), viewer, moment)
        found += [*due(rows, moment), *breaches(rows, viewer, moment), *periods(rows, viewer, moment)]
    return sorted(found, key=lambda mark: mark.place)


def triggers(
    agreement: Agreement, viewer: Viewer, moment: Moment, picked: CommitmentQuerySet | None
) -> Iterator[Mark]:
    """Those with a day; of some commitments, what starts their clocks."""
    seen: QuerySet[Trigger] = Trigger.objects.visible_to(viewer).filter(agreement=agreement)
    if picked is not None:
        seen = seen.filter(pk__in=picked.order_by().values("obligation__trigger"))
    dates = Prefetch("dates", queryset=TriggerDate.objects.order_by("recorded_at", "id"), to_attr="given")
    href = reverse("agreement", args=[agreement.code]) + "#triggers"
    for trigger in seen.prefetch_related(dates):
        known = [one for one in trigger.given if is_known(moment.known_at, known_of(one))]
        day = known[-1].occurred_on if known else None
        if day and spoken(day, moment):
            yield Mark(
                MarkKind.TRIGGER, day, trigger.label, href, state=_("starts clocks"), short=trigger.label
            )


def events(
    agreement: Agreement, viewer: Viewer, moment: Moment, picked: CommitmentQuerySet | None
) -> Iterator[Mark]:
    """Those that touch the commitments, by their obligation or its trigger; all where none are asked about."""
    seen = (
        Event.objects.visible_to(viewer, moment.now).filter(agreement=agreement).select_related("confidant")
    )
    if picked is not None:
        owed = picked.order_by()
        seen = seen.filter(
            Q(touches_all=True)
            | Q(trigger__in=owed.values("obligation__trigger"))
            | Q(pk__in=Event.objects.filter(obligations__in=owed.values("obligation")).values("pk"))
        )
    href = reverse("agreement", args=[agreement.code]) + "#events"
    for one in seen:
        if spoken(one.happened_on, moment):
            tier = "" if one.tier == Tier.PUBLIC else str(Tier(one.tier).label)
            yield Mark(
                MarkKind.EVENT,
                one.happened_on,
                one.title,
                href,
                state=str(one.get_precision_display()),
                short=one.title,
                tier=tier,
            )


def spoken(day: date, moment: Moment) -> bool:
    """Whether it had happened by the day spoken of."""
    return moment.spoken_on is None or day <= moment.spoken_on


def due(rows: Iterable[Commitment], moment: Moment) -> Iterator[Mark]:
    for row in rows:
        standing: Standing = row.standing  # type: ignore[attr-defined]
        day = standing.deadline.due_on
        if day is None:
            continue
        state = standing.timeliness
        tone = "late" if state in LATE else "met" if state in MET else "open"
        yield Mark(
            MarkKind.DUE,
            day,
            str(row.obligation),
            page_of(row, moment),
            state=how_it_stands(standing),
            tone=f"{tone} filled" if state in MET else tone,
            short=row.obligation.code,
            commitment=row,
        )


def how_it_stands(standing: Standing) -> str:
    label = str(standing.timeliness.label)
    if not standing.days_late:
        return label
    return _("%(state)s, %(days)s") % {"state": label, "days": days_late(standing.days_late)}


def days_late(n: int) -> str:
    return ngettext("%(days)s day late", "%(days)s days late", n) % {
        "days": number_format(n, force_grouping=True)
    }


def breaches(rows: Iterable[Commitment], viewer: Viewer, moment: Moment) -> Iterator[Mark]:
    """From the first day that was too late to the day on which it was met or its clock stopped, or until now.

    What was met in time and only recorded late was overdue on record, until that was recorded.
    """
    by_key = {row.pk: row for row in rows}
    for one in breaches_of(by_key.values(), viewer, moment):
        row = by_key[one.commitment_id]
        zone = row.agreement.zone
        start, at = day_in(one.overdue_since, zone), moment.at_in(zone)
        end = (one.ended_on if one.days_late else None) or day_in(min(one.closed_at or at, at), zone)
        yield Mark(
            MarkKind.BREACH,
            start,
            str(row.obligation),
            page_of(row, moment),
            end=max(start, end),
            goes_on=one.is_open,
            state=outcome(one),
            tone="late" if one.is_open or one.days_late else "on-record",
            short=row.obligation.code,
            commitment=row,
        )


def outcome(one: SeenBreach) -> str:
    if one.is_open:
        return _("Open")
    label = str(Breach.Outcome(one.outcome).label).capitalize()
    return (
        _("%(state)s, %(days)s") % {"state": label, "days": days_late(one.days_late)}
        if one.days_late
        else label
    )


def periods(rows: Iterable[Commitment], viewer: Viewer, moment: Moment) -> Iterator[Mark]:
    """Of what lasts: the periods under review, and the times that it is due again."""
    by_key = {row.pk: row for row in rows}
    for one in periods_seen(by_key, viewer, moment):
        row = by_key[one.commitment_id]
        yield Mark(
            MarkKind.PERIOD,
            one.starts_on,
            str(row.obligation),
            page_of(row, moment),
            end=one.ends_on,
            state=str(PeriodState(one.state).label),
            tone=f"p-{one.state}",
            short=row.obligation.code,
            commitment=row,
        )


def page_of(row: Commitment, moment: Moment) -> str:
    """The obligation's page as of the same days, at the party's column."""
    address = reverse("obligation", args=[row.agreement.code, row.obligation.code])
    return f"{address}{query_of(moment)}#commitment-{row.pk}"
