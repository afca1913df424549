"""The catalogues of messages: whole, in the right letters, with the terms that were chosen, and no side taken."""
# ruff: noqa: RUF001  Cyrillic letters are what is looked at.

import csv
import re
from gettext import GNUTranslations
from pathlib import Path

import polib
import pytest

from parties.cases import ASKED
from parties.scripts import to_latin

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {name: ROOT / "normalization_tracker" / name for name in ("locale", "locale_of_libraries")}
CATALOGUES = {
    f"{folder} {language}": path / language / "LC_MESSAGES" / "django.po"
    for folder, path in FOLDERS.items()
    for language in ("sq", "sr", "sr_Latn")
}
FORMS = {"sq": 2, "sr": 3, "sr_Latn": 3}
# What is no word of any language: placeholders, tags and their attributes, entities, addresses.
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[a-z]|%[sd%]|\{[a-z_]+\}")
TAG = re.compile(r"<[^>]+>|&[a-z]+;")
WORD = re.compile(r"[^\W\d_]+")
LATIN, CYRILLIC = re.compile(r"[A-Za-zÀ-ž]"), re.compile(r"[\u0400-\u04ff]")
# In Cyrillic text these stay as their owners write them: what is quoted, codes, and names of programs and formats.
QUOTED = re.compile(r"`[^`]*`|„[^”]*”|“[^”]*”")
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./:@+-]*")
CODE = re.compile(r"[A-Z0-9-]+|.*[._/:@+-].*|[a-z]|[a-z]{2}")
STAYS_LATIN = {
    "Normalization",
    "Tracker",
    "webhook",
    "Webhook",
    "zip",
    "xlsx",
    "OpenDocument",
    "Excel",
    "beat",
    "url",
    "quote",
    "until",
    "und",
    "WebP",
    "Word",
    "PowerPoint",
    "Windows",
    "gzip",
    "bzip2",
    "Office",
    "PostScript",
    "party",
    "Standard",
    "Shift",
    "Dj",
    "Unicode",
    "IPv4",
    "base64",
    "true",
    "false",
}
# Words that a mediator between these parties does not use, by language. What a party itself says is no message.
NEVER = {
    "en": r"\b(countr(y|ies)|states? of (kosovo|serbia)|province|sanctions?|so-called|regime|border)\b",
    "sq": r"\b(shtet\w*|kufi|kufiri\w*|krahin\w*|sanksion\w*|njohj\w*|shkelj\w*|parti|partia|partisë)\b"
    r"|të ashtuquajtur|konfidencial",
    "sr": r"\b(држав[аеуно]\w*|границ\w*|покрајин\w*|санкциј\w*|признањ\w*|кршењ\w*|странк\w*|поверљив\w*)\b"
    r"|\bКиМ\b|Космет|ЗСО|такозван",
}
# Where a word of the terms stands for something else, by the beginning of its message.
OTHER_SENSE = (
    "and all below it, at any depth",  # a name in an address
    "Silence is shown",  # to agree
    "Subscribe to it in your calendar",  # third-party
    "It was respected on the whole",  # lapses, no dates
    "Every breach that is open",
    "Sweep for what is overdue",
    "“finding” of a mediator",  # what is typed
    "Ask a party",  # a button
    "Open the gate",  # a button
)


