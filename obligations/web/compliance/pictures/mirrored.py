"""Mirrored pictures: party, middle, party. With another number of parties, each has a line of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.web.compliance.marks import Gap, Late, Pair, Sides, in_one
from obligations.web.compliance.pictures.canvas import DIGIT, Picture
from obligations.words.numbers import amount
from parties.models import Party


class Panel(NamedTuple):
    """Where a party's marks stand: they start at `start` and go on `outwards`, 1 to the right and -1 to the left."""

    start: float
    outwards: int
    length: float

    def at(self, share: float) -> float:
        return self.start + self.outwards * self.length * share

    def most(self, words: str) -> float:
        """The share at which the longest bar ends, so that its words behind it are not cut on a phone."""
        beside = self.start if self.outwards < 0 else 100 - self.start
        return min(0.76, (beside - GAP - DIGIT * len(words)) / self.length)


# Between a bar and its words.
GAP = 1.2
MIDDLE = (Panel(38, -1, 36), Panel(62, 1, 36))
ALONE = Panel(34, 1, 62)
# Below its name, which may be long.
BELOW = Panel(1, 1, 95)


def panels(sides: Sides) -> list[tuple[Party, Panel]]:
    if sides.are_two:
        return list(zip(sides.parties, MIDDLE, strict=True))
    return [(party, ALONE) for party in sides.parties]


def heads(picture: Picture, sides: Sides, middle: str) -> None:
    """The names of two parties above their halves, the mark towards the middle."""
    if not sides.are_two:
        return
    for party, panel in panels(sides):
        picture.words(party.name, panel.at(0.06), 15, "strong end" if panel.outwards < 0 else "strong")
        picture.mark(f"m{party.mark}", panel.at(0.02), 11)
    picture.words(middle, 50, 15, "mid")


T = TypeVar("T")


@dataclass(frozen=True)
class Placed(Generic[T]):
    """What is shown of a party in a mirrored picture: where, and how far down."""

    party: Party
    panel: Panel
    y: float
    shown: T


HEAD = 26.0


def rows_down(
    picture: Picture, pairs: Sequence[Pair[T]], sides: Sides, row: float, second: Callable[[Pair[T]], str]
) -> list[Placed[T]]:
    """The names of obligations, each on its row, with a second line below; and where its parties' marks stand.

    The second line may be wider than the middle: it stands below the bars, across none.
    """
    if len(sides.parties) > 2:
        return rows_by_name(picture, pairs, sides, row, second)
    placed: list[Placed[T]] = []
    look, x = ("mid", 50.0) if sides.are_two else ("", 0.0)
    for pair in pairs:
        y, below = picture.height, second(pair)
        picture.words(pair.code, x, y + (row / 2 - 2 if below else row / 2 + 4), f"strong {look}", pair.href)
        if below:
            picture.words(below, x, y + row / 2 + 15, look)
        own = zip(panels(sides), pair.of, strict=True)
        placed += [Placed(party, panel, y + row / 2, one) for (party, panel), one in own if one]
        picture.height = y + row + (0 if sides.are_two else 4)
    return placed


def rows_by_name(
    picture: Picture, pairs: Sequence[Pair[T]], sides: Sides, row: float, second: Callable[[Pair[T]], str]
) -> list[Placed[T]]:
    """Of more than two parties: the obligation, and below it each of them by name. In a high row its marks stand below
    the name.
    """
    placed: list[Placed[T]] = []
    is_high, y = row > NAME_HEIGHT * 2, picture.height
    for pair in pairs:
        picture.words(pair.code, 0, y + 14, "strong", pair.href)
        picture.words(second(pair), 96, y + 14, "end")
        y += NAME_HEIGHT
        for (party, panel), one in zip(panels(sides), pair.of, strict=True):
            if one:
                middle = y + (NAME_HEIGHT / 2 if is_high else row / 2)
                picture.mark(f"m{party.mark}", 1.4, middle)
                picture.words(party.name, 3.6, middle + 4)
                placed.append(
                    Placed(party, BELOW if is_high else panel, y + row - 10 if is_high else middle, one)
                )
                y += row
        y += 4
    picture.height = y
    return placed


NAME_HEIGHT = 17.0


