"""Serbian is written in two scripts: the Latin one follows from the Cyrillic without doubt, and not the other way."""

import re

CYRILLIC = "абвгдђежзијклмнопрстћуфхцчш"
LATIN = "abvgdđežzijklmnoprstćufhcčš"
DIGRAPHS = {"љ": "lj", "њ": "nj", "џ": "dž"}
LETTERS = str.maketrans(CYRILLIC + CYRILLIC.upper(), LATIN + LATIN.upper()) | str.maketrans(DIGRAPHS)
# Names that the Latin script writes as their owners do.
AS_OWNERS_WRITE = {"EULEKS": "EULEX"}
# Among capitals both letters of a pair are, at the beginning of a word the first alone.
CAPITAL = "[" + (CYRILLIC + "".join(DIGRAPHS)).upper() + "]"
CAPITAL_PAIR = re.compile(rf"(?P<before>{CAPITAL}?)(?P<pair>[ЉЊЏ])(?=(?P<after>\w?))")
EXCEPTION = re.compile("|".join(AS_OWNERS_WRITE))


def to_latin(text: str) -> str:
    """Whatever is no Serbian Cyrillic letter stays: placeholders, tags, codes."""

    def written(found: re.Match[str]) -> str:
        pair = DIGRAPHS[found["pair"].lower()]
        capitals = found["after"].isupper() or (found["before"] and not found["after"])
        return found["before"] + (pair.upper() if capitals else pair.capitalize())

    latin = CAPITAL_PAIR.sub(written, text).translate(LETTERS)
    return EXCEPTION.sub(lambda found: AS_OWNERS_WRITE[found[0]], latin)
