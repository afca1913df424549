"""The sum behind a due date, as the page of an obligation shows it: once for all parties for whom it is the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.text import capfirst

from obligations.deadlines import CONVENTIONS, Deadline, Grounds, Moment, ReadingAct
from obligations.deadlines.conventions import NO_HOLIDAYS
from obligations.deadlines.explain import changes, sentence, skipped_in_words, steps_in_words
from obligations.deadlines.grid import Month, months
from obligations.deadlines.outlook import Outlook, is_counted, outlooks
from obligations.deadlines.spans import merged
from obligations.models import Reading
from obligations.status.records import needs_days_off
from obligations.status.status import Standing
from obligations.web.obligation.effects import Effect, look_at, told_together
from obligations.words.readings import state
from parties.models import Party


@dataclass(frozen=True, slots=True)
class Alternative:
    """What one convention gives for these parties, and how they would stand.

    `whys` tell what moved the last day, once for all for whom it was the same; empty where nothing did.
    """

    name: str
    in_use: bool
    parties: tuple[Party, ...]
    due_on: date
    state: str
    whys: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class DayOff:
    on: date
    name: str
    calendars: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a date was counted, for all `parties` that have the same sum.

    `convention` is empty where nothing is counted. `calendars` are the names of those that say which days are off;
    `counting` and `given` are the readings that say how it is counted, and on what day it is due.
    """

    parties: tuple[Party, ...]
    sentence: str
    steps: list[str]
    convention: str
    counts_days_off: bool
    calendars: tuple[str, ...]
    counting: Reading | None
    given: Reading | None
    months: tuple[Month, ...]
    days_off: tuple[DayOff, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """One commitment's, with the readings that say how it is counted and on what day it is due."""

    standing: Standing
    grounds: Grounds
    deadline: Deadline
    counting: Reading | None
    given: Reading | None

    @property
    def likeness(self) -> object:
        """The same for parties of whom the same was said at one time, and for whom it comes to the same."""
        readings = (self.counting, self.given)
        said = [
            reading and (reading.recorded_at, reading.convention, reading.due_on, tuple(reading.calendars))
            for reading in readings
        ]
        return self.deadline, self.grounds.counted_by, *said


def recorded(standing: Standing, act: ReadingAct | None) -> Reading | None:
    return next((reading for reading in standing.records.readings if act and reading.pk == act.id), None)


def sums(standings: Iterable[Standing], moment: Moment) -> list[Sum]:
    made = []
    for standing in standings:
        if grounds := standing.records.grounds(moment.known_at):
            counting, given = (recorded(standing, act) for act in (grounds.counting, grounds.given_day))
            made.append(Sum(standing, grounds, standing.deadline, counting, given))
    return made


def explanations(
    standings: Iterable[Standing], moment: Moment, calendars: Mapping[str, str]
) -> list[Explanation]:
    """The sums of these, one for all that have the same, in their order. `calendars` are names by code."""
    alike: dict[object, list[Sum]] = {}
    for one in sums(standings, moment):
        alike.setdefault(one.likeness, []).append(one)
    return [explanation(group, calendars) for group in alike.values()]


def explanation(group: Sequence[Sum], calendars: Mapping[str, str]) -> Explanation:
    first = group[0]
    deadline, grounds = first.deadline, first.grounds
    used = {code: calendars.get(code, code) for one in group for code in one.grounds.calendars_used}
    known = [grounds.calendars[code] for code in sorted(used) if code in grounds.calendars]
    shown = months(deadline, merged(known) if known else NO_HOLIDAYS) if deadline.runs_from else ()
    counted = is_counted(grounds.rule) and first.given is None
    return Explanation(
        parties=tuple(one.standing.commitment.party for one in group),
        sentence=sentence(deadline, grounds.zone.key),
        steps=steps_in_words(deadline),
        convention=str(CONVENTIONS[grounds.counted_by].name) if counted else "",
        counts_days_off=counted and needs_days_off(grounds.counted_by, grounds.rule),
        calendars=tuple(sorted(used.values())),
        counting=first.counting if counted else None,
        given=first.given,
        months=shown,
        days_off=tuple(days_off_in(shown, used, grounds)),
    )


def days_off_in(shown: Iterable[Month], used: Mapping[str, str], grounds: Grounds) -> Iterator[DayOff]:
    """The days off of the months shown; with the calendars that have it, where others do not."""
    for day in (day for month in shown for week in month.weeks for day in week if day.in_month and day.name):
        having = sorted(name for code, name in used.items() if day.on in grounds.calendars[code].days)
        yield DayOff(day.on, day.name, tuple(having) if len(having) < len(used) else ())


def alternatives(standings: Sequence[Standing], moment: Moment) -> list[Alternative]:
    """What each convention would give, with the same days off; one line for all for whom it comes to the same."""
    lines: dict[tuple[int, date, str, bool], list[tuple[Party, str]]] = {}
    codes = list(CONVENTIONS)
    for counted in sums(standings, moment):
        for code, there in outlooks(counted.grounds, look_at(counted.standing, moment.at), moment.spoken_on):
            assert there.due_on is not None
            in_use = code == counted.grounds.counted_by and counted.given is None
            key = (codes.index(code), there.due_on, capfirst(state(there)), in_use)
            lines.setdefault(key, []).append((counted.standing.commitment.party, why(there)))
    return [
        Alternative(
            capfirst(str(CONVENTIONS[codes[place]].name)),
            in_use,
            tuple(party for party, _why in told),
            due_on,
            stands,
            tuple(one for one in told_together(told) if one.words),
        )
        for (place, due_on, stands, in_use), told in sorted(lines.items(), key=lambda line: line[0][0])
    ]


def why(there: Outlook) -> str:
    """What moved the last day; days jumped over by their number alone."""
    deadline = there.span.deadline
    nameless = tuple(replace(step, name="") if step.kind == "skipped" else step for step in deadline.steps)
    moved = (skipped_in_words(replace(deadline, steps=nameless)), changes(deadline))
    return "; ".join(filter(None, moved))
