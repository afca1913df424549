"""Places in a list: where a page ends, and the next one goes on, as an address writes it."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from obligations.deadlines.moment import INSTANT


class Part(NamedTuple):
    """How a value is written in the place of a row: whatever matches the pattern can be read."""

    pattern: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]


class WrongPlace(ValueError):
    """A text that is no place in a list; it says what to do."""


EPOCH = datetime(1800, 1, 1, tzinfo=UTC)
# In a place, `~` stands between two values: one in a text is written as `!-`, and `!` as `!!`.
ESCAPED = {"!!": "!", "!-": "~"}


def escape(text: str) -> str:
    return text.replace("!", "!!").replace("~", "!-")


def unescape(text: str) -> str:
    return re.sub("!.", lambda found: ESCAPED[found[0]], text)


def text_part(most: int, least: int = 1) -> Part:
    """Of texts with so many characters at most."""
    return Part(rf"(?:[^~!\x00]|![!-]){{{least},{most}}}", escape, unescape)


# Of what everybody may read alone: a number tells how many came before.
NUMBER = Part("[0-9]{1,18}", str, int)
# Of a change, which has a random key or one made of what it shows.
KEY = Part("[0-9A-Za-z_-]{18,200}", str, str)
# Of what the database keeps in half as many bytes.
SMALL_NUMBER = Part("[0-9]{1,9}", str, int)
TEXT, NAME = text_part(60), text_part(300)
# Days that there are, with a few that no text names.
DAYS = "(?:[1-9][0-9]{0,5}|[12][0-9]{6}|3[0-5][0-9]{5})"
DAY = Part(DAYS, lambda on: str(on.toordinal()), lambda text: date.fromordinal(int(text)))
AN_INSTANT = Part(
    "[0-9]{1,17}",
    lambda at: str((at - EPOCH) // INSTANT),
    lambda text: EPOCH + int(text) * INSTANT,
)


# What is told with the sign that puts the greatest first.
FALLING = Part("[0-9]{1,18}", lambda number: str(-number), lambda text: -int(text))

# How well a row fits: 0 to 1, told in the same way.
RANK = Part(r"[0-9]{1,2}(\.[0-9]{1,20})?(e-[0-9]{1,2})?", lambda rank: str(-rank), lambda text: -float(text))


def or_none(part: Part) -> Part:
    """Of what may be None, which is written as nothing."""
    return Part(
        f"(?:{part.pattern})?",
        lambda value: "" if value is None else part.write(value),
        lambda text: part.read(text) if text else None,
    )


def place_of(parts: Sequence[Part], values: Iterable[Any]) -> str:
    return "~".join(part.write(value) for part, value in zip(parts, values, strict=True))


def pattern_of(parts: Sequence[Part]) -> str:
    return "^" + "~".join(part.pattern for part in parts) + "$"


def values_at(place: str, parts: Sequence[Part]) -> list[Any]:
    if re.fullmatch(pattern_of(parts), place) is None:
        raise WrongPlace(_("Take the address of the next page as it is."))
    return [part.read(text) for part, text in zip(parts, place.split("~"), strict=True)]


def value_at(row: Any, path: str) -> Any:
    for name in path.removeprefix("-").split("__"):
        row = getattr(row, name)
    return row


def after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows of models that come later: a greater first column, or the same and a greater second, and so on. What begins
    with `-` goes down.
    """
    rule, same = Q(), Q()
    for name, value in zip(order, values, strict=True):
        column = name.removeprefix("-")
        rule |= same & Q(**{f"{column}__{'gt' if column == name else 'lt'}": value})
        same &= Q(**{column: value})
    return rule
