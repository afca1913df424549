"""The case that a sentence wants of a name: a translation asks for it where English has the name as it is listed.

`%(party.genitive)s` in a translation stands for `%(party)s` in its message. Names of packs, and what pages make of
them, have their cases (`parties.content`); all else, and a name of which the pack gives none, stands there as it is.
"""

import re
from typing import Any

from django.utils.translation.trans_real import DjangoTranslation

FORMS = ("genitive", "dative", "accusative", "instrumental", "locative")
ASKED = re.compile(rf"(%\(\w+)\.(?:{'|'.join(FORMS)})(?=\)s)")


def in_case(value: Any, form: str) -> Any:
    return value.in_case(form) if hasattr(value, "in_case") else value


class Values(dict[str, Any]):
    """What is put into a message, by the places of the message, and in each case."""

    def __missing__(self, place: str) -> object:
        name, dot, form = place.partition(".")
        if not dot:
            raise KeyError(place)
        return in_case(self[name], form)


class Asking(str):
    """A message with a place that asks for a case."""

    def __str__(self) -> str:
        return self

    def __mod__(self, values: Any) -> str:
        return str.__mod__(self, Values(values))


class Translation(DjangoTranslation):
    """Django's, whose messages can ask for cases."""

    def merge(self, other: Any) -> None:
        if found := getattr(other, "_catalog", None):
            other._catalog = {key: Asking(one) if ASKED.search(one) else one for key, one in found.items()}
        super().merge(other)
