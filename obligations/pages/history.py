"""What was said and done about an obligation, as one thread: statements, clocks, breaches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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

    `overdue` and `closed` come from the episodes that the viewer may know; `flagged_at` is when the sweep saw it. What
    was so for several parties alike is one line with all `parties`; `statements` holds the one on each of them.
    """

    kind: Literal["clock", "overdue", "statement", "closed"]
    on: date
    parties: tuple[Party, ...] = ()
    statements: tuple[Statement, ...] = ()
    in_force: bool = False
    trigger: Trigger | None = None
    episode: Episode | None = None
    cycle: int = 1
    flagged_at: datetime | None = None

    @property
    def statement(self) -> Statement | None:
        return self.statements[0] if self.statements else None

    @property
    def about_itself(self) -> bool:
        """Whether a party speaks of its own commitment, so that naming it once is enough."""
        said = self.statement
        return said is not None and [party.pk for party in self.parties] == [said.by_id]


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
    return sorted(gathered(entries), key=sorting, reverse=True)


def gathered(entries: Iterable[Entry]) -> list[Entry]:
    """One line for what was said or happened alike for several parties; they keep their order."""
    lines: dict[object, Entry] = {}
    for entry in entries:
        key = likeness(entry)
        first = lines.setdefault(key, entry)
        if first is not entry:
            both = (*first.parties, *entry.parties), (*first.statements, *entry.statements)
            lines[key] = replace(first, parties=both[0], statements=both[1])
    return list(lines.values())


def likeness(entry: Entry) -> object:
    days = (entry.kind, entry.on, entry.in_force, entry.cycle, entry.flagged_at)
    said = entry.statement
    if said is None:
        return (*days, entry.episode.days_late if entry.episode else entry.trigger)
    words = (said.kind, said.by_id, said.level, said.not_assessable, said.conduct, said.reason, said.source)
    return (*days, *words, said.tier, said.confidant_id, said.recorded_at, said.objects_to_id)


def sorting(entry: Entry) -> tuple[date, int, float, int]:
    said = entry.statement
    recorded = (said.recorded_at.timestamp(), said.pk) if said else (0.0, entry.cycle)
    return (entry.on, ORDER[entry.kind], *recorded)


def said(commitment: Commitment, standing: Standing) -> Iterator[Entry]:
    for statement in standing.statements:
        yield Entry(
            "statement",
            statement.effective_on,
            (commitment.party,),
            (statement,),
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
        yield Entry(
            "overdue", start, (commitment.party,), episode=episode, cycle=cycle, flagged_at=flagged_at
        )
        if episode.met_on:
            yield Entry("closed", episode.met_on, (commitment.party,), episode=episode, cycle=cycle)


def was_late(episode: Episode, now: datetime) -> bool:
    """Whether the episode ever was overdue: it runs past its end, or ended after it."""
    return episode.days_late > 0 if episode.met_on else episode.flag_at <= now
