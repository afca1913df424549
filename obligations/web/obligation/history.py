"""What was said and done about an obligation, as one thread: statements, readings, clocks, breaches."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreement.models import Trigger
from obligations.deadlines import Episode, Moment, day_in
from obligations.models import Breach, Reading, Statement, Visit
from obligations.status.breaches import SeenBreach
from obligations.status.care import rows_since
from obligations.status.status import Standing
from obligations.web.obligation.effects import (
    Effect,
    Names,
    ReadingEntry,
    mark_of,
    reading_entries,
    told_together,
)
from obligations.words.quoted import Piece, differences, named
from parties.access import Tier, Viewer
from parties.models import Party

Kind = Statement.Kind
# How a statement refers to another.
REFERS: dict[Kind, Promise] = {
    Kind.CLAIM: _("Refers to: %(what)s"),
    Kind.FINDING: _("Judges: %(what)s"),
    Kind.OBSERVATION: _("Refers to: %(what)s"),
    Kind.CONTEST: _("Objects to: %(what)s"),
    Kind.ANSWER: _("Answers: %(what)s"),
    Kind.WITHDRAWAL: _("Takes back: %(what)s"),
}


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """`about` is the statement that it refers to, `before` the one of the same kind that the same side made before it;
    both None where there is none, or none that the viewer may see.

    `withdrawal` took it back; `published_at` is when it became public, None for what always was or is not.
    """

    statement: Statement
    about: Statement | None = None
    before: Statement | None = None
    withdrawal: Statement | None = None
    published_at: datetime | None = None

    @property
    def refers(self) -> str:
        """How it refers to `about`, in words."""
        return REFERS[Kind(self.statement.kind)] % {"what": named(self.about)} if self.about else ""

    @property
    def new_words(self) -> list[Piece]:
        """How its reason differs from that of the one before."""
        return differences(self.before.reason, self.statement.reason) if self.before else []

    @property
    def likeness(self) -> object:
        """The same for what was said at one time of several commitments."""
        return tuple(
            (one.kind, one.by_id, one.recorded_at, one.effective_on, one.reason, one.language)
            if one
            else None
            for one in (self.about, self.before, self.withdrawal)
        )


def thread_entries(statements: Sequence[Statement], moment: Moment) -> dict[int, ThreadEntry]:
    """The entries of a thread, by the key of the statement. `statements` are those of one commitment that the viewer
    may see at the moment, newest first.
    """
    by_key = {statement.pk: statement for statement in statements}
    taken_back = {
        statement.refers_to_id: statement for statement in statements if statement.kind == Kind.WITHDRAWAL
    }
    earlier = before_each(statements)
    return {
        statement.pk: ThreadEntry(
            statement,
            by_key.get(statement.refers_to_id or 0),
            earlier.get(statement.pk),
            taken_back.get(statement.pk),
            statement.publish_at if statement.tier_at(moment.now) == Tier.PUBLIC else None,
        )
        for statement in statements
    }


def before_each(statements: Iterable[Statement]) -> dict[int, Statement]:
    """The one before each claim or observation by the same, and before each finding: as they were recorded."""
    last: dict[tuple[str, int | None], Statement] = {}
    found: dict[int, Statement] = {}
    verdicts = [one for one in statements if one.has_verdict]
    for statement in sorted(verdicts, key=lambda one: (one.recorded_at, one.effective_on, one.pk)):
        side = (statement.kind, statement.by_id)
        if side in last:
            found[statement.pk] = last[side]
        last[side] = statement
    return found


# On one day, a later thing stands above an earlier one: the clock starts, runs out, is read, is spoken of, is stopped.
ORDER = {"clock": 0, "overdue": 1, "late_record": 2, "reading": 3, "statement": 4, "closed": 5}
Flag = tuple[int, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the thread. `on` is the day that it speaks of, in the agreement's zone.

    `overdue` and `closed` come from the episodes that the viewer may know; `flagged_at` is when the sweep saw it. What
    was so for several parties alike is one line with all `parties`; `statements` and `reading_entries` hold the one on
    each.
    """

    kind: Literal["clock", "overdue", "reading", "statement", "closed", "late_record"]
    on: date
    parties: tuple[Party, ...] = ()
    statements: tuple[Statement, ...] = ()
    reading_entries: tuple[ReadingEntry, ...] = ()
    in_force: bool = False
    thread_entry: ThreadEntry | None = None
    trigger: Trigger | None = None
    episode: Episode | None = None
    cycle: int = 1
    flagged_at: datetime | None = None
    # Of a `late_record`: the day from which it stood as overdue.
    since: date | None = None
    # To the viewer: since their last visit.
    is_new: bool = False

    @property
    def statement(self) -> Statement | None:
        return self.statements[0] if self.statements else None

    @property
    def rows(self) -> list[Statement | Reading]:
        """What is on record of it."""
        return [*self.statements, *(one.reading for one in self.reading_entries)]

    @property
    def reading_entry(self) -> ReadingEntry | None:
        return self.reading_entries[0] if self.reading_entries else None

    @property
    def effects(self) -> list[Effect]:
        """What the readings did, once for all parties for whom it was the same."""
        return told_together(
            (party, one.effect)
            for party, one in zip(self.parties, self.reading_entries, strict=True)
            if one.effect
        )

    @property
    def taking_back(self) -> list[Effect]:
        """What taking them back would do; empty where they cannot be."""
        return told_together(
            (party, one.would)
            for party, one in zip(self.parties, self.reading_entries, strict=True)
            if one.would
        )

    @property
    def shown(self) -> str:
        return mark_of(self.taking_back)

    @property
    def voided(self) -> list[Breach]:
        """Breaches that the readings left without ground, once where they were flagged together."""
        rows = [row for entry in self.reading_entries for row in entry.voided]
        return list({(row.cycle, row.opened_at, row.outcome): row for row in rows}.values())

    @property
    def about_itself(self) -> bool:
        """Whether a party speaks of its own commitment, so that naming it once is enough."""
        said = self.statement
        return said is not None and [party.pk for party in self.parties] == [said.by_id]


