"""What stands on a timeline, as one viewer may know it at one moment: days, words and links."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, TextChoices
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreement.models import Agreement, Event, Trigger, TriggerDate
from obligations.deadlines import Moment, Timeliness, day_in
from obligations.models import Breach, Commitment
from obligations.models.commitment import CommitmentQuerySet
from obligations.models.period import PeriodState
from obligations.status.breaches import SeenBreach, breaches_of
from obligations.status.moments import page_of
from obligations.status.periods import periods_seen
from obligations.status.reading import Listed
from obligations.status.recall import adopted
from obligations.status.records import known_of
from obligations.status.status import Standing, with_standing
from obligations.web.base.selection import year_in
from obligations.words.method import DATED
from obligations.words.numbers import amount
from parties.access import Tier, Viewer
from parties.alphabets import alphabetical
from parties.known import is_known
from parties.models import Party


class MarkKind(TextChoices):
    TRIGGER = "trigger", gettext_lazy("Trigger")
    EVENT = "event", gettext_lazy("Event")
    DUE = "due", gettext_lazy("Due date")
    UNDATED = "undated", gettext_lazy("Due without a date")
    CLAIM = "claim", gettext_lazy("Claim")
    FINDING = "finding", gettext_lazy("Finding")
    OBSERVATION = "observation", gettext_lazy("Observation")
    PERIOD = "period", gettext_lazy("Review period")
    BREACH = "breach", gettext_lazy("Breach")


# What was said on a day gives the commitment no day of its own.
SAID = (MarkKind.CLAIM, MarkKind.FINDING, MarkKind.OBSERVATION)
# In a row of the table on one day: what starts clocks, what happened, what was due, what was found, what became of it.
ORDER = {kind.value: place for place, kind in enumerate(MarkKind)}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a timeline from `start` to `end`, its last day, which is None for what is of one day. `goes_on` is
    what has no end yet.

    `what` names it and `state` says how it stands, in words; `tone` is its class on the chart. `tier` tells who may see
    it, where that is not everybody. What is of one commitment stands in one lane. `by` is who said it, of what no
    mediator found.
    """

    kind: MarkKind
    start: date
    what: str
    href: str
    end: date | None = None
    goes_on: bool = False
    state: str = ""
    tone: str = ""
    short: str = ""
    commitment: Commitment | None = None
    tier: str = ""
    by: Party | None = None

    @property
    def party(self) -> Party | None:
        return self.commitment.party if self.commitment else None

    @property
    def is_late(self) -> bool:
        return bool({"late", "p-late", "p-missed"} & set(self.tone.split()))

    @property
    def place(self) -> tuple[date, int, str, str, date]:
        """Its place in the table."""
        party = alphabetical(self.party) if self.party else ""
        return self.start, ORDER[self.kind.value], self.what, party, self.end or self.start


# So many commitments with a day stand on the timeline of a whole agreement; more are read party by party.
MOST = 100
LATE = (Timeliness.OVERDUE, Timeliness.MET_LATE)
MET = (Timeliness.MET_ON_TIME, Timeliness.MET_LATE)


@dataclass(frozen=True, slots=True)
class Years:
    """The years of a timeline, from the first of January of `since` to the end of `until`; of those `offered` there
    is something.
    """

    since: int
    until: int
    offered: tuple[int, ...] = ()

    def has(self, mark: Mark) -> bool:
        return mark.start.year <= self.until and (mark.end or mark.start).year >= self.since

    def nearest(self, day: date) -> date:
        """The day, or the nearest of these years."""
        return min(max(day, date(self.since, 1, 1)), date(self.until, 12, 31))


class YearError(ValueError):
    """A year that is none; the message says what to do."""


def years_of(marks: Sequence[Mark], today: date, since: str, until: str) -> Years:
    """Those asked for; left out, from the first year in which more than a review period or an event is, to the last.

    Duties that are older than what is told of them, and a long prehistory, would otherwise push all else to the edge.
    """
    days = [day for mark in marks for day in (mark.start, mark.end or mark.start)]
    happened = [mark.start.year for mark in marks if mark.kind not in (MarkKind.PERIOD, MarkKind.EVENT)]
    happened = happened or [mark.start.year for mark in marks if mark.kind == MarkKind.EVENT]
    all_years = sorted({day.year for day in days} | {today.year})
    first = year(since) or min(happened or all_years)
    last = year(until) or max(all_years[-1], first)
    if first > last:
        raise YearError(_("Years: the first is after the last."))
    return Years(first, last, tuple(range(all_years[0], all_years[-1] + 1)))


