"""A timeline as numbers: where days stand, where the axis is marked, and in which lane each thing finds room.

Pure: lengths are pixels, no text is measured. A label is taken to be as wide as its characters usually are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

# Of a character at the chart's size, in the widest of the usual faces.
CAPITAL, DIGIT, NARROW, OTHER = 8.4, 7.7, 4.4, 7.0
GAP = 6.0
# Months between two marks of the axis: the finest that leaves each label its room.
STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600)
LABEL_ROOM = 58.0
YEAR = 365
WIDEST = 12000.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Days from `first` to `last` along `width` pixels that begin at `left`."""

    first: date
    last: date
    left: float
    width: float

    def x(self, day: date) -> float:
        days = (min(max(day, self.first), self.last) - self.first).days
        return round(self.left + self.width * days / (self.last - self.first).days, 1)


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    day: date
    is_year: bool


def scale_over(days: Iterable[date], left: float, least_width: float, a_year: float) -> Scale:
    """One that has all the days, a year of them at least, from the first of a month to the first of another.

    It is as wide as `least_width`, and wider where a year would have less than `a_year` pixels, up to a limit.
    """
    found = sorted(days)
    first, last = month(found[0]), month(found[-1], 1)
    if (last - first).days < YEAR:
        first, last = (
            month(first, -((12 - months(first, last)) // 2)),
            month(last, (13 - months(first, last)) // 2),
        )
    width = max(least_width, min(a_year * (last - first).days / YEAR, WIDEST))
    return Scale(first, last, left, round(width, 1))


def months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def month(day: date, later: int = 0) -> date:
    """The first of the day's month, or of one so many months later; within the years that there are."""
    count = day.year * 12 + day.month - 1 + later
    count = min(max(count, 12), 9999 * 12 + 11)
    return date(count // 12, count % 12 + 1, 1)


def ticks(scale: Scale) -> list[Tick]:
    """Marks of the axis that leave their labels room: firsts of months, of years, or of every so many years."""
    month_width = scale.width * 30.4 / (scale.last - scale.first).days
    step = next((step for step in STEPS if step * month_width >= LABEL_ROOM), STEPS[-1])
    start = scale.first.year * 12 + scale.first.month - 1
    start += -start % step
    made = []
    for count in range(start, scale.last.year * 12 + scale.last.month, step):
        day = date(count // 12, count % 12 + 1, 1)
        made.append(Tick(scale.x(day), day, day.month == 1))
    return made


@dataclass(frozen=True, slots=True)
class Extent:
    """What takes room: from `start` to `end`, and a label beside it."""

    start: float
    end: float
    label: str = ""

    @property
    def label_width(self) -> float:
        return sum(map(width_of, self.label))


def width_of(character: str) -> float:
    if character in " -.,:;'()/|il":
        return NARROW
    if character.isdigit():
        return DIGIT
    return CAPITAL if character.isupper() or character in "mw" else OTHER


@dataclass(frozen=True, slots=True)
class Placed:
    """Where something stands: its lane from above, and where its label is fastened, by its beginning or its end."""

    lane: int
    label_x: float
    ends_there: bool


def placed(extents: Sequence[Extent], right: float) -> list[Placed]:
    """A place for each, in the order given: no two overlap, and no label passes `right` where the left has room.

    The leftmost choose first, each the uppermost lane that is free from where it begins.
    """
    found: dict[int, Placed] = {}
    lanes: list[float] = []
    for at in sorted(range(len(extents)), key=lambda index: (taken(extents[index], right), index)):
        one = extents[at]
        start, end = taken(one, right)
        lane = next((lane for lane, free in enumerate(lanes) if free <= start), len(lanes))
        if lane == len(lanes):
            lanes.append(0)
        lanes[lane] = end + 2 * GAP
        flipped = is_flipped(one, right)
        found[at] = Placed(lane, round(one.start - GAP if flipped else one.end + GAP, 1), flipped)
    return [found[at] for at in range(len(extents))]


def taken(one: Extent, right: float) -> tuple[float, float]:
    """From where to where it takes room, with its label."""
    if not one.label:
        return one.start, one.end
    if is_flipped(one, right):
        return one.start - GAP - one.label_width, one.end
    return one.start, one.end + GAP + one.label_width


def is_flipped(one: Extent, right: float) -> bool:
    """Whether the label stands before it: it would pass the right edge, and the left has room for it."""
    return one.end + GAP + one.label_width > right and one.start - GAP - one.label_width >= 0


def lanes_of(places: Iterable[Placed]) -> int:
    return max((place.lane for place in places), default=-1) + 1
