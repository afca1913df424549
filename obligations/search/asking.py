"""What people type into the field, as a question to the database.

Words are all to be there, in any form of theirs; `"words in quotes"` as they stand; `-word` is not to be there; `OR`
parts what may be there instead. What means the same, as packs say, finds the same. The last word may be the beginning
of one, and what hangs together by other signs, as a code or an address does, stays together. Nothing that can be typed
is an error of the database.

Forms are those of English and Serbian, by the stemmers that PostgreSQL has; it has none of Albanian, where the
beginning of the last word finds other endings.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable
from django.utils.translation import gettext as _

from agreement.models import Agreement
from obligations.deadlines import Moment
from parties.access import Viewer

# Text is compared without diacritics, with Cyrillic in Latin letters, d for đ and dj, and spaces for what is no
# letter or digit. The database does the same in its function `search_fold`, which the words of all rows come from:
# who changes one changes the other, by a migration that makes the columns `words` anew.
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
Words = tuple[str, ...]
# By words as `alike` has them: the texts that mean the same, among them what the words are of.
Synonyms = Mapping[Words, tuple[str, ...]]


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


@dataclass(frozen=True, slots=True)
class Either:
    """All of `own`, which was typed, or what means the same."""

    own: "tuple[Part | Either, ...]"
    same: tuple[Part, ...] = ()

    @property
    def query(self) -> Any:
        return reduce(or_, [one.query for one in self.same], all_of(self.own))

    @property
    def parts(self) -> list[Part]:
        typed = [part for one in self.own for part in (one.parts if isinstance(one, Either) else [one])]
        return [*typed, *self.same]


def all_of(parts: Iterable[Part | Either]) -> Any:
    return reduce(and_, [part.query for part in parts])


@dataclass(frozen=True)
class SearchText:
    """`ways` are alternatives; all of one is to be there. `same` are the texts that mean the same as some of it."""

    text: str
    ways: tuple[tuple[Either, ...], ...]
    same: tuple[str, ...]

    @cached_property
    def query(self) -> SearchQueryCombinable:
        found: SearchQueryCombinable = reduce(or_, map(all_of, self.ways))
        return found

    @property
    def parts(self) -> list[Part]:
        return [part for way in self.ways for one in way for part in one.parts]

    @property
    def wanted(self) -> list[Part]:
        return [part for part in self.parts if not part.unwanted]

    @property
    def unwanted(self) -> Any:
        """What finds whatever has any of the words that are not to be there; None where there are none."""
        found = [replace(part, unwanted=False).query for part in self.parts if part.unwanted]
        return reduce(or_, found) if found else None

    @property
    def apart(self) -> "list[SearchText]":
        """Each way by itself, where that matters: what is unwanted is so in its own way alone."""
        return [replace(self, ways=(way,)) for way in self.ways] if self.unwanted else [self]


def asked_for(text: str, synonyms: Synonyms | None = None) -> SearchText:
    """Raises CannotAsk for what is too long, has no word in it, or names only what is unwanted."""
    if len(text) > LONGEST or len(fold(text)) > LONGEST:
        told = _("That is too long to look for: give at most %(most)d characters.")
        raise CannotAsk(told % {"most": LONGEST})
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    filled = [way for way in ways_of(text) if way]
    if not filled:
        raise CannotAsk(_("There is no word in that: give one, a name, a number or a code."))
    if any(all(part.unwanted for part in way) for way in filled):
        raise CannotAsk(_("Name something to look for, beside what you do not want."))
    if sum(len(part.words) for way in filled for part in way) > MOST_WORDS:
        raise CannotAsk(_("Those are too many words: give at most %(most)d.") % {"most": MOST_WORDS})
    last = filled[-1][-1]
    if not (last.exact or last.unwanted):
        filled[-1][-1] = Part(last.words, may_go_on=True)
    same: dict[str, None] = {}
    ways = tuple(with_synonyms(way, synonyms or {}, same) for way in filled)
    return SearchText(text.strip(), ways, tuple(same))


def ways_of(text: str) -> list[list[Part]]:
    ways: list[list[Part]] = [[]]
    for token in TOKEN.findall(text):
        if token == "OR":
            ways.append([])
        elif words := tuple(fold(token).split()):
            unwanted = token.startswith("-")
            ways[-1].append(Part(words, exact=token.lstrip("-").startswith('"'), unwanted=unwanted))
    return ways


def with_synonyms(way: Sequence[Part], synonyms: Synonyms, found: dict[str, None]) -> tuple[Either, ...]:
    """The longest words side by side that synonyms are known of, each with theirs; these are added to `found`.

    What is unwanted or stands in quotes is meant as it is.
    """

    def either(own: tuple[Part | Either, ...], words: Sequence[str]) -> Either:
        typed = alike(words)
        texts = [text for text in synonyms.get(typed, ()) if alike(fold(text).split()) != typed]
        found.update(dict.fromkeys(texts))
        return Either(own, tuple(Part(tuple(fold(text).split())) for text in texts))

    plain = [not (part.exact or part.unwanted) for part in way]
    single = [
        either((part,), part.words if is_plain else ()) for part, is_plain in zip(way, plain, strict=True)
    ]
    made: list[Either] = []
    at = 0
    while at < len(way):
        end = len(way)
        while end > at + 1 and not (all(plain[at:end]) and alike(words_of(way[at:end])) in synonyms):
            end -= 1
        made.append(single[at] if end == at + 1 else either(tuple(single[at:end]), words_of(way[at:end])))
        at = end
    return tuple(made)


def words_of(parts: Iterable[Part]) -> list[str]:
    return [word for part in parts for word in part.words]


def synonyms_of(agreements: Iterable[Agreement]) -> Synonyms:
    """What means the same, as the packs of agreements say: who looks for one of it finds what has any."""
    together: dict[Words, dict[str, None]] = defaultdict(dict)
    for same in (same for agreement in agreements for same in agreement.synonyms):
        words_of = {text: words for text in same if (words := alike(fold(text).split()))}
        for words in words_of.values():
            together[words].update(dict.fromkeys(words_of))
    return {words: tuple(texts) for words, texts in together.items()}


def alike(words: Iterable[str]) -> Words:
    """Folded words in small letters, the plural in -s like the singular."""
    return tuple(word.lower().removesuffix("s") for word in words)


@dataclass(frozen=True)
class SearchLook:
    """Who looks, at which moment, in which agreements, which the viewer may read; of one `provision` if it is named."""

    viewer: Viewer
    moment: Moment
    agreements: tuple[Agreement, ...]
    provision: str = ""

    @property
    def keys(self) -> list[int]:
        return [agreement.pk for agreement in self.agreements]
