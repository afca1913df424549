"""What one more finding would do to a clock, told before it is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from obligations.deadlines.episodes import Episode, FindingFact, episodes
from obligations.deadlines.spans import Span

Effect = Literal["no_clock", "met_late", "met_on_time", "reopened", "runs_on", "stays_met", "history"]
# Stands for the finding that is not recorded yet, so that it can be told from those that are.
PROSPECTIVE = 0


@dataclass(frozen=True, slots=True)
class Prospect:
    """`days_late` goes with ``met_late``; `cycle` (of the new episode) and `undone_on` with ``reopened``."""

    effect: Effect
    days_late: int = 0
    cycle: int = 0
    undone_on: date | None = None


def prospect(
    spans: tuple[Span, ...], zone: ZoneInfo, known: Iterable[FindingFact], new: FindingFact
) -> Prospect:
    """The effect of `new` beside the `known` findings, which are in order. It is recorded last of its day."""
    if new.level is None or not any(span.is_running for span in spans):
        return Prospect("no_clock")
    known = tuple(known)
    earlier = [finding for finding in known if finding.effective_on <= new.effective_on]
    later = [finding for finding in known if finding.effective_on > new.effective_on]
    before = episodes(spans, zone, known)
    after = episodes(spans, zone, (*earlier, new, *later))
    return effect(before, after, new)


def effect(before: tuple[Episode, ...], after: tuple[Episode, ...], new: FindingFact) -> Prospect:
    if not after:
        return Prospect("no_clock")
    last = after[-1]
    if last.closed_by == new.id:
        return Prospect("met_late" if last.days_late else "met_on_time", days_late=last.days_late)
    if last.opened_by == new.id and last.is_open:
        return Prospect("reopened", cycle=len(after), undone_on=after[-2].met_on)
    if before != after:
        return Prospect("history")
    return Prospect("runs_on" if last.is_open else "stays_met")
