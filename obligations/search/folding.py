"""Text as it is compared: without diacritics, with Cyrillic in Latin letters, d for đ and dj, and spaces for what is no
letter or digit.

The database does the same in its function `search_fold`, which the words of all rows come from: who changes one changes
the other, by a migration that makes the columns `words` anew.
"""

import re
import unicodedata
from dataclasses import dataclass

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
