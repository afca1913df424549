"""Reading the terms of a rule: a mapping as the pack gives it, and errors that say what is wrong with it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from parties.texts import FIRST_YEAR, LAST_YEAR, day_error

Terms = Mapping[str, Any]


class TermsError(ValueError):
    """Terms that a rule cannot read; the message says which and what it wants."""


def only(terms: Terms, *known: str) -> None:
    """TermsError where `terms` has others than the `known` ones. A qualifier is words for the reader, in any."""
    if unknown := set(terms) - {"qualifier", *known}:
        raise TermsError(f"unknown terms: {', '.join(sorted(unknown))}")


def whole(terms: Terms, name: str, most: int) -> int:
    """The whole number `name`, from 1 to `most`."""
    number = terms.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise TermsError(f"{name} must be a whole number from 1 to {most}, not {number!r}")
    return number


def day(terms: Terms, name: str) -> date:
    """The day `name`, a date or its text, between 1900 and 2999."""
    given = terms.get(name)
    if isinstance(given, str):
        try:
            given = date.fromisoformat(given)
        except ValueError:
            raise TermsError(f"{name} must be a day such as 2023-04-17, not {given!r}") from None
    if not isinstance(given, date) or isinstance(given, datetime) or day_error(given):
        raise TermsError(f"{name} must be a day between {FIRST_YEAR} and {LAST_YEAR}, not {given!r}")
    return given
