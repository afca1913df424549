"""A language that nobody speaks: every message of the catalogues in other letters, so that what is none shows.

Letters become Cyrillic ones, one for one, and stay as large or small as they were; places that are filled in, tags
and entities stay. It stands in the place of Serbian, whose days and numbers it has.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from agreement import translations
from parties.content import Of

LANGUAGE, TAG = "sr", "sr-Cyrl"
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "абцдефгхијклмнопњрстувшџжзАБЦДЕФГХИЈКЛМНОПЊРСТУВШЏЖЗ",
)
# What a message keeps: a place that is filled in, a tag, an entity.
KEPT = re.compile(r"(%\(\w+\)[-#0-9. ]*[a-zA-Z]|%[-#0-9.]*[a-zA-Z%]|\{\w*\}|<[^<>]+>|&\w+;|&#\d+;)")
CONTEXT = "\x04"


def in_other_letters(message: str) -> str:
    pieces = KEPT.split(message.rpartition(CONTEXT)[2])
    return "".join(one if place % 2 else one.translate(LETTERS) for place, one in enumerate(pieces))


class Pseudo(trans_real.DjangoTranslation):
    def gettext(self, message: str) -> str:
        return in_other_letters(message) if message else super().gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return in_other_letters(msgid1 if n == 1 else msgid2)


class PseudoPacks:
    """What packs say, where it is known whose pack does: a text that has lost its agreement shows."""

    def __init__(self, *_about: Any) -> None:
        self.states = {"machine"}

    def find(self, text: str, form: str = "", of: Of | None = None) -> str | None:
        return in_other_letters(text) if of else None


@contextmanager
def spoken() -> Iterator[None]:
    """Whoever asks for Serbian in Cyrillic script is answered in it."""
    with pytest.MonkeyPatch.context() as patch:
        trans_real.translation("en")  # the catalogues are looked for before
        patch.setitem(trans_real._translations, LANGUAGE, Pseudo(LANGUAGE))  # type: ignore[attr-defined]
        patch.setattr(translations, "PackCatalogue", PseudoPacks)
        # What a thread speaks is kept as the object itself.
        with translation.override(LANGUAGE):
            yield
