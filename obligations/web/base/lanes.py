"""What happened over time, drawn: a lane for each commitment, all on one axis.

Geometry by attributes: x in per cent of the axis, y in pixels and no viewBox, so that words and marks keep their size
at every width. Claims stand above, findings below them with due days and lateness, review periods on the line.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from obligations.deadlines.explain import day as day_in_words
from obligations.deadlines.explain import listed
from obligations.models import Commitment, Obligation
from obligations.web.base.marks import Mark, MarkKind, Years
from parties.alphabets import alphabetical

# Per cent of the axis that stay free at its right, so that what is of today is not cut.
RIGHT = 3.0
# Marks nearer than this are set apart by so many pixels; more of them than fit are told by their number.
NEAR, APART, APART_CLAIMS, MOST_TOGETHER = 2.4, 14, 25, 5
# Marks so near before today end at it: none stands right of its line. What a claim says takes so many pixels beside it.
BEFORE_TODAY, CLAIMED = 6.0, 17
HEIGHT, ABOVE, BELOW, LINE = 46, 9, 27, 42
ONE_ROW = 22
MOST_LANES = 120
# So many rows stand under one another on paper at full size, and small, in columns.
LARGE_ON_PAPER, ON_PAPER = 14, 24


@dataclass(frozen=True, slots=True)
class Axis:
    """Whole years, the last of them cut at the last day that is drawn."""

    first: date
    last: date
    today: date | None

    def x(self, day: date) -> float:
        whole = max((self.last - self.first).days, 1)
        share = (min(max(day, self.first), self.last) - self.first).days / whole
        return round(share * (100 - RIGHT), 2)

    @property
    def years(self) -> list[tuple[str, str]]:
        """Where each year begins, with its number; of many years every second or fifth has one."""
        count = self.last.year - self.first.year + 1
        step = 1 if count <= 8 else 2 if count <= 16 else 5
        every = range(self.first.year, self.last.year + 1)
        now = self.x(self.today) if self.today else 100.0
        places = [(self.x(date(year, 1, 1)), year) for year in every]
        return [
            (f"{x}%", "" if (year - self.first.year) % step or now - 12 < x <= now else str(year))
            for x, year in places
        ]

    def ends_today(self, marks: Sequence[Mark]) -> bool:
        """Whether they stand so near before today that their last one may touch its line."""
        if self.today is None or marks[-1].start > self.today:
            return False
        return self.x(self.today) - self.x(marks[0].start) < BEFORE_TODAY

    @property
    def now(self) -> str:
        return f"{self.x(self.today)}%" if self.today else ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A mark of one day: `use` names a mark of the sprite, `level` a second one that says what a claim claims."""

    x: str
    y: int
    dx: int
    use: str
    title: str
    level: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    width: str
    y: int
    height: int
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The lane of a commitment, or of what is nobody's (events, what starts clocks). `words` say all of it."""

    commitment: Commitment | None
    title: str
    height: int
    bars: tuple[Bar, ...]
    marks: tuple[Drawn, ...]
    words: str
    late: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The lanes of an obligation: parties by name, then others."""

    obligation: Obligation
    lanes: tuple[Lane, ...]

    @property
    def rows(self) -> int:
        """How many rows it takes, with its heading where it has one."""
        return len(self.lanes) + (len(self.lanes) > 1)


@dataclass(frozen=True, slots=True)
class Chart:
    """`quiet` are those under review of which nothing was said or found: they are named, and have no lane."""

    axis: Axis
    above: tuple[Lane, ...]
    groups: tuple[Group, ...]
    quiet: tuple[Obligation, ...]
    kinds: frozenset[str]

    @property
    def columns(self) -> list[list[Group]]:
        """The groups as they stand side by side on paper, on one sheet."""
        total = sum((one.rows for one in self.groups), bool(self.above))
        count = 1 if total <= LARGE_ON_PAPER else max(2, ceil(total / ON_PAPER))
        columns: list[list[Group]] = [[] for _column in range(count)]
        before = int(bool(self.above))
        for group in self.groups:
            columns[min(before * count // total, count - 1)].append(group)
            before += group.rows
        return columns

    @property
    def is_of_one_party(self) -> bool:
        lanes = (lane.commitment for group in self.groups for lane in group.lanes)
        return len({commitment.party_id for commitment in lanes if commitment}) == 1


def axis_over(marks: Sequence[Mark], years: Years, today: date) -> Axis:
    days = [years.nearest(day) for mark in marks for day in (mark.start, mark.end or mark.start)]
    is_now = years.since <= today.year <= years.until
    last = max([*days, *([today] if is_now else [])], default=today)
    return Axis(date(min(years.since, last.year), 1, 1), last, today if is_now else None)


def chart_of(marks: Sequence[Mark], axis: Axis) -> Chart | None:
    """Marks drawn in lanes; None where there is nothing to draw, or more lanes than anybody reads."""
    owed: dict[int, dict[int, list[Mark]]] = {}
    nobodys: dict[MarkKind, list[Mark]] = {}
    for mark in marks:
        if mark.commitment:
            lanes = owed.setdefault(mark.commitment.obligation_id, {})
            lanes.setdefault(mark.commitment.pk, []).append(mark)
        else:
            nobodys.setdefault(mark.kind, []).append(mark)
    silent = {key for key, lanes in owed.items() if all(map(is_quiet, lanes.values()))}
    quiet = [next(iter(owed.pop(key).values()))[0] for key in silent] if len(silent) < len(owed) else []
    if not marks or sum(map(len, owed.values())) > MOST_LANES:
        return None
    titles = {MarkKind.TRIGGER: _("What starts clocks"), MarkKind.EVENT: _("Events")}
    above = tuple(
        one_row(titles[kind], nobodys[kind], axis) for kind in titles if kind in nobodys
    )  # fmt: skip
    groups = sorted((group_of(lanes.values(), axis) for lanes in owed.values()), key=in_text)
    unsaid = sorted(
        (one.commitment.obligation for one in quiet if one.commitment), key=lambda one: (one.place, one.pk)
    )
    return Chart(axis, above, tuple(groups), tuple(unsaid), frozenset(mark.kind.value for mark in marks))


# Of a period: nothing was found, or it is not over.
UNSAID = {"p-no_finding", "p-running", "p-upcoming", "p-stopped"}


def is_quiet(marks: Iterable[Mark]) -> bool:
    return all(one.kind == MarkKind.PERIOD and one.tone in UNSAID for one in marks)


def in_text(group: Group) -> tuple[int, int]:
    return group.obligation.place, group.obligation.pk


def place_of(lane: Lane) -> tuple[str, int]:
    assert lane.commitment
    return alphabetical(lane.commitment.party), lane.commitment.pk


def group_of(lanes: Iterable[Sequence[Mark]], axis: Axis) -> Group:
    made = sorted(
        (lane_of(marks, axis) for marks in lanes),
        key=place_of,
    )
    assert made[0].commitment
    return Group(made[0].commitment.obligation, tuple(made))


def lane_of(marks: Sequence[Mark], axis: Axis) -> Lane:
    """The lane of one commitment, by its marks."""
    claims = [one for one in marks if one.kind in (MarkKind.CLAIM, MarkKind.OBSERVATION)]
    below = [one for one in marks if one.kind in (MarkKind.DUE, MarkKind.FINDING)]
    drawn = [
        *set_apart(claims, axis, ABOVE, APART_CLAIMS),
        *set_apart(below, axis, BELOW, APART),
    ]  # fmt: skip
    late = next((one.state for one in marks if one.kind == MarkKind.DUE and one.is_late), "")
    commitment = marks[0].commitment
    assert commitment
    return Lane(
        commitment,
        commitment.party.name,
        HEIGHT,
        tuple(bars_of(marks, axis)),
        tuple(drawn),
        in_words(f"{commitment.obligation.code}, {commitment.party.name}", marks),
        late,
    )


def one_row(title: str, marks: Sequence[Mark], axis: Axis) -> Lane:
    drawn = set_apart(marks, axis, ONE_ROW // 2, 0)
    return Lane(None, title, ONE_ROW, (), tuple(drawn), in_words(title, marks))


def in_words(name: str, marks: Iterable[Mark]) -> str:
    by_day = sorted(marks, key=lambda one: one.start)
    return f"{name}: {listed((words_of_mark(one) for one in by_day), '; ')}"


def words_of_mark(mark: Mark) -> str:
    """The whole of a mark: what a pointer or a screen reader is told."""
    what = "" if mark.commitment else mark.what
    return listed((mark.kind.label, what, days_of(mark), mark.state, mark.tier))


def days_of(mark: Mark) -> str:
    if mark.end is None or mark.end == mark.start:
        return day_in_words(mark.start)
    if mark.goes_on:
        return pgettext("a day", "since %(day)s") % {"day": day_in_words(mark.start)}
    return _("%(first)s to %(last)s") % {"first": day_in_words(mark.start), "last": day_in_words(mark.end)}


def bars_of(marks: Iterable[Mark], axis: Axis) -> Iterator[Bar]:
    heights = {
        MarkKind.PERIOD: (LINE - 2, 4),
        MarkKind.BREACH: (BELOW - 4, 8),
        MarkKind.UNDATED: (BELOW - 1, 2),
    }
    for one in marks:
        if one.kind not in heights or one.end is None:
            continue
        y, height = heights[one.kind]
        start = axis.x(one.start)
        width = max(axis.x(one.end) - start - (0.4 if one.kind == MarkKind.PERIOD else 0), 0.3)
        yield Bar(f"{start}%", f"{width:.2f}%", y, height, f"{one.kind.value} {one.tone}", words_of_mark(one))


def set_apart(marks: Iterable[Mark], axis: Axis, y: int, apart: int) -> Iterator[Drawn]:
    """Those that fall on one another side by side, the first at its true day; at the right edge the last."""
    together: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda one: (one.start, one.kind != MarkKind.DUE)):
        if together and apart and axis.x(mark.start) - axis.x(together[-1][0].start) < NEAR:
            together[-1].append(mark)
        else:
            together.append([mark])
    for group in together:
        shown, rest = group[:MOST_TOGETHER], len(group) - MOST_TOGETHER
        ends, is_at_edge = axis.ends_today(group), axis.x(group[0].start) > 100 - RIGHT - 8
        for at, mark in enumerate(shown):
            dx = -apart * (len(shown) - 1 - at) if is_at_edge or ends else apart * at
            is_last = at == len(shown) - 1
            level = mark.tone if mark.kind in (MarkKind.CLAIM, MarkKind.OBSERVATION) else ""
            dx -= CLAIMED if level and ends else 0
            yield Drawn(
                f"{axis.x(mark.start)}%",
                y,
                dx,
                use_of(mark),
                words_of_mark(mark),
                use(level),
                max(rest, 0) if is_last else 0,
            )


def use_of(mark: Mark) -> str:
    if mark.kind == MarkKind.FINDING:
        return use(mark.tone)
    if mark.kind in (MarkKind.CLAIM, MarkKind.OBSERVATION):
        return f"m{mark.by.mark}" if mark.by else "m8"
    return mark.kind.value


def use(tone: str) -> str:
    """The mark of the sprite for a level or for conduct."""
    return tone if not tone or tone.startswith("d") else f"c-{tone}"
