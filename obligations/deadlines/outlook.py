"""How a clock stands at one moment, and what a reading does, or would do, to it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from obligations.deadlines.conventions import CONVENTIONS
from obligations.deadlines.episodes import (
    Episode,
    FindingFact,
    Phase,
    Timeliness,
    complete_day,
    days_late,
    episodes,
    last_day_in_time,
    phase,
    timeliness,
)
from obligations.deadlines.moment import day_in
from obligations.deadlines.rules import RULES
from obligations.deadlines.spans import UNDERSTANDING, Grounds, ReadingAct, Span, spans

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


# Stands for the reading that is not recorded yet: it comes after all that are.
NEXT = 2**62

BreachChange = Literal["none", "ended", "void", "replaced", "opened", "reopened", "late_no_more", "late_anew"]


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at a clock, and when: the findings that are known, in order; the instant; the days of "due soon"."""

    findings: tuple[FindingFact, ...]
    at: datetime
    soon_days: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a clock stands. `runs` are its episodes; `days_late` as in `episodes.days_late`."""

    span: Span
    timeliness: Timeliness
    days_late: int | None
    runs: tuple[Episode, ...]
    at: datetime

    @property
    def due_on(self) -> date | None:
        return self.span.due_on

    @property
    def overdue(self) -> Episode | None:
        """The run that is past its end and open."""
        last = self.runs[-1] if self.runs else None
        return last if last and last.is_open and last.flag_at <= self.at else None

    @property
    def late(self) -> tuple[Episode, ...]:
        """The runs that ended too late."""
        return tuple(run for run in self.runs if run.days_late)


@dataclass(frozen=True, slots=True)
class ReadingProspect:
    """The clock without and with a reading, and what becomes of the breach."""

    before: Outlook
    after: Outlook

    @property
    def breach(self) -> tuple[BreachChange, Episode | None]:
        """What becomes of it, with the run that tells more: the one that ends, or the one that begins."""
        was, is_ = self.before.overdue, self.after.overdue
        if was is None:
            return self.of_what_was_not_open(is_)
        if is_ is not None:
            return ("none", is_) if key(was) == key(is_) else ("replaced", is_)
        return ("ended", self.closing) if self.closing else ("void", was)

    @property
    def closing(self) -> Episode | None:
        """The open run, as the reading ends it; None where it was not late by then."""
        was = self.before.overdue
        return next((run for run in self.after.late if was and key(run) == key(was)), None)

    def of_what_was_not_open(self, is_: Episode | None) -> tuple[BreachChange, Episode | None]:
        before, after = self.before.late, self.after.late
        if is_ is not None:
            return "reopened" if key(is_) in map(key, before) else "opened", is_
        if before and not after:
            return "late_no_more", before[-1]
        if after and [key_and_end(run) for run in before] != [key_and_end(run) for run in after]:
            return "late_anew", after[-1]
        return "none", None


def key(run: Episode) -> tuple[int | None, int | None, datetime]:
    """What tells the runs of a clock apart."""
    return run.opened_by, run.opened_act, run.flag_at


def key_and_end(run: Episode) -> tuple[object, ...]:
    return *key(run), run.ending, run.days_late


def outlook(made: tuple[Span, ...], grounds: Grounds, look: Look) -> Outlook:
    in_force, zone = made[-1], grounds.zone
    since, runs = complete_day(look.findings), episodes(made, zone, look.findings)
    state = timeliness(phase_in(in_force, runs, since), in_force.deadline.due_at, look.soon_days, look.at)
    return Outlook(in_force, state, days_late(in_force, runs, since, day_in(look.at, zone)), runs, look.at)


def phase_in(span: Span, runs: tuple[Episode, ...], complete_since: date | None) -> Phase:
    """The phase in a span, with the runs of the clock and the day of the completion that stands."""
    return phase(
        life=span.life,
        clock=span.deadline.clock,
        due_at=span.deadline.due_at,
        in_time_until=last_day_in_time(span, runs, complete_since),
        complete_since=complete_since,
    )


def prospect_of_reading(grounds: Grounds, then: Grounds, look: Look) -> ReadingProspect:
    """From `grounds` to `then`, which a reading (or its withdrawal) made of them."""
    return ReadingProspect(*(outlook(spans(one), one, look) for one in (grounds, then)))


def with_act(grounds: Grounds, act: ReadingAct) -> Grounds:
    """With a reading that is not recorded yet."""
    return replace(grounds, acts=(*grounds.acts, replace(act, id=NEXT)))


def without_act(grounds: Grounds, reading: int) -> Grounds:
    return replace(grounds, acts=tuple(act for act in grounds.acts if act.id != reading))


def by_convention(grounds: Grounds, on: date | None = None) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    """What each convention would give, with the same days off and all that was decided since: code and spans.

    The spans are those that had begun on the day `on`; all where it is None. Empty where nothing is counted.
    """
    if not is_counted(grounds.rule):
        return ()
    acts = tuple(act for act in grounds.acts if act.kind not in UNDERSTANDING)
    used = grounds.calendars_used
    made = (
        (
            code,
            spans(
                replace(grounds, acts=(*acts, ReadingAct(NEXT, "counting", convention=code, calendars=used)))
            ),
        )
        for code in CONVENTIONS
    )
    return tuple(
        (code, tuple(one for one in all_ if on is None or one.from_day <= on)) for code, all_ in made
    )


def is_counted(rule: str) -> bool:
    """Whether a convention has a say in a time limit by this rule."""
    return rule == "end_of_period" or (
        RULES[rule].anchored is not None and rule not in ("immediate", "urgent")
    )


def outlooks(grounds: Grounds, look: Look, on: date | None = None) -> Iterable[tuple[str, Outlook]]:
    """How it would stand by each convention that gives a due day."""
    for code, made in by_convention(grounds, on):
        if made[-1].due_on is not None:
            yield code, outlook(made, grounds, look)
