"""The languages that forms offer, by their names. What is stored is a BCP 47 code, and the API takes any."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from parties.alphabets import place_of
from parties.languages import tag_of

NONE, SEVERAL = "und", "mul"
# What Django's list has not, calls by another name than its neighbours, or translates under another.
NAMES = {
    "cnr": _("Montenegrin"),
    "nb": _("Norwegian Bokmål"),
    "no": _("Norwegian"),
    "rom": _("Romani"),
    "sr-Cyrl": _("Serbian (Cyrillic)"),
    "sr-Latn": _("Serbian (Latin)"),
    SEVERAL: _("Several languages"),
    NONE: _("No language"),
}
# In which most of what is handed in is written: those of the region, and those in which it is negotiated and reported.
LIKELY = frozenset(
    {"sq", "bs", "cnr", "hr", "de", "en", "fr", "mk", "rom", "sr", "sr-Cyrl", "sr-Latn", "tr", SEVERAL, NONE}
)


def bcp47(code: str) -> str:
    """Django's spelling of a code as BCP 47 has it: `sr-latn` is `sr-Latn`, `pt-br` is `pt-BR`."""
    language, _dash, rest = code.partition("-")
    return "-".join(filter(None, [language, rest.title() if len(rest) == 4 else rest.upper()]))


def of_django() -> Iterator[tuple[str, str]]:
    """Languages and scripts, which Django's own catalogues translate; of what is written differently in one country
    than in another, the language is enough.
    """
    for code, about in LANG_INFO.items():
        has_region = len(code.partition("-")[2]) == 2
        if "name" in about and not has_region:
            yield bcp47(code), about["name"]


ALL = {code: _(name) for code, name in of_django()} | NAMES


def name_of(code: str) -> str:
    """The name; the code itself where it is on no list here."""
    return str(ALL.get(code, code))


def of_pages() -> list[tuple[str, str]]:
    """Those that pages come in, as Django names them, for a select."""
    return [(code, name_of(tag_of(code))) for code, _name in settings.LANGUAGES]


def to_choose() -> list[tuple[str, Any]]:
    """The same for who says in which language somebody else's text is; nothing is chosen for them."""
    return [("", _("Choose the language")), *of_pages()]


def of_words() -> list[tuple[str, Any]]:
    """The same for who writes something; nobody has to say it."""
    return [("", _("Not said")), *of_pages()]


def choices(stored: str = "") -> list[tuple[Any, Any]]:
    """For a select: likely ones first, each group by name. `stored` can be chosen also where it is on no list."""
    by_name = sorted(
        ((code, name_of(code)) for code in ALL),
        key=lambda pair: (pair[0] in (NONE, SEVERAL), place_of(pair[1])),
    )
    likely = [pair for pair in by_name if pair[0] in LIKELY]
    others = [pair for pair in by_name if pair[0] not in LIKELY]
    as_stored = [(stored, stored)] if stored and stored not in ALL else []
    groups = [(pgettext("languages", "Likely"), likely), (pgettext("languages", "Others"), others)]
    return [("", _("Choose the language")), *as_stored, *groups]
