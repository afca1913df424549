"""Bars as SVG geometry: places and widths as attributes, tones as classes."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from obligations.status.filters import NO_FINDING, NOT_ASSESSABLE
from obligations.web.compliance.figures import PartyLevels


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar; `x` and `width` as SVG lengths in percent of the bar."""

    tone: str
    x: str
    width: str
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A party's deliverables by level. What has no finding stays empty, at the end."""

    of: PartyLevels
    segments: tuple[Segment, ...]
    summary: str


def bar(of: PartyLevels) -> Bar:
    total, start, segments, said = of.deliverables.n, 0, [], []
    for mark in of.levels:
        n = mark.number.n
        if not n:
            continue
        said.append(f"{mark.label.lower()} {n}")
        if mark.value != NO_FINDING:
            title = _("%(level)s: %(n)d of %(total)d") % {"level": mark.label, "n": n, "total": total}
            segments.append(Segment(tone(mark.value), percent(start, total), percent(n, total), title))
        start += n
    words = {"party": of.party.name, "levels": ", ".join(said) or _("no deliverables")}
    return Bar(of, tuple(segments), _("%(party)s: %(levels)s") % words)


def tone(value: str) -> str:
    return "ba" if value == NOT_ASSESSABLE else f"b{value}"


def percent(part: int, total: int) -> str:
    return f"{100 * part / total:.2f}%"
