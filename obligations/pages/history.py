"""What was said and done about an obligation, as one thread: statements, clocks, breaches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from agreement.models import Trigger
from obligations.deadlines import Episode, day_in
from obligations.models import Breach, Commitment, Statement
from obligations.standing import Standing
from parties.models import Party

# On one day, a later thing stands above an earlier one: the clock starts, runs out, is spoken of, is stopped.
ORDER = {"clock": 0, "overdue": 1, "statement": 2, "closed": 3}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the thread. `on` is the day that it speaks of, in the agreement's zone.

    `overdue` and `closed` come from the episodes that the viewer may know; `flagged_at` is when the sweep saw it.
    """

    kind: Literal["clock", "overdue", "statement", "closed"]
    on: date
    party: Party | None = None
    statement: Statement | None = None
    in_force: bool = False
    trigger: Trigger | None = None
    episode: Episode | None = None
    cycle: int = 1
    flagged_at: datetime | None = None


def history(commitments: Iterable[Commitment], breaches: Iterable[Breach], now: datetime) -> list[Entry]:
    """Newest first. `commitments` have their standing; `breaches` are those that the viewer may see."""
    entries: list[Entry] = []
    triggers: dict[int, Trigger] = {}
    flagged = {(breach.commitment_id, breach.opening_statement_id): breach.opened_at for breach in breaches}
    for commitment in commitments:
        standing: Standing = commitment.standing  # type: ignore[attr-defined]
        entries += said(commitment, standing)
        entries += clocks(commitment, standing, flagged, now)
        if (trigger := commitment.obligation.trigger) and trigger.occurred_on:
            triggers[trigger.pk] = trigger
    entries += [Entry("clock", t.occurred_on, trigger=t) for t in triggers.values() if t.occurred_on]
    return sorted(entries, key=sorting, reverse=True)


def sorting(entry: Entry) -> tuple[date, int, float, int]:
    spoken = entry.statement
    recorded = (spoken.recorded_at.timestamp(), spoken.pk) if spoken else (0.0, entry.cycle)
    return (entry.on, ORDER[entry.kind], *recorded)


def said(commitment: Commitment, standing: Standing) -> Iterator[Entry]:
    for statement in standing.statements:
        yield Entry(
            "statement",
            statement.effective_on,
            party=commitment.party,
            statement=statement,
            in_force=statement == standing.finding,
        )


def clocks(
    commitment: Commitment, standing: Standing, flagged: dict[tuple[int, int | None], datetime], now: datetime
) -> Iterator[Entry]:
    """Where a clock ran out, and where a completion that came too late ended it."""
    for cycle, episode in enumerate(standing.episodes, start=1):
        if not was_late(episode, now):
            continue
        flagged_at = flagged.get((commitment.pk, episode.opened_by))
        start = day_in(episode.flag_at, commitment.agreement.zone)
        yield Entry("overdue", start, commitment.party, episode=episode, cycle=cycle, flagged_at=flagged_at)
        if episode.met_on:
            yield Entry("closed", episode.met_on, commitment.party, episode=episode, cycle=cycle)


def was_late(episode: Episode, now: datetime) -> bool:
    """Whether the episode ever was overdue: it runs past its end, or ended after it."""
    return episode.days_late > 0 if episode.met_on else episode.flag_at <= now
