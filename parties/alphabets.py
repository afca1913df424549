"""In which order a reader looks for words: each language has an alphabet of its own, some with letters of two signs."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol, TypeVar

from django.utils.translation import get_language

ENGLISH: Final = "a b c d e f g h i j k l m n o p q r s t u v w x y z"
# With the letters that are in foreign names alone.
ALPHABETS: Final = {
    "sq": "a b c ç d dh e ë f g gj h i j k l ll m n nj o p q r rr s sh t th u v w x xh y z zh",
    "sr-latn": "a b c č ć d dž đ e f g h i j k l lj m n nj o p q r s š t u v w x y z ž",
    "sr": f"{' '.join('абвгдђежзијклљмнњопрстћуфхцчџш')} {ENGLISH}",
}


def place_of(text: object) -> list[tuple[int, str]]:
    """A key to sort words by that people read in the language of now; `sorted(labels, key=place_of)`.

    What is no letter stands before all letters, and one of another alphabet where it stands without its mark.
    """
    letters = ALPHABETS.get(get_language() or "", ENGLISH).split()
    longest_first = "|".join(sorted(letters, key=len, reverse=True))
    found = re.findall(f"{longest_first}|.", unicodedata.normalize("NFC", str(text).casefold()), re.DOTALL)
    return [placed(letters, letter) for letter in found]


def in_alphabet(name: object) -> str:
    """The same order as a text, which can stand in the place of a list."""
    return "".join(f"{at + 1:02}{letter}" for at, letter in place_of(name))


class Named(Protocol):
    """What has a name that people read, and a code that stays; such as a party or a calendar."""

    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str: ...


def alphabetical(named: Named) -> str:
    """A key to sort what has a name by, in the reader's alphabet, wherever several stand; `sorted(rows, key=…)`."""
    return f"{in_alphabet(named.name)} {named.code}"


N = TypeVar("N", bound=Named)


def by_name(rows: Iterable[N]) -> list[N]:
    """In the reader's alphabet, by the names as they read them."""
    return sorted(rows, key=alphabetical)


T = TypeVar("T")


def newest_first(rows: Iterable[T], when: Callable[[T], Any], whose: Callable[[T], Named]) -> list[T]:
    """The newest first; what is of the same moment, such as two entries of one act, by whose it is in that alphabet."""
    return sorted(sorted(rows, key=lambda one: alphabetical(whose(one))), key=when, reverse=True)


def placed(letters: list[str], letter: str) -> tuple[int, str]:
    plain = letter if letter in letters else unicodedata.normalize("NFD", letter)[0]
    if plain in letters:
        return letters.index(plain), letter
    return (len(letters) if letter.isalpha() else -1), letter
