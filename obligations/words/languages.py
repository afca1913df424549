"""The languages that forms offer, by their names. What is stored is a BCP 47 code, and the API takes any."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from parties.alphabets import place_of
from parties.content import catalogue
from parties.languages import is_read_by, read_here, tag_of

NONE, SEVERAL = "und", "mul"
# What Django's list has not, calls by another name than its neighbours, or translates under another.
NAMES = {
    "cnr": gettext_lazy("Montenegrin"),
    "nb": gettext_lazy("Norwegian Bokmål"),
    "no": gettext_lazy("Norwegian"),
    "rom": gettext_lazy("Romani"),
    "sr-Cyrl": gettext_lazy("Serbian (Cyrillic)"),
    "sr-Latn": gettext_lazy("Serbian (Latin)"),
    SEVERAL: gettext_lazy("Several languages"),
    NONE: gettext_lazy("No language"),
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


ALL = {code: gettext_lazy(name) for code, name in of_django()} | NAMES


def name_of(code: str) -> str:
    """The name; the code itself where it is on no list here."""
    return str(ALL.get(code, code))


def of_pages() -> list[tuple[str, str]]:
    """Those that pages come in, as Django names them, for a select."""
    return [(code, name_of(tag_of(code))) for code, _name in settings.LANGUAGES]


def to_choose() -> list[tuple[str, Any]]:
    """The same for who says in which language somebody else's text is; nothing is chosen for them."""
    return [("", gettext_lazy("Choose the language")), *of_pages()]


def of_words() -> list[tuple[str, Any]]:
    """The same for who writes something; nobody has to say it."""
    return [("", gettext_lazy("Not said")), *of_pages()]


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
    return [("", gettext_lazy("Choose the language")), *as_stored, *groups]


# Words that somebody wrote in a language of their own, as pages mark them: with its tag, and a note beside. What nobody
# said the language of is marked so (`lang=""`), since it need not be that of the page.
def attribute(language: str) -> SafeString:
    """The attribute of an element that holds such words and nothing else."""
    return format_html(' lang="{}"', tag_of(language))


def spoken(words: str, language: str) -> SafeString:
    """Such words inside of others."""
    return format_html("<span{}>{}</span>", attribute(language), words)


def within(sentence: str, words: str, language: str) -> SafeString:
    """A sentence of ours that ends with such words, or holds them near its end."""
    before, found, after = sentence.rpartition(words) if words else (sentence, "", "")
    return format_html("{}{}{}", before, spoken(found, language) if found else "", after)


def in_language(language: str) -> str:
    """Which one it is, where it is not the reader's; a script is none. Empty where nobody said it."""
    return "" if not language or is_read_by(language, read_here()) else written_in(language)


def written_in(language: str) -> str:
    # Translators: stands by itself beside a text; a language by its name, in the case of a list.
    return _("Written in %(language)s") % {"language": name_of(tag_of(language))}


def translation_note() -> str:
    """What kind of translations were shown, as far as a page was made when this is asked; empty where none were."""
    read = catalogue()
    if read is None or not read.states:
        return ""
    if "machine" in read.states:
        return _(
            "Titles and other texts of the register are translated by machine, and no person has reviewed them yet."
            " The agreement's own text is binding."
        )
    return _("Titles and other texts of the register are translations. The agreement's own text is binding.")
