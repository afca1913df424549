"""From findings to episodes: when a clock ran, when it was stopped, when it ran again.

Only level 3 stops a clock. A lower level after that takes the completion back and starts a new episode. "Not
assessable" and conduct move no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from obligations.deadlines.zones import end_of_day, start_of_day

COMPLETE = 3


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A finding as far as clocks go. `id` tells it apart; `level` is None where it gives none."""

    id: int
    effective_on: date
    level: int | None


@dataclass(frozen=True, slots=True)
class Episode:
    """One run of the clock, in a commitment with a due date.

    `in_time_until` is the last day in time; `flag_at` the instant in UTC at which it is overdue. `opened_by` is the
    finding that took the completion `undone` back, both None in the first episode; `closed_by` the finding of level 3
    that stopped it and `met_on` its day, None while it runs.
    """

    in_time_until: date
    flag_at: datetime
    opened_by: int | None = None
    undone: int | None = None
    closed_by: int | None = None
    met_on: date | None = None

    @property
    def days_late(self) -> int:
        """Days from the last day in time to the day it was met; 0 in time, or while it runs."""
        return max((self.met_on - self.in_time_until).days, 0) if self.met_on else 0

    @property
    def is_open(self) -> bool:
        return self.closed_by is None


def episodes(due_on: date, zone: ZoneInfo, findings: Iterable[FindingFact]) -> tuple[Episode, ...]:
    """The episodes of a commitment due on `due_on`, at least one.

    `findings` come in order: by the day they speak of, then as they were recorded.
    """
    done: list[Episode] = []
    current: Episode | None = Episode(due_on, end_of_day(due_on, zone))
    for finding in findings:
        if finding.level is None:
            continue
        if current is not None and finding.level == COMPLETE:
            done.append(closed(current, finding))
            current = None
        elif current is None and finding.level != COMPLETE:
            current = reopened(due_on, zone, finding, done[-1])
    return (*done, current) if current else tuple(done)


def closed(episode: Episode, finding: FindingFact) -> Episode:
    return Episode(
        episode.in_time_until,
        episode.flag_at,
        episode.opened_by,
        episode.undone,
        finding.id,
        finding.effective_on,
    )


def reopened(due_on: date, zone: ZoneInfo, finding: FindingFact, before: Episode) -> Episode:
    """Overdue from the day that the regress speaks of, and never before the due date."""
    late_at_once = finding.effective_on > due_on
    flag_at = start_of_day(finding.effective_on, zone) if late_at_once else end_of_day(due_on, zone)
    return Episode(max(due_on, finding.effective_on), flag_at, finding.id, before.closed_by)


def complete_day(findings: Iterable[FindingFact]) -> date | None:
    """The first day of the completion that stands after all `findings` (in order); None where none does."""
    since: date | None = None
    for finding in findings:
        if finding.level is None:
            continue
        since = (since or finding.effective_on) if finding.level == COMPLETE else None
    return since


def days_late(
    due_on: date | None, runs: tuple[Episode, ...], complete: date | None, today: date
) -> int | None:
    """How late a commitment is; None where it is not.

    Complete since a day: from the due date to that day. Running: from the present run's last day in time to `today`.
    """
    if due_on is None or not runs:
        return None
    days = (complete - due_on).days if complete else (today - runs[-1].in_time_until).days
    return days if days > 0 else None
