"""Named periods: a year, and its halves, quarters, months and weeks."""

import re
from collections.abc import Mapping
from datetime import date

from dateutil.relativedelta import relativedelta

from obligations.deadlines.terms import Terms, TermsError
from parties.texts import FIRST_YEAR, LAST_YEAR

NAMED = re.compile(r"(?P<year>\d{4})(?:-(?P<part>H|Q|W|)(?P<number>\d{1,2}))?", re.ASCII)
# How many months a part has, and how many of it a year has.
PARTS: Mapping[str, tuple[int, int]] = {"H": (6, 2), "Q": (3, 4), "": (1, 12)}


def period_end(terms: Terms) -> date:
    """The last day of the period that `terms` names. Weeks are those of ISO 8601 and end on a Sunday."""
    given = terms.get("period")
    wrong = TermsError(
        f"period must be such as 2024, 2024-H1, 2024-Q2, 2024-05 or 2024-W12, between {FIRST_YEAR} and {LAST_YEAR}, "
        f"not {given!r}"
    )
    found = NAMED.fullmatch(name_of(terms))
    if not found or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
        raise wrong
    year, part = int(found["year"]), found["part"]
    if part is None:
        return date(year, 12, 31)
    number = int(found["number"])
    if len(found["number"]) != (1 if part in ("H", "Q") else 2):
        raise wrong
    if part == "W":
        try:
            return date.fromisocalendar(year, number, 7)
        except ValueError:
            raise wrong from None
    months, most = PARTS[part]
    if not 1 <= number <= most:
        raise wrong
    return date(year, 12, 31) - relativedelta(months=12 - months * number)


def name_of(terms: Terms) -> str:
    """The period as text: a bare year may stand in a pack as a number."""
    given = terms.get("period")
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    return given if isinstance(given, str) else ""
