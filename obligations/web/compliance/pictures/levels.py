"""Levels over time: one picture for each party, on the same axes."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from obligations.status.filters import NO_FINDING, NOT_ASSESSABLE
from obligations.web.compliance.marks import word_of
from obligations.web.compliance.pictures.canvas import LETTER, Picture
from obligations.web.compliance.series import PartySeries, Series
from obligations.words.method import LEVELS_SHOWN
from obligations.words.numbers import amount

LEFT, TOP, BOTTOM = 6.0, 10.0, 158.0
APART = 13.0
# Where the axes end at the most and the least, and how many letters of a label stand in one line.
RIGHT_MOST, RIGHT_LEAST, ONE_LINE = 72.0, 48.0, 18
# From the bottom up. What has no finding stays empty, below the line of all that is owed.
STACKED = ("3", "2", "1", "0", NOT_ASSESSABLE)
LABELS = dict(LEVELS_SHOWN)
TICKS = 4
# So many years are written below.
YEARS = 5


class Axes(NamedTuple):
    """Where a day and a number stand."""

    across: Callable[[date], float]
    up: Callable[[float], float]
    ticks: list[int]
    right: float


def axes_of(series: Series) -> Axes:
    whole, ticks, right = max((series.last - series.first).days, 1), ticks_up_to(series.top), right_end()
    return Axes(
        lambda day: LEFT + (right - LEFT) * (day - series.first).days / whole,
        lambda n: BOTTOM - (BOTTOM - TOP) * n / ticks[-1],
        ticks,
        right,
    )


def right_end() -> float:
    """Behind it stand the words of the levels with their numbers, which are longer in some languages: none is cut."""
    longest = max(len(line) for label in LABELS.values() for line in lines_of(f"{label} 99"))
    return max(RIGHT_LEAST, min(RIGHT_MOST, 99 - LETTER * longest))


def lines_of(label: str) -> list[str]:
    """A label in one line, or in two that are about as long: its number stays with its last word."""
    breaks = [at for at, sign in enumerate(label) if sign == " "][:-1]
    if len(label) <= ONE_LINE or not breaks:
        return [label]
    at = min(breaks, key=lambda one: max(one, len(label) - one))
    return [label[:at], label[at + 1 :]]


def ticks_up_to(top: int) -> list[int]:
    """Whole numbers from 0 to `top` or just above."""
    steps = (part * 10**power for power in range(12) for part in (1, 2, 5))
    step = next(one for one in steps if one * TICKS >= top)
    return list(range(0, max(top, 1) + step, step))[: -(-max(top, 1) // step) + 1]


def levels_picture(series: Series, own: PartySeries) -> Picture:
    picture, axes = Picture("levels", 180, levels_in_words(series, own)), axes_of(series)
    for n in axes.ticks:
        picture.line("grid", LEFT, axes.right, axes.up(n), axes.up(n))
        picture.words(amount(n), LEFT - 1, axes.up(n) + 4, "end")
    for level in STACKED:
        for first, until, below, n in bands(own, level, series.last):
            words = {"level": word_of(level), "n": amount(n), "day": date_format(first)}
            x, top = axes.across(first), axes.up(below + n)
            look = "ba" if level == NOT_ASSESSABLE else f"b{level}"
            # Translators: so many deliverables stand at a level, from a day on.
            said = _("%(level)s: %(n)s, from %(day)s") % words
            picture.box(look, x, axes.across(until) - x, top, axes.up(below) - top, said)
    for first, until, _below, total in bands(own, "", series.last):
        picture.line("base dotted", axes.across(first), axes.across(until), axes.up(total), axes.up(total))
    picture.line("base", LEFT, axes.right, BOTTOM, BOTTOM)
    labels_at_the_data(picture, own.on(series.last), axes)
    for year in range(
        series.first.year, series.last.year + 1, (series.last.year - series.first.year) // YEARS + 1
    ):
        x = axes.across(date(year, 1, 1))
        picture.line("grid", x, x, BOTTOM, BOTTOM + 5)
        picture.words(str(year), x, BOTTOM + 17)
    return picture


def bands(own: PartySeries, level: str, last: date) -> Iterator[tuple[date, date, int, int]]:
    """Where a level stands in the stack as long as nothing of it changes: from, until, above how many, how many.

    Without a level, all that is owed.
    """
    ends = [*(step.day for step in own.steps[1:]), last][: len(own.steps)]
    for (below, n), steps in groupby(
        zip(own.steps, ends, strict=True), key=lambda pair: height_of(pair[0].levels, level)
    ):
        spans = list(steps)
        if n:
            yield spans[0][0].day, spans[-1][1], below, n


def height_of(levels: Mapping[str, int], level: str) -> tuple[int, int]:
    """How many stand below a level, and at it."""
    if not level:
        return 0, sum(levels.values())
    return sum(levels.get(one, 0) for one in STACKED[: STACKED.index(level)]), levels.get(level, 0)


def labels_at_the_data(picture: Picture, levels: Mapping[str, int], axes: Axes) -> None:
    """The number and the word of each level, beside its place at the end; as far apart as can be read."""
    below, last = 0, BOTTOM + 4 + APART
    for level in (*STACKED, NO_FINDING):
        if n := levels.get(level, 0):
            lines = lines_of(f"{LABELS[level]} {amount(n)}")
            middle, more = axes.up(below + n / 2) + 4, APART * (len(lines) - 1)
            last = min(middle + more / 2, last - APART) - more
            for at, line in enumerate(lines):
                picture.words(line, axes.right + 1.2, last + at * APART)
            below += n


def levels_in_words(series: Series, own: PartySeries) -> str:
    now = own.on(series.last)
    said = [f"{label}: {amount(now[value])}" for value, label in LABELS.items() if now.get(value)]
    words = {
        "party": own.party.name,
        "first": date_format(series.first),
        "last": date_format(series.last),
        "levels": ", ".join(said) or _("no deliverables"),
    }
    return _("%(party)s, deliverables by level, %(first)s to %(last)s. On the last day: %(levels)s.") % words
