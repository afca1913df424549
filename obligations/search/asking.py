"""What people type into the field, as a question to the database, and text as it is compared.

Words are all to be there, in any form of theirs; `"words in quotes"` as they stand; `-word` is not to be there; `OR`
parts what may be there instead. The last word may be the beginning of one, and what hangs together by other signs, as a
code or an address does, stays together. Nothing that can be typed is an error of the database.

Forms are those of English and Serbian, by the stemmers that PostgreSQL has; it has none of Albanian, where the
beginning of the last word finds other endings.

Text is compared without diacritics, with Cyrillic in Latin letters, d for đ and dj, and spaces for what is no letter or
digit. The database does the same in its function `search_fold`, which the words of all rows come from: who changes one
changes the other, by a migration that makes the columns `words` anew.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable
from django.utils.translation import gettext as _

PLAIN = {
    **dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgddezzijklmnoprstcufhccs", strict=True)),
    **dict(zip("АБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШ", "ABVGDDEZZIJKLMNOPRSTCUFHCCS", strict=True)),
    # The letters that are often typed for đ and Đ, Icelandic and African ones, look the same.
    **dict(zip("đĐðÐɖƉłŁøØħĦŧŦı", "dDdDdDlLoOhHtTi", strict=True)),
    **dict.fromkeys("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", " "),
    # Typographic dashes, quotes, dots and the fraction slash.
    **dict.fromkeys(
        "\u2010\u2011\u2012\u2013\u2014\u2015\u2018\u2019\u201a\u201b\u201c"
        "\u201d\u201e\u2039\u203a\u00ab\u00bb\u2022\u00b7\u2026\u2044",
        " ",
    ),
    **{"љ": "lj", "Љ": "Lj", "њ": "nj", "Њ": "Nj", "џ": "dz", "Џ": "Dz"},
    **{
        "\u0455": "dz",
        "\u0405": "Dz",
        "ß": "ss",
        "ẞ": "SS",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
        "þ": "th",
        "Þ": "Th",
    },
}
# Accents that stand alone, and marks of direction and of breaking that nobody sees.
DROPPED = (
    (0x300, 0x36F),
    (0xAD, 0xAD),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2060),
    (0xFEFF, 0xFEFF),
)


@dataclass(frozen=True, slots=True)
class Folded:
    """`at` has, for each character of `text`, the place in the original that it came from."""

    text: str
    at: list[int]


DJ = re.compile("[dD]([jJ])")


def folded(text: str) -> Folded:
    """Where there is no đ to type, some write dj and some d: all three are d."""
    letter_by_letter = [(part, place) for place, character in enumerate(text) for part in letters(character)]
    doubled = {pair.start(1) for pair in DJ.finditer("".join(part for part, _place in letter_by_letter))}
    left = [pair for number, pair in enumerate(letter_by_letter) if number not in doubled]
    return Folded("".join(part for part, _place in left), [place for _part, place in left])


def letters(character: str) -> str:
    if character.isascii():
        return PLAIN.get(character, character)
    parts = unicodedata.normalize("NFKD", character)
    return "".join(PLAIN.get(part, part) for part in parts if not is_dropped(part))


def is_dropped(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in DROPPED)


def fold(text: str) -> str:
    return folded(text).text


LONGEST, MOST_WORDS = 200, 16
SHORTEST_BEGINNING = 3  # letters; fewer begin too many words
TOKEN = re.compile(r'-?"[^"]*"?|\S+')
AS_WRITTEN = "simple"


class CannotAsk(ValueError):
    """A sentence that says why nothing can be looked for, and what to do."""


class AnyForm(SearchQuery):
    """Words side by side in any form, by the function `search_forms` of the database."""

    def __init__(self, text: str) -> None:
        super().__init__(text, search_type="phrase")
        self.function = "search_forms"


@dataclass(frozen=True, slots=True)
class Part:
    """Words that stand side by side; a single one for most. `exact`: as they stand, and not in other forms."""

    words: tuple[str, ...]
    exact: bool = False
    unwanted: bool = False
    may_go_on: bool = False

    @property
    def query(self) -> Any:
        text = " ".join(self.words)
        as_written = SearchQuery(text, config=AS_WRITTEN, search_type="phrase")
        if self.exact:
            either = [as_written]
        elif self.may_go_on:
            either = [AnyForm(text), self.beginning or as_written]
        elif len(self.words) > 1:
            either = [AnyForm(text), as_written]
        else:
            either = [AnyForm(text)]
        # One by one: what is unwanted in either form has no negation of its own.
        return reduce(and_, (~one for one in either)) if self.unwanted else reduce(or_, either)

    @property
    def beginning(self) -> Any:
        word = self.words[-1]
        if len(self.words) > 1 or len(word) < SHORTEST_BEGINNING or not word.isalnum():
            return None
        return SearchQuery(f"{word}:*", config=AS_WRITTEN, search_type="raw")


@dataclass(frozen=True)
class SearchText:
    """`ways` are alternatives; all parts of one are to be there."""

    text: str
    ways: tuple[tuple[Part, ...], ...]

    @cached_property
    def query(self) -> SearchQueryCombinable:
        ways = [reduce(and_, (part.query for part in way)) for way in self.ways]
        found: SearchQueryCombinable = reduce(or_, ways)
        return found

    @property
    def wanted(self) -> list[Part]:
        return [part for way in self.ways for part in way if not part.unwanted]


def asked_for(text: str) -> SearchText:
    """Raises CannotAsk for what is too long, has no word in it, or names only what is unwanted."""
    if len(text) > LONGEST or len(fold(text)) > LONGEST:
        told = _("That is too long to look for: give at most %(most)d characters.")
        raise CannotAsk(told % {"most": LONGEST})
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    ways: list[list[Part]] = [[]]
    for token in TOKEN.findall(text):
        if token == "OR":
            ways.append([])
        elif words := tuple(fold(token).split()):
            unwanted = token.startswith("-")
            ways[-1].append(Part(words, exact=token.lstrip("-").startswith('"'), unwanted=unwanted))
    filled = [way for way in ways if way]
    if not filled:
        raise CannotAsk(_("There is no word in that: give one, a name, a number or a code."))
    if any(all(part.unwanted for part in way) for way in filled):
        raise CannotAsk(_("Name something to look for, beside what you do not want."))
    if sum(len(part.words) for way in filled for part in way) > MOST_WORDS:
        raise CannotAsk(_("Those are too many words: give at most %(most)d.") % {"most": MOST_WORDS})
    last = filled[-1][-1]
    if not (last.exact or last.unwanted):
        filled[-1][-1] = Part(last.words, may_go_on=True)
    return SearchText(text.strip(), tuple(tuple(way) for way in filled))
