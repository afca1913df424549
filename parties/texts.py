"""What a text and a day may be that people give: one table of limits, one check, one sentence for each fault.

Commands ask `text_errors` and `day_error`; columns, forms, the API's bodies, sheets and packs take their limits from
here, so that none of them promises what another one refuses.
"""

import unicodedata
from collections.abc import Container
from datetime import date
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# A text of ours: one to be translated when it is shown, or one that is.
if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as StrOrPromise
else:
    StrOrPromise = str | Promise

# The time zones that people and packs may choose are of an area and a city, and UTC. The system's database holds
# more: what this machine is set to (`localtime`), abbreviations that name no rule for long, and fixed differences
# whose signs are the other way round (`Etc/GMT+2`).
AREAS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)


@cache
def zones() -> tuple[str, ...]:
    """In alphabetical order."""
    return tuple(
        sorted(one for one in available_timezones() if one == "UTC" or one.partition("/")[0] in AREAS)
    )


def is_zone(name: str) -> bool:
    return name in zones()


# By the name of the field, in characters.
LIMITS: dict[str, int] = {
    "reason": 20_000,
    "words": 20_000,
    "quote": 20_000,
    "source": 500,
    "title": 300,
    "name": 300,
    "origin": 300,
    "line": 300,  # of a pack: titles, labels, names
    "text": 5_000,  # of a pack: paragraphs and notes
    "code": 60,  # of whatever is named by a code or a key
    "language": 16,
    "url": 2_000,
    "email": 254,
}
FIRST_YEAR, LAST_YEAR = 1900, 2999
# Texts that a pack names are older than any clock.
FIRST_YEAR_OF_TEXTS = 1800
# Days off are computed year by year, and nobody counts by those of a far century.
LAST_YEAR_OF_CALENDARS = 2200

# What no column of the database holds: NUL, and halves of characters.
UNSTORABLE = frozenset("\x00") | frozenset(map(chr, range(0xD800, 0xE000)))
# Letters by their class that show nothing: the fillers of Hangul, and the empty pattern of Braille.
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Of several lines; all others are told on one.
PARAGRAPHS = ("reason", "words", "quote", "text")
# What turns the direction of text and is not seen, each with what ends it.
TURNS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")
ENDS = frozenset(TURNS.values())
MISSING = {
    "title": gettext_lazy("Give it a title."),
    "name": gettext_lazy("Say what it is called."),
    "words": gettext_lazy("Say it in words."),
    "quote": gettext_lazy("Quote the words that you rely on: the page may change or go."),
    "reason": gettext_lazy("Say why: the record keeps it."),
    "source": gettext_lazy("Say where it is told: an address, or a document and its date."),
}


def tidy(text: str) -> str:
    """The text as it is stored: without white space around it, and with one character for the end of a line."""
    return text.replace("\r\n", "\n").strip()


def is_blank(text: str) -> bool:
    """Whether there is nothing to be seen in it: white space, control and zero-width characters, marks on nothing."""
    return all(character in FILLERS or unicodedata.category(character)[0] in "ZCM" for character in text)


def is_storable(text: str) -> bool:
    return UNSTORABLE.isdisjoint(text)


def turns(text: str) -> bool:
    """Whether its direction is turned, as in a name that reads otherwise than it is written."""
    return any(character in TURNS or character in ENDS for character in text)


def turns_what_follows(text: str) -> bool:
    """Whether in one of its lines it is turned and not turned back, or the other way round."""
    for line in text.splitlines():
        waited: list[str] = []
        for character in line:
            if character in TURNS:
                waited.append(TURNS[character])
            elif character in ENDS and (not waited or waited.pop() != character):
                return True
        if waited:
            return True
    return False


def text_error(name: str, text: str, *, needed: bool = False) -> str:
    """What is wrong with a text in the field `name` of `LIMITS`, as a sentence; empty where nothing is."""
    if not is_storable(text):
        return _("The text holds a character that cannot be kept (NUL, or half of a character): remove it.")
    if len(text) > LIMITS[name]:
        most = number_format(LIMITS[name], force_grouping=True)
        if name == "source":
            return _("At most %(most)s characters; give the address, and the words in the reason.") % {
                "most": most
            }
        return _("At most %(most)s characters.") % {"most": most}
    if is_blank(text):
        if needed:
            return str(MISSING[name])
        if text.strip():
            return _("The text holds only characters that cannot be seen: write it, or leave it out.")
    elif turns_what_follows(text) if name in PARAGRAPHS else turns(text):
        return _(
            "The text holds a hidden character that turns its direction (U+202A to U+202E, U+2066 to U+2069):"
            " remove it."
        )
    return ""


def text_errors(needed: Container[str] = (), /, **texts: str) -> dict[str, str]:
    """Sentences by field, for texts by the names of `LIMITS`. Those that are `needed` have to say something."""
    errors = {name: text_error(name, text, needed=name in needed) for name, text in texts.items()}
    return {name: error for name, error in errors.items() if error}


def day_error(day: date | None, last_year: int = LAST_YEAR) -> str:
    """What is wrong with a day that is no day of a treaty's time; empty where nothing is, or no day is given."""
    if day is None or FIRST_YEAR <= day.year <= last_year:
        return ""
    return _("Give a day from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": last_year}


def day_errors(**days: date | None) -> dict[str, str]:
    """Sentences by field."""
    return {name: error for name, day in days.items() if (error := day_error(day))}