def late_picture(pairs: Sequence[Pair[Late]], sides: Sides) -> Picture:
    if sides.are_many:
        pairs, sides = in_one(pairs)
    picture = Picture("late", HEAD if sides.are_two else 0, late_in_words(pairs, sides))
    heads(picture, sides, _("Due"))
    longest = max((one.days for pair in pairs for one in pair.shown), default=1)
    for one in rows_down(picture, pairs, sides, 40, due_in_words):
        party, panel, y, shown = one.party, one.panel, one.y, one.shown
        end = panel.at(panel.most(amount(longest)) * shown.days / longest)
        said = f"{party.name}: {days_in_words(shown)}"
        picture.bar("late-bar" if shown.is_late else "late-soft", panel.start, end, y, said)
        look = "end" if panel.outwards < 0 else ""
        tone = "warm " if shown.is_late else ""
        picture.words(amount(shown.days), end + panel.outwards * GAP, y + 4, tone + look)
    return picture


def due_in_words(pair: Pair[Late]) -> str:
    """When it was due, where all are bound to the same day."""
    days = {one.since for one in pair.shown}
    day = days.pop() if len(days) == 1 else None
    if day:
        return date_format(day)
    return _("at once") if any(not one.is_late for one in pair.shown) else ""


def days_in_words(one: Late) -> str:
    if one.is_count:
        said = ngettext("%(days)s commitment", "%(days)s commitments", one.days)
    elif one.is_late:
        said = ngettext("%(days)s day late", "%(days)s days late", one.days)
    else:
        said = ngettext("%(days)s day since it was to begin", "%(days)s days since it was to begin", one.days)
    return said % {"days": amount(one.days)}


def late_in_words(pairs: Sequence[Pair[Late]], sides: Sides) -> str:
    said = [
        f"{pair.code}, {party.name}: {days_in_words(one)}"
        for pair in pairs
        for party, one in zip(sides.parties, pair.of, strict=True)
        if one
    ]
    return "; ".join(said) or _("Nothing is late.")


STEPS = 3


def claims_picture(pairs: Sequence[Pair[Gap]], sides: Sides) -> Picture:
    """How far the newest claims are from what was found: the party's own as its mark, another's as a dot."""
    picture = Picture("claims", HEAD + 32, claims_in_words(pairs, sides))
    heads(picture, sides, "")
    named = panels(sides) if sides.are_two else panels(sides)[:1]
    for _party, panel in named:
        for step in range(-STEPS, STEPS + 1):
            # On a phone every second one has its number.
            look = "mid odd" if step % 2 else "mid"
            picture.words(f"{step:+d}" if step else "0", at_step(panel, step), HEAD + 25, look)
    picture.words(
        _("levels above the finding"), 50 if sides.are_two else 0, HEAD + 9, "mid" if sides.are_two else ""
    )
    rows = rows_down(picture, pairs, sides, 24, lambda _pair: "")
    for _party, panel in named:
        for step in range(-STEPS, STEPS + 1):
            x = at_step(panel, step)
            picture.items.insert(0, vertical("grid" if step else "base zero", x, HEAD + 30, picture.height))
    for one in rows:
        party, panel, y, shown = one.party, one.panel, one.y, one.shown
        steps = [step for step in (shown.own, shown.other) if step is not None]
        lowest, highest = min([0, *steps]), max([0, *steps])
        picture.line("gap", at_step(panel, lowest), at_step(panel, highest), y, y)
        if shown.other is not None:
            picture.dot(at_step(panel, shown.other), y, _("claimed by another party"))
        if shown.own is not None:
            picture.mark(f"m{party.mark}", at_step(panel, shown.own), y, _("claimed by the party itself"))
    return picture


def vertical(look: str, x: float, top: float, bottom: float) -> SafeString:
    picture = Picture("", 0, "")
    picture.line(look, x, x, top, bottom)
    return picture.items[0]


def at_step(panel: Panel, step: int) -> float:
    """Outwards from the middle, from the lowest to the highest."""
    return panel.at(0.08 + 0.84 * (step + STEPS) / (2 * STEPS))


def claims_in_words(pairs: Sequence[Pair[Gap]], sides: Sides) -> str:
    said = []
    for pair in pairs:
        for party, one in zip(sides.parties, pair.of, strict=True):
            if one and (one.own or one.other):
                own = _("the party's own claim: %(steps)s") % {"steps": steps_in_words(one.own)}
                other = _("another's claim: %(steps)s") % {"steps": steps_in_words(one.other)}
                told = [text for text, step in ((own, one.own), (other, one.other)) if step is not None]
                said.append(f"{pair.code}, {party.name}: {', '.join(told)}")
    return "; ".join(said) or _("No claim differs from what was found.")


def steps_in_words(steps: int | None) -> str:
    if not steps:
        return _("agrees with the finding")
    n = abs(steps)
    above = ngettext("%(n)d level above the finding", "%(n)d levels above the finding", n)
    below = ngettext("%(n)d level below the finding", "%(n)d levels below the finding", n)
    return (above if steps > 0 else below) % {"n": n}
