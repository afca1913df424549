"""From spans and findings to episodes: when a clock ran, when it was stopped, when it ran again.

Only level 3 completes. A lower level after that takes the completion back and starts a new episode; so do an extension
and the resumption of a clock that was stopped. "Not assessable" and conduct move no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from obligations.deadlines.moment import end_of_day, start_of_day
from obligations.deadlines.spans import Span


class Timeliness(TextChoices):
    NO_DATE = "no_date", _("No date in the text")
    TRIGGER_PENDING = "trigger_pending", _("Trigger pending")
    UPCOMING = "upcoming", _("Upcoming")
    DUE_SOON = "due_soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    MET_ON_TIME = "met_on_time", _("Met on time")
    MET_LATE = "met_late", _("Met late")
    STOPPED = "stopped", _("Clock stopped")


class Phase(TextChoices):
    """Timeliness as far as no clock decides it: what runs is upcoming, due soon or overdue."""

    NO_DATE = Timeliness.NO_DATE.value
    TRIGGER_PENDING = Timeliness.TRIGGER_PENDING.value
    MET_ON_TIME = Timeliness.MET_ON_TIME.value
    MET_LATE = Timeliness.MET_LATE.value
    STOPPED = Timeliness.STOPPED.value
    RUNNING = "running"


def phase(
    *,
    life: str,
    clock: str,
    due_at: datetime | None,
    in_time_until: date | None,
    complete_since: date | None,
) -> Phase:
    """`complete_since` is the day of the completion that stands, None where none does. What is not active and not
    complete has its clock stopped.
    """
    if due_at is not None and in_time_until is not None and complete_since is not None:
        return Phase.MET_ON_TIME if complete_since <= in_time_until else Phase.MET_LATE
    if life != "active":
        return Phase.STOPPED
    if due_at is not None:
        return Phase.RUNNING
    return Phase.TRIGGER_PENDING if clock == "pending" else Phase.NO_DATE


def timeliness(phase: Phase, due_at: datetime | None, soon_days: int, at: datetime) -> Timeliness:
    """Where a commitment stands at the instant `at`. It is overdue from the very instant `due_at` on: the first that is
    too late.
    """
    if phase != Phase.RUNNING:
        return Timeliness(phase.value)
    assert due_at is not None
    if due_at <= at:
        return Timeliness.OVERDUE
    return Timeliness.DUE_SOON if due_at <= at + timedelta(days=soon_days) else Timeliness.UPCOMING


COMPLETE = 3
DAY = timedelta(days=1)

# How an episode ended: met by a finding; by a reading that stopped the clock or moved the due day; or since the clock
# started anew: by a finding on another obligation, with whose fulfilment it starts, or on the day of its trigger.
Ending = Literal["", "met", "moved", "suspended", "waived", "superseded", "start_changed"]


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A finding as far as clocks go. `id` tells it apart; `level` is None where it gives none."""

    id: int
    effective_on: date
    level: int | None


@dataclass(frozen=True, slots=True)
class Episode:
    """One run of the clock with one due day.

    `in_time_until` is the last day in time; `flag_at` the instant in UTC at which it is overdue. `opened_by` is the
    finding that took the completion `undone` back and `opened_act` the reading that began it, None where neither did.
    `ending` is empty while it runs; `closed_by` the finding that met it, `met_on` the day of that completion, or the
    finding that changed its start; `closed_act` the reading that ended it otherwise, `ended_on` the first day on which
    it ran no more.
    """

    in_time_until: date
    flag_at: datetime
    opened_by: int | None = None
    undone: int | None = None
    closed_by: int | None = None
    met_on: date | None = None
    ending: Ending = ""
    opened_act: int | None = None
    closed_act: int | None = None
    ended_on: date | None = None

    @property
    def days_late(self) -> int:
        """Days from the last day in time to the day it was met, or to the last day that it ran; 0 in time or open."""
        last = self.met_on or (self.ended_on - DAY if self.ended_on else None)
        return days_after(self.in_time_until, last) if last else 0

    @property
    def is_open(self) -> bool:
        return not self.ending

    @property
    def counts(self) -> bool:
        """Whether it can be a breach: it runs, was met, or was late when something else ended it."""
        return self.ending in ("", "met") or self.days_late > 0