def history(
    standings: Sequence[Standing],
    breaches: Iterable[Breach],
    moment: Moment,
    names: Names,
    seen: Iterable[SeenBreach] = (),
) -> list[Entry]:
    """Newest first. `breaches` are those of the sweep that the viewer may see, `seen` those it can know."""
    entries: list[Entry] = []
    triggers: dict[int, Trigger] = {}
    rows = list(breaches)
    for standing in standings:
        commitment = standing.commitment
        entries += said(standing, moment)
        entries += readings(standing, rows, moment, names)
        entries += clocks(standing, flags(rows), moment.at)
        if (trigger := commitment.obligation.trigger) and trigger.occurred_on:
            triggers[trigger.pk] = trigger
    entries += late_records(standings, seen)
    entries += [Entry("clock", t.occurred_on, trigger=t) for t in triggers.values() if t.occurred_on]
    return sorted(gathered(entries), key=sorting, reverse=True)


def late_records(standings: Iterable[Standing], seen: Iterable[SeenBreach]) -> Iterator[Entry]:
    """What was met in time and recorded only after the day: it stood as overdue until then."""
    parties = {one.commitment.pk: one.commitment for one in standings}
    for one in seen:
        if one.closed_at and one.outcome == Breach.Outcome.MET_ON_TIME:
            row = parties[one.commitment_id]
            zone = row.agreement.zone
            on, since = day_in(one.closed_at, zone), day_in(one.overdue_since, zone)
            yield Entry("late_record", on, (row.party,), cycle=one.cycle, since=since)


def with_new(thread: Iterable[Entry], visit: Visit, viewer: Viewer, now: datetime) -> list[Entry]:
    """What others recorded since the visit marked, and what ran out since."""
    entries = list(thread)
    rows = rows_since(visit, viewer, now, [row for entry in entries for row in entry.rows])

    def is_new(entry: Entry) -> bool:
        if entry.kind == "overdue" and entry.episode and visit.left_at:
            return visit.left_at < entry.episode.flag_at
        return any((row._meta.label_lower, row.pk) in rows for row in entry.rows)

    return [replace(entry, is_new=is_new(entry)) for entry in entries]


