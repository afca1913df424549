"""The order of names in the alphabet of who reads: parties stand in it, and no other order is fair."""

import re
from functools import cache

from django.utils.translation import get_language

ALPHABETS = {
    "sq": "a b c ç d dh e ë f g gj h i j k l ll m n nj o p q r rr s sh t th u v x xh y z zh",
    "sr": "а б в г д ђ е ж з и ј к л љ м н њ о п р с т ћ у ф х ц ч џ ш",  # noqa: RUF001
    "sr-latn": "a b c č ć d dž đ e f g h i j k l lj m n nj o p r s š t u v z ž",
}
OTHERWISE = "a b c d e f g h i j k l m n o p q r s t u v w x y z"
# The places of letters in a key: after all spaces, signs and digits, and before letters of other alphabets.
FIRST, OTHER = 0x100, "\u0180"


def in_alphabet(name: str) -> str:
    """What a name is sorted by, as it is read here: a text that stands where the name does."""
    places, letters = alphabet(get_language() or "")
    return "".join(
        chr(FIRST + places[one]) if one in places else OTHER + one if one.isalpha() else one
        for one in letters.findall(str(name).casefold())
    )


@cache
def alphabet(language: str) -> tuple[dict[str, int], re.Pattern[str]]:
    """The place of each letter, and what finds them: those of two signs before those of one."""
    letters = ALPHABETS.get(language, OTHERWISE).split()
    longest = sorted(letters, key=len, reverse=True)
    return {letter: at for at, letter in enumerate(letters)}, re.compile("|".join([*longest, "."]), re.DOTALL)