@dataclass(slots=True)
class Fold:
    """What is kept while the days go by."""

    zone: ZoneInfo
    done: list[Episode]
    current: Episode | None = None
    span: Span | None = None
    completed: FindingFact | None = None

    def begin(self, span: Span) -> None:
        """Another span is in force from its first day on."""
        same = self.span is not None and self.span.is_running and self.span.due_on == span.due_on
        self.span = span
        if self.current is not None:
            if span.is_running and same:
                return
            self.end(span)
        if span.is_running and not (self.completed and self.done):
            self.current = started(span, self.zone)
            if self.completed:
                self.meet(self.completed)

    def end(self, span: Span) -> None:
        assert self.current is not None
        ending: Ending = "moved" if span.life == "active" else span.life
        if span.act is None:
            ending = "start_changed"
        ended = replace(self.current, ending=ending, closed_by=span.anchored_by, closed_act=span.act)
        self.done.append(replace(ended, ended_on=span.from_day))
        self.current = None

    def find(self, finding: FindingFact) -> None:
        if finding.level == COMPLETE:
            if self.completed is None:
                self.completed = finding
                self.meet(finding)
        elif self.completed is not None:
            undone, self.completed = self.completed, None
            if self.span is not None and self.span.is_running:
                self.current = reopened(self.span, self.zone, finding, undone)

    def meet(self, finding: FindingFact) -> None:
        if self.current is not None:
            met = replace(self.current, ending="met", closed_by=finding.id, met_on=finding.effective_on)
            self.done.append(met)
            self.current = None


def episodes(spans: tuple[Span, ...], zone: ZoneInfo, findings: Iterable[FindingFact]) -> tuple[Episode, ...]:
    """The episodes of a commitment; none where no clock ever ran.

    `findings` come in order: by the day they speak of, then as they were recorded. On one day, what changes the clock
    comes before what was found.
    """
    fold = Fold(zone, [])
    coming = list(spans)
    for finding in findings:
        if finding.level is None:
            continue
        while coming and coming[0].from_day <= finding.effective_on:
            fold.begin(coming.pop(0))
        fold.find(finding)
    for span in coming:
        fold.begin(span)
    return (*fold.done, fold.current) if fold.current else tuple(fold.done)


def started(span: Span, zone: ZoneInfo) -> Episode:
    """Where the due day has passed when the clock starts to run, it is overdue from the first day on that it runs."""
    assert span.due_on is not None
    late_at_once = span.from_day > span.due_on
    flag_at = start_of_day(span.from_day, zone) if late_at_once else end_of_day(span.due_on, zone)
    return Episode(span.due_on, flag_at, opened_act=span.act)


def reopened(span: Span, zone: ZoneInfo, finding: FindingFact, undone: FindingFact) -> Episode:
    """Overdue from the day that the regress speaks of, and never before the due date."""
    due_on = span.due_on
    assert due_on is not None
    late_at_once = finding.effective_on > due_on
    flag_at = start_of_day(finding.effective_on, zone) if late_at_once else end_of_day(due_on, zone)
    return Episode(max(due_on, finding.effective_on), flag_at, finding.id, undone.id)


def complete_day(findings: Iterable[FindingFact]) -> date | None:
    """The first day of the completion that stands after all `findings` (in order); None where none does."""
    since: date | None = None
    for finding in findings:
        if finding.level is None:
            continue
        since = (since or finding.effective_on) if finding.level == COMPLETE else None
    return since


def days_after(in_time_until: date, day: date) -> int:
    """How many days late it is on a day, or was when it ended on that day: the one definition of days late."""
    return max((day - in_time_until).days, 0)


def days_taken(runs_from: date | None, complete: date | None) -> int | None:
    """How many days after it was to begin what is due at once was complete; None where it is not, or nothing began."""
    return None if runs_from is None or complete is None else days_after(runs_from, complete)


def last_day_in_time(span: Span, runs: tuple[Episode, ...], complete: date | None) -> date | None:
    """The last day in time of the run of the clock that is open, or that the completion which stands has ended.

    Where it ended none, because the clock stood still, that of the `span` in force.
    """
    last = runs[-1] if runs else None
    if last is not None and (last.is_open or (last.met_on is not None and last.met_on == complete)):
        return last.in_time_until
    return span.in_time_until


def days_late(span: Span, runs: tuple[Episode, ...], complete: date | None, today: date) -> int | None:
    """How late a commitment is in the span in force, or was when it was completed; None where it is not."""
    in_time_until = last_day_in_time(span, runs, complete)
    is_open = bool(runs) and runs[-1].is_open
    if in_time_until is None or (complete is None and not is_open):
        return None
    return days_after(in_time_until, complete or today) or None