def year(given: str) -> int | None:
    if not given:
        return None
    if (found := year_in(given)) is None:
        raise YearError(_("Years: there is no year “%(value)s”.") % {"value": given})
    return found


def marks_of(
    agreement: Agreement,
    viewer: Viewer,
    moment: Moment,
    commitments: CommitmentQuerySet,
    *,
    whole: bool = False,
) -> tuple[list[Mark], list[Standing]]:
    """The marks of commitments in the order of days, and those without any day. Of the `whole` agreement all triggers
    and events stand beside them, and no review periods.
    """
    picked = None if whole else commitments
    found = [*triggers(agreement, viewer, moment, picked), *events(agreement, viewer, moment, picked)]
    then = commitments.known(moment.known_at).filter(adopted(moment, "obligation__provision__instrument__"))
    standings = with_standing(then, viewer, moment)
    seen = breaches_of([one.commitment for one in standings], viewer, moment)
    found += marks_on(standings, viewer, moment, seen, with_periods=not whole)
    placed = {mark.commitment.pk for mark in found if mark.commitment and mark.kind not in SAID}
    dayless = [one for one in standings if one.commitment.pk not in placed]
    dayless.sort(key=lambda one: (one.commitment.obligation.place, alphabetical(one.commitment.party)))
    return sorted(found, key=lambda mark: mark.place), dayless


def marks_on(
    standings: Sequence[Standing],
    viewer: Viewer,
    moment: Moment,
    seen: Sequence[SeenBreach],
    *,
    with_periods: bool = True,
) -> list[Mark]:
    """What has a day of these commitments, whose breaches are `seen`. One query."""
    rows = [standing.commitment for standing in standings]
    found = [*due(standings, moment), *undated(standings, moment), *said(standings, moment)]
    found += breaches(rows, seen, moment)
    return [*found, *periods(rows, viewer, moment)] if with_periods else found


def dated(agreement: Agreement, viewer: Viewer, moment: Moment) -> list[int] | None:
    """Keys of the commitments that the viewer sees due on a day; None where they are more than `MOST`."""
    chosen = {"agreement": (agreement.code,), "timeliness": DATED}
    keys = Listed(viewer, moment, chosen).in_text(MOST + 1)
    return keys if len(keys) <= MOST else None


def triggers(
    agreement: Agreement, viewer: Viewer, moment: Moment, picked: CommitmentQuerySet | None
) -> Iterator[Mark]:
    """Those with a day; of some commitments, what starts their clocks."""
    seen: QuerySet[Trigger] = Trigger.objects.visible_to(viewer).filter(agreement=agreement)
    if picked is not None:
        seen = seen.filter(pk__in=picked.order_by().values("obligation__trigger"))
    dates = Prefetch("dates", queryset=TriggerDate.objects.order_by("recorded_at", "id"), to_attr="given")
    for trigger in seen.prefetch_related(dates):
        known = [one for one in trigger.given if is_known(moment.known_at, known_of(one))]
        day = known[-1].occurred_on if known else None
        if day and spoken(day, moment):
            yield of_trigger(trigger, day, agreement)


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
            | Q(pk__in=Event.objects.filter(provisions__in=owed.values("obligation__provision")).values("pk"))
        )
    for one in seen:
        if spoken(one.happened_on, moment):
            yield of_event(one, agreement)


def of_event(one: Event, agreement: Agreement) -> Mark:
    return Mark(
        MarkKind.EVENT,
        one.happened_on,
        one.title,
        reverse("agreement", args=[agreement.code]) + "#events",
        state=str(one.get_precision_display()),
        short=one.title,
        tier="" if one.tier == Tier.PUBLIC else str(Tier(one.tier).label),
    )


def of_trigger(trigger: Trigger, day: date, agreement: Agreement) -> Mark:
    href = reverse("agreement", args=[agreement.code]) + "#triggers"
    return Mark(MarkKind.TRIGGER, day, trigger.label, href, state=_("starts clocks"), short=trigger.label)


def spoken(day: date, moment: Moment) -> bool:
    """Whether it had happened by the day spoken of."""
    return moment.spoken_on is None or day <= moment.spoken_on


def due(standings: Iterable[Standing], moment: Moment) -> Iterator[Mark]:
    for standing in standings:
        day = standing.deadline.due_on
        if day is None:
            continue
        state = standing.timeliness
        tone = "late" if state in LATE else "met" if state in MET else "open"
        tone = f"{tone} filled" if state in MET else tone
        words = how_it_stands(standing)
        yield of_commitment(MarkKind.DUE, standing.commitment, moment, day, state=words, tone=tone)


