"""The timeline as SVG geometry: places and lengths as attributes, tones as classes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from obligations.deadlines.explain import day
from obligations.web.timeline.collected import Mark, MarkKind, Years
from obligations.web.timeline.geometry import (
    GAP,
    Extent,
    Placed,
    Scale,
    Tick,
    lanes_of,
    placed,
    scale_over,
    ticks,
)
from parties.models import Party

# Pixels: the whole width where nothing makes it wider, what stays free at the left, and what a year has at least.
WIDTH, LEFT, A_YEAR = 1120.0, 20.0, 46.0
AXIS, TITLE, FOOT = 30.0, 26.0, 22.0
LANE, PERIOD_LANE = 24.0, 19.0
HALF = 6.0  # of a mark of one day
BAR = {MarkKind.BREACH: 8.0, MarkKind.PERIOD: 9.0, MarkKind.UNDATED: 3.0}
PART = 0.6  # of a bar that is filled in part
# Characters of a label, and of the code of an obligation.
LONGEST, LONGEST_CODE = 38, 26
# More than this can nobody read at once.
MOST = 300


@dataclass(frozen=True, slots=True)
class Shape:
    """One mark. Lengths are SVG numbers; `label` stands at one mark of what shares a lane.

    A period that was kept with incidents is filled in part, as its mark is elsewhere.
    """

    kind: str
    tone: str
    href: str
    title: str
    x: str
    y: str
    width: str = ""
    height: str = ""
    part_y: str = ""
    part_height: str = ""
    label: str = ""
    label_x: str = ""
    label_y: str = ""
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the chart with its title; of one party where it has one."""

    title: str
    party: Party | None
    y: str
    text_y: str
    shapes: list[Shape]


@dataclass(frozen=True, slots=True)
class AxisMark:
    x: str
    label: str
    is_year: bool


@dataclass(frozen=True, slots=True)
class Chart:
    width: str
    height: str
    foot: str
    axis: list[AxisMark]
    bands: list[Band]
    now_x: str
    now_label: str


def chart_of(marks: Sequence[Mark], years: Years, now: date, is_past: bool) -> Chart | None:
    """None where there is nothing to draw, or more than can be read. `now` is the day spoken of, or today."""
    items = {name: things(group) for name, group in bands_of(marks)}
    if not items or sum(len(one) for one in items.values()) > MOST:
        return None
    days = [years.nearest(day) for mark in marks for day in (mark.start, mark.end or mark.start)]
    beside = room_beside(marks)
    is_now = years.since <= now.year <= years.until
    scale = scale_over([*days, now] if is_now else days, LEFT, WIDTH - LEFT - beside, A_YEAR)
    right = LEFT + scale.width + beside
    top, bands = AXIS, []
    for (title, party), rows in items.items():
        places = placed([extent(row, scale) for row in rows], right)
        lane = PERIOD_LANE if in_periods(rows[0][0]) else LANE
        shapes = [
            shape
            for row, place in zip(rows, places, strict=True)
            for shape in shapes_of(row, place, scale, top + TITLE + lane * (place.lane + 0.5))
        ]
        bands.append(Band(title, party, number(top), number(top + TITLE - 9), shapes))
        top += TITLE + lane * lanes_of(places) + 8
    return Chart(
        width=number(right),
        height=number(top + FOOT),
        foot=number(top),
        axis=axis(scale),
        bands=bands,
        now_x=number(scale.x(now)) if is_now else "",
        now_label=_("as of %(day)s") % {"day": day(now)} if is_past else _("today"),
    )


def room_beside(marks: Iterable[Mark]) -> float:
    """The room at the right for the codes of what reaches to the end of the axis."""
    codes = [Extent(0, 0, named(mark)).label_width for mark in marks if mark.commitment]
    return max(codes, default=0.0) + 2 * GAP


Name = tuple[str, Party | None]


def bands_of(marks: Iterable[Mark]) -> list[tuple[Name, list[Mark]]]:
    """What starts clocks; then each party by its name, what is due before what is reviewed; then what happened, which
    may be much.
    """
    found: dict[tuple[int, str, int], tuple[Name, list[Mark]]] = {}
    for mark in marks:
        party = mark.party
        if party is None:
            is_trigger = mark.kind == MarkKind.TRIGGER
            title = _("What starts clocks") if is_trigger else _("Events")
            key = (0 if is_trigger else 2, "", 0)
        else:
            periods = in_periods(mark)
            words = _("%(party)s: periods") if periods else _("%(party)s: due dates, findings and breaches")
            title, key = words % {"party": party.name}, (1, party.name.casefold(), int(periods))
        found.setdefault(key, ((title, party), []))[1].append(mark)
    return [found[key] for key in sorted(found)]