def as_recorded(thread: Iterable[Entry], zone: ZoneInfo) -> list[Entry]:
    """The entries by when each was recorded, the newest first; what the clock did, on its day."""

    def recorded(entry: Entry) -> date:
        said = entry.reading_entry.reading if entry.reading_entry else entry.statement
        return day_in(said.recorded_at, zone) if said else entry.on

    return sorted(thread, key=recorded, reverse=True)


def flags(breaches: Iterable[Breach]) -> dict[Flag, datetime]:
    """When each episode was flagged. A breach that turned out not to have been is none of them."""
    return {
        (row.commitment_id, row.opening_statement_id, row.opening_reading_id): row.opened_at
        for row in breaches
        if row.outcome not in Breach.VOID
    }


def gathered(entries: Iterable[Entry]) -> list[Entry]:
    """One line for what was said or happened alike for several parties; they keep their order."""
    lines: dict[object, Entry] = {}
    for entry in entries:
        key = likeness(entry)
        first = lines.setdefault(key, entry)
        if first is not entry:
            lines[key] = replace(
                first,
                parties=(*first.parties, *entry.parties),
                statements=(*first.statements, *entry.statements),
                reading_entries=(*first.reading_entries, *entry.reading_entries),
            )
    return list(lines.values())


def likeness(entry: Entry) -> object:
    days = (entry.kind, entry.on, entry.in_force, entry.cycle, entry.flagged_at, entry.since)
    said = entry.statement
    if entry.reading_entry:
        return (*days, entry.reading_entry.likeness)
    if said is None:
        run = entry.episode
        return (*days, (run.days_late, run.ending) if run else entry.trigger)
    verdict = (said.kind, said.by_id, said.level, said.not_assessable, said.conduct)
    words = (*verdict, said.reason, said.language, said.source)
    seen = (said.tier, said.confidant_id, said.publish_at)
    return (*days, *words, *seen, said.recorded_at, entry.thread_entry and entry.thread_entry.likeness)


def sorting(entry: Entry) -> tuple[date, int, float, int]:
    said: Statement | Reading | None = entry.reading_entry.reading if entry.reading_entry else entry.statement
    recorded = (said.recorded_at.timestamp(), said.pk) if said else (0.0, entry.cycle)
    return (entry.on, ORDER[entry.kind], *recorded)


def said(standing: Standing, moment: Moment) -> Iterator[Entry]:
    entries = thread_entries(standing.statements, moment)
    for statement in standing.statements:
        yield Entry(
            "statement",
            statement.effective_on,
            (standing.commitment.party,),
            (statement,),
            in_force=statement == standing.finding,
            thread_entry=entries[statement.pk],
        )


def readings(standing: Standing, breaches: Iterable[Breach], moment: Moment, names: Names) -> Iterator[Entry]:
    """The readings, each on the day from which it holds; what was understood differently stands where it was
    recorded.
    """
    commitment = standing.commitment
    for entry in reading_entries(standing, breaches, moment, names):
        day = entry.reading.effective_on or day_in(entry.reading.recorded_at, commitment.agreement.zone)
        yield Entry("reading", day, (commitment.party,), reading_entries=(entry,))


def clocks(standing: Standing, flagged: dict[Flag, datetime], at: datetime) -> Iterator[Entry]:
    """The days on which a clock ran out, and on which a completion that came too late, or a reading, ended it."""
    commitment = standing.commitment
    for cycle, episode in enumerate(standing.episodes, start=1):
        if not was_late(episode, at):
            continue
        flagged_at = flagged.get((commitment.pk, episode.opened_by, episode.opened_act))
        start = day_in(episode.flag_at, commitment.agreement.zone)
        yield Entry(
            "overdue", start, (commitment.party,), episode=episode, cycle=cycle, flagged_at=flagged_at
        )
        if end := episode.met_on or episode.ended_on:
            yield Entry("closed", end, (commitment.party,), episode=episode, cycle=cycle)


def was_late(episode: Episode, at: datetime) -> bool:
    """Whether the episode ever was overdue: it runs past its end, or ended after it."""
    if episode.is_open:
        return episode.flag_at <= at
    return episode.days_late > 0