def entries(name: str) -> list[polib.POEntry]:
    return list(polib.pofile(str(CATALOGUES[name])))


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def plain(text: str) -> str:
    return TAG.sub(" ", PLACEHOLDER.sub(" ", ASKED.sub(r"\1", text)))


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_message_is_translated_by_somebody_and_none_is_left_over(name: str) -> None:
    unfinished = [one.msgid for one in entries(name) if one.fuzzy or one.obsolete or not one.translated()]
    assert unfinished == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_translation_has_the_placeholders_and_tags_of_its_message_in_each_form(name: str) -> None:
    language = name.split()[1]
    wrong = []
    for entry in entries(name):
        said = texts(entry)
        if entry.msgid_plural and len(said) != FORMS[language]:
            wrong.append((entry.msgid, "forms"))
        for text in said:
            for kind in (PLACEHOLDER, TAG):
                wanted = {
                    tuple(sorted(kind.findall(one)))
                    for one in (entry.msgid, entry.msgid_plural or entry.msgid)
                }
                if tuple(sorted(kind.findall(ASKED.sub(r"\1", text)))) not in wanted:
                    wrong.append((entry.msgid, text))
    assert wrong == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_each_language_is_written_in_its_letters(name: str) -> None:
    language = name.split()[1]
    wrong = []
    for entry in entries(name):
        for text in texts(entry):
            if re.search("[\u01c4-\u01cc]", text):
                wrong.append((entry.msgid, "one letter for two"))
            for word in WORD.findall(plain(text)):
                if CYRILLIC.search(word) and (language != "sr" or LATIN.search(word)):
                    wrong.append((entry.msgid, word))
    assert wrong == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_word_of_the_cyrillic_catalogue_was_left_in_latin_letters(folder: str) -> None:
    left = {
        word
        for entry in entries(f"{folder} sr")
        for text in texts(entry)
        for word in LATIN_WORD.findall(plain(QUOTED.sub(" ", text)))
        if not CODE.fullmatch(word)
    }
    assert left - STAYS_LATIN == set()


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_latin_catalogue_is_the_cyrillic_one_in_other_letters(folder: str) -> None:
    cyrillic, latin = entries(f"{folder} sr"), entries(f"{folder} sr_Latn")
    assert [(one.msgctxt, one.msgid) for one in latin] == [(one.msgctxt, one.msgid) for one in cyrillic]
    assert [texts(one) for one in latin] == [[to_latin(text) for text in texts(one)] for one in cyrillic]


@pytest.mark.parametrize("name", CATALOGUES)
def test_what_pages_read_is_what_translators_wrote(name: str) -> None:
    with CATALOGUES[name].with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    wrong = []
    for entry in entries(name):
        numbers = (1, 2, 5) if entry.msgid_plural else ()
        if entry.msgid_plural and entry.msgctxt:
            read = [compiled.npgettext(entry.msgctxt, entry.msgid, entry.msgid_plural, n) for n in numbers]
        elif entry.msgid_plural:
            read = [compiled.ngettext(entry.msgid, entry.msgid_plural, n) for n in numbers]
        elif entry.msgctxt:
            read = [compiled.pgettext(entry.msgctxt, entry.msgid)]
        else:
            read = [compiled.gettext(entry.msgid)]
        if set(read) != set(texts(entry)):
            wrong.append((entry.msgid, read))
    assert wrong == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_no_translation_takes_sides(name: str) -> None:
    language = name.split()[1]
    never = re.compile(to_latin(NEVER["sr"]) if language == "sr_Latn" else NEVER[language], re.IGNORECASE)
    found = [(one.msgid, text) for one in entries(name) for text in texts(one) if never.search(plain(text))]
    assert found == []


def test_no_message_takes_sides() -> None:
    never = re.compile(NEVER["en"], re.IGNORECASE)
    assert [one.msgid for one in entries("locale sq") if never.search(plain(one.msgid))] == []


@pytest.mark.parametrize("language", ["sq", "sr"])
def test_a_term_is_rendered_as_was_chosen(language: str) -> None:
    with (ROOT / "docs" / "terms.csv").open(encoding="utf-8") as file:
        terms = [
            (re.compile(rf"\b{row['english']}(es|s)?\b", re.I), re.compile(row[language], re.I))
            for row in csv.DictReader(file)
        ]
    assert len(terms) > 20
    wrong = [
        (entry.msgid, text)
        for entry in entries(f"locale {language}")
        if not entry.msgid.startswith(OTHER_SENSE)
        for english, chosen in terms
        if english.search(plain(entry.msgid))
        for text in texts(entry)[-1:]
        if not chosen.search(text)
    ]
    assert wrong == []


def test_a_day_in_serbian_is_followed_by_no_second_full_stop() -> None:
    """A date ends with one there, a time of day does not."""
    doubled = re.compile(r"%\((day|on|ends|begins|due|reply_by|today)\)s[.,;]")
    with_time = ("Speaks of days from", "Recorded from", "Your last visit ended")
    found = [
        text
        for one in entries("locale sr")
        if not one.msgid.startswith(with_time)
        for text in texts(one)
        if doubled.search(text)
    ]
    assert found == []