def in_periods(mark: Mark) -> bool:
    """What was found of what lasts stands on its periods."""
    lasts = mark.commitment is not None and mark.commitment.obligation.lasts
    return mark.kind == MarkKind.PERIOD or (mark.kind == MarkKind.FINDING and lasts)


def things(marks: Iterable[Mark]) -> list[list[Mark]]:
    """The marks by what they are of: those of one commitment together, in the order of the text; all others alone."""
    rows: dict[object, list[Mark]] = {}
    for at, mark in enumerate(marks):
        rows.setdefault(("of", mark.commitment.pk) if mark.commitment else at, []).append(mark)
    return sorted(
        rows.values(), key=lambda row: row[0].commitment.obligation.place if row[0].commitment else 0
    )


def extent(row: Sequence[Mark], scale: Scale) -> Extent:
    starts = [left(mark, scale) for mark in row]
    return Extent(min(starts), max(end(mark, scale) for mark in row), named(row[0]))


def left(mark: Mark, scale: Scale) -> float:
    return scale.x(mark.start) - (0 if mark.end else HALF)


def end(mark: Mark, scale: Scale) -> float:
    """Where it ends; a bar is seen also where it is of a day or two."""
    return max(scale.x(mark.end), scale.x(mark.start) + 3) if mark.end else scale.x(mark.start) + HALF


def shapes_of(row: Sequence[Mark], place: Placed, scale: Scale, middle: float) -> Iterable[Shape]:
    """Bars below the marks of one day, so that a due date is seen on the breach that begins there."""
    for mark in sorted(row, key=lambda one: one.end is None):
        height = BAR.get(mark.kind, 0)
        is_named, is_in_part = mark is row[0], mark.tone == "p-kept_with_incidents"
        yield Shape(
            kind=mark.kind.value,
            tone=f"{mark.tone} goes-on" if mark.goes_on else mark.tone,
            href=mark.href,
            title=in_words(mark),
            x=number(scale.x(mark.start)),
            y=number(middle - height / 2),
            width=number(end(mark, scale) - scale.x(mark.start)) if mark.end else "",
            height=number(height) if height else "",
            part_y=number(middle - height / 2 + height * (1 - PART)) if is_in_part else "",
            part_height=number(height * PART) if is_in_part else "",
            label=named(mark) if is_named else "",
            label_x=number(place.label_x),
            label_y=number(middle + 4),
            anchor="end" if place.ends_there else "start",
        )


def in_words(mark: Mark) -> str:
    """The whole of it: what a pointer or a screen reader is told."""
    who = [mark.party.name] if mark.party else []
    parts = [f"{mark.kind.label}: {mark.what}", *who, days_of(mark), mark.state, mark.tier]
    return ", ".join(str(part) for part in parts if part)


def days_of(mark: Mark) -> str:
    if mark.end is None or mark.end == mark.start:
        return day(mark.start)
    if mark.goes_on:
        return _("since %(day)s") % {"day": day(mark.start)}
    return _("%(first)s to %(last)s") % {"first": day(mark.start), "last": day(mark.end)}


def axis(scale: Scale) -> list[AxisMark]:
    """Years, and between them the months by their name; the first one with its year."""
    return [
        AxisMark(number(tick.x), label(tick, is_first=at == 0), tick.is_year)
        for at, tick in enumerate(ticks(scale))
    ]


def label(tick: Tick, is_first: bool) -> str:
    if tick.is_year:
        return str(tick.day.year)
    return date_format(tick.day, "M Y" if is_first else "M")


def named(mark: Mark) -> str:
    """Its name on the chart, cut where it is long: the title has the whole of it."""
    longest = LONGEST_CODE if mark.commitment else LONGEST
    text = mark.short
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def number(length: float) -> str:
    """As SVG writes it, whatever the language of the page."""
    return f"{length:.1f}".removesuffix(".0")