def undated(standings: Iterable[Standing], moment: Moment) -> Iterator[Mark]:
    """What is due at once, from the day that it is due from until it was met, or on."""
    for standing in standings:
        deadline, done = standing.deadline, standing.complete_since
        if deadline.due_on is not None or deadline.clock != "immediate" or deadline.runs_from is None:
            continue
        zone = standing.commitment.agreement.zone
        start, end = deadline.runs_from, done or moment.spoken_on or day_in(moment.at, zone)
        more = {"end": max(start, end), "goes_on": done is None, "tone": "met" if done else "open"}
        state = complete_after(standing.days_taken) if done else how_it_stands(standing)
        yield of_commitment(MarkKind.UNDATED, standing.commitment, moment, start, state=state, **more)


def said(standings: Iterable[Standing], moment: Moment) -> Iterator[Mark]:
    """What was claimed, found and observed, each on the day that it speaks of, by what it says."""
    for standing in standings:
        kinds = (
            (MarkKind.CLAIM, standing.claims),
            (MarkKind.FINDING, standing.findings),
            (MarkKind.OBSERVATION, standing.observations),
        )
        for kind, statements in kinds:
            for one in statements:
                words = one.verdict()
                if one.by:
                    words = f"{one.by}: {words}"
                yield of_commitment(
                    kind,
                    standing.commitment,
                    moment,
                    one.effective_on,
                    state=words,
                    tone=one.conduct or ("da" if one.level is None else f"d{one.level}"),
                    tier="" if one.tier == Tier.PUBLIC else str(Tier(one.tier).label),
                    by=one.by,
                )


def of_commitment(kind: MarkKind, row: Commitment, moment: Moment, start: date, **more: Any) -> Mark:
    """It leads to the obligation's page at the party's column."""
    owed = row.obligation
    href = page_of(row.agreement, owed, moment, f"commitment-{row.pk}")
    return Mark(kind, start, str(owed), href, short=owed.code, commitment=row, **more)


def complete_after(days_taken: int | None) -> str:
    if days_taken is None:
        return _("complete")
    text = ngettext(
        "complete %(days)s day after it was to begin",
        "complete %(days)s days after it was to begin",
        days_taken,
    )
    return text % {"days": amount(days_taken)}


def how_it_stands(standing: Standing) -> str:
    return with_days_late(str(standing.timeliness.label), standing.days_late)


def with_days_late(state: str, days_late: int | None) -> str:
    if not days_late:
        return state
    # Translators: “state” is how a commitment or a breach stands, as “Met late”.
    late = ngettext("%(state)s, %(days)s day late", "%(state)s, %(days)s days late", days_late)
    return late % {"state": state, "days": amount(days_late)}


def breaches(rows: Iterable[Commitment], seen: Iterable[SeenBreach], moment: Moment) -> Iterator[Mark]:
    """Mark each breach from the first day that was too late to the day on which it was met or its clock stopped, or
    until now.

    What was met in time and only recorded late was overdue on record, until that was recorded.
    """
    by_key = {row.pk: row for row in rows}
    for one in seen:
        row = by_key[one.commitment_id]
        zone = row.agreement.zone
        start, at = day_in(one.overdue_since, zone), moment.at_in(zone)
        end = (one.ended_on if one.days_late else None) or day_in(min(one.closed_at or at, at), zone)
        tone = "late" if one.is_open or one.days_late else "on-record"
        more = {"end": max(start, end), "goes_on": one.is_open, "state": outcome(one), "tone": tone}
        yield of_commitment(MarkKind.BREACH, row, moment, start, **more)


def outcome(one: SeenBreach) -> str:
    if one.is_open:
        return _("Open")
    return with_days_late(capfirst(str(Breach.Outcome(one.outcome).label)), one.days_late)


def periods(rows: Iterable[Commitment], viewer: Viewer, moment: Moment) -> Iterator[Mark]:
    """Mark the periods of what lasts: those under review, and those in which something is due again."""
    by_key = {row.pk: row for row in rows}
    for one in periods_seen(by_key, viewer, moment):
        row, state = by_key[one.commitment_id], PeriodState(one.state)
        more = {"end": one.ends_on, "state": str(state.label), "tone": f"p-{one.state}"}
        yield of_commitment(MarkKind.PERIOD, row, moment, one.starts_on, **more)
