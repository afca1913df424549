"""A day as people write it in a cell: taken where it can be read in one way only."""

import re
from datetime import date

from django.utils.translation import gettext as _

# Day, month and year, as written where Albanian and Serbian are spoken; a full stop may follow the year.
WITH_DOTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})\.?", re.ASCII)
# Here the day comes first in some places, and the month in others.
IN_EITHER_ORDER = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})", re.ASCII)


def day_of(text: str) -> date:
    """Raises ValueError with a sentence that says why, and what to write."""
    days: list[date | None]
    if found := WITH_DOTS.fullmatch(text):
        day, month, year = map(int, found.groups())
        days = [day_in(year, month, day)]
    elif found := IN_EITHER_ORDER.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        days = [day_in(year, second, first), day_in(year, first, second)]
    else:
        days = [iso(text)]
    there = sorted({one for one in days if one})
    if not there:
        raise ValueError(_("Give a date, or write it as 2023-03-18 or 18.3.2023."))
    if len(there) > 1:
        told = _("“%(text)s” can be %(first)s or %(second)s: write it so.")
        raise ValueError(told % {"text": text, "first": there[0], "second": there[1]})
    return there[0]


def iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def day_in(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
