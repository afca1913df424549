"""The years that a timeline shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from obligations.web.timeline.marks import Mark, MarkKind


@dataclass(frozen=True, slots=True)
class Years:
    """From the first of January of `since` to the end of `until`; `offered` are those that something is of."""

    since: int
    until: int
    offered: tuple[int, ...] = ()

    def has(self, mark: Mark) -> bool:
        return mark.start.year <= self.until and (mark.end or mark.start).year >= self.since

    def nearest(self, day: date) -> date:
        """The day, or the nearest of these years."""
        return min(max(day, date(self.since, 1, 1)), date(self.until, 12, 31))


class YearError(ValueError):
    """A year that is none; the message says what to do."""


def years_of(marks: Sequence[Mark], today: date, since: str, until: str) -> Years:
    """Those asked for; left out, from the first year in which more than a review period is, to the last of all.

    Duties that are older than what is told of them would otherwise push everything else to the edge.
    """
    days = [day for mark in marks for day in (mark.start, mark.end or mark.start)]
    happened = [mark.start.year for mark in marks if mark.kind != MarkKind.PERIOD]
    all_years = sorted({day.year for day in days} | {today.year})
    first = year(since) or min(happened or all_years)
    last = year(until) or max(all_years[-1], first)
    if first > last:
        raise YearError(_("Years: the first is after the last."))
    return Years(first, last, tuple(range(all_years[0], all_years[-1] + 1)))


def year(given: str) -> int | None:
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) == 4 and int(given) >= 1900):
        raise YearError(_("Years: there is no year “%(value)s”.") % {"value": given})
    return int(given)
