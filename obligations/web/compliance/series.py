"""How many of a party's deliverables stood at each level, day by day: from the days on which these numbers changed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from obligations.status.filters import NO_FINDING
from obligations.status.over_time import LASTING, Change
from obligations.web.base.selection import address, narrowed
from obligations.web.compliance.counts import level_value
from obligations.web.compliance.figures import Number
from obligations.web.compliance.marks import Sides
from obligations.words.method import DELIVERABLES, LEVELS_SHOWN, Selection
from parties.models import Party

# A picture has no more steps than this: with more, it is drawn by months.
MOST_STEPS = 120
# So many rows has the table of a picture: ends of years, and the last day.
MOST_ROWS = 6
Levels = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """The numbers at each level from this day on, until the next step."""

    day: date
    levels: Levels

    @property
    def total(self) -> int:
        return sum(self.levels.values())


@dataclass(frozen=True, slots=True)
class PartySeries:
    party: Party
    steps: tuple[Step, ...]

    def on(self, day: date) -> Levels:
        return next((step.levels for step in reversed(self.steps) if step.day <= day), {})


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of each party over time, on the same axes: from `first` to `last`, up to `top`."""

    parties: tuple[PartySeries, ...]
    first: date
    last: date

    @property
    def top(self) -> int:
        return max((step.total for own in self.parties for step in own.steps), default=0)

    @property
    def days(self) -> list[date]:
        """Those of its table: the ends of the last years, and the last day."""
        ends = [date(year, 12, 31) for year in range(self.first.year, self.last.year)]
        return [*ends[-(MOST_ROWS - 1) :], self.last]


def series_of(
    changes: Iterable[Change], sides: Sides, last: date, begun: date | None = None
) -> Series | None:
    """The series from the beginning of the year in which it was `begun`, or else in which something was first found.

    None where nothing was ever found.
    """
    rows = list(changes)
    found = [one.day for one in rows if level_value(one.level, one.not_assessable) != NO_FINDING]
    if not found:
        return None
    first = date((min(begun, last) if begun else min(found)).year, 1, 1)
    parties = tuple(
        PartySeries(
            party, steps([one for one in rows if sides.shown_with.get(one.party_id) == party.code], first)
        )
        for party in sides.parties
    )
    return Series(tuple(PartySeries(own.party, thinned(own.steps)) for own in parties), first, last)


def steps(changes: Sequence[Change], first: date) -> tuple[Step, ...]:
    counted: Counter[str] = Counter()
    found: dict[date, Levels] = {}
    for day, on_the_day in groupby(
        sorted(changes, key=lambda one: one.day), key=lambda one: max(one.day, first)
    ):
        for one in on_the_day:
            counted[level_value(one.level, one.not_assessable)] += one.n
        found[day] = {level: n for level, n in counted.items() if n and level}
    return tuple(Step(day, levels) for day, levels in found.items())


def thinned(every: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps; only the last of each month where there are too many to be seen apart."""
    if len(every) <= MOST_STEPS:
        return every
    by_month = {(step.day.year, step.day.month): step for step in every}
    return tuple(by_month.values())


def number_on(series: Series, own: PartySeries, day: date, level: str, active: Selection) -> Number:
    """How many stood there on a day of the table; it leads to them where the filters pick the same on every day."""
    n = own.on(day).get(level, 0)
    if not n or not (day == series.last or set(active) <= LASTING | {"known_at"}):
        return Number(n)
    where = {"party": (own.party.code,), "kind": DELIVERABLES, "level": (level,)}
    chosen = narrowed(active, where)
    if chosen is not None and day != series.last:
        chosen = {**chosen, "as_of": (day.isoformat(),)}
    return Number(n, address(chosen)) if chosen is not None else Number(n)


@dataclass(frozen=True, slots=True)
class DayRow:
    """A row of the picture's table: of each party in turn, the number at each level."""

    day: date
    of: list[list[Number]]


def table_of(series: Series, active: Selection) -> list[DayRow]:
    return [
        DayRow(
            day,
            [
                [number_on(series, own, day, level, active) for level, _label in LEVELS_SHOWN]
                for own in series.parties
            ],
        )
        for day in series.days
    ]


def a_year_before(day: date) -> date:
    """The same day a year earlier; of the last of February, the day before the first of March."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day - timedelta(days=366)
