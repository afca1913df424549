"""Beside a statement the reader's own translation is read at once, the others are folded; each says what it is."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from obligations.commands.replies import translate_statement
from obligations.models import Statement
from parties.models import User
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
PAGE = "/obligations/accord/LATE/"
TEXTS = {"en": "It is done.", "sq": "U krye.", "sr": "Готово.", "sr-latn": "Gotovo."}
NAMES = {
    "en": {"en": "English", "sq": "Albanian", "sr": "Serbian (Cyrillic)", "sr-latn": "Serbian (Latin)"},
    "sq": {"en": "anglisht", "sq": "shqip", "sr": "serbisht (cirilik)", "sr-latn": "serbisht (latinik)"},
}


@pytest.fixture(autouse=True)
def open_to_read(settings: Settings) -> None:
    settings.PUBLIC_READING = True


def said_in(language: str, given: Iterable[str]) -> Statement:
    owed = make.commitment("LATE", make.party("alpha"))
    said = make.claim(owed, make.representative(owed.party), reason=TEXTS[language], language=language)
    translate(said, given)
    return said


def translate(said: Statement, given: Iterable[str], **words: Any) -> None:
    for language in given:
        made = {"language": language, "text": TEXTS[language], **words}
        translate_statement(statement=said, actor=make.a_mediator(), now=NOW, **made)


def entry(reader: str) -> str:
    user = User.objects.filter(email="reader@trial.invalid").first() or make.user("reader@trial.invalid")
    user.language = reader
    user.save()
    client = Client()
    client.force_login(user)
    page = client.get(PAGE).content.decode()
    (found,) = re.findall(
        r'<span class="anchor" id="statement-.*?<details class="menu">|'
        r'<span class="anchor" id="statement-.*?</li>',
        page,
        re.DOTALL,
    )
    return str(found)


def parts(reader: str) -> tuple[list[str], list[str], str]:
    """The languages of the texts that are read at once, those of the folded ones, and what these are folded behind."""
    shown = entry(reader)
    folded = re.findall(r"<details class=\"small open-in-print\">(.*?)</details>", shown, re.DOTALL)
    texts = [re.findall(r'<p class="small pre" lang="([^"]+)"', one) for one in (shown, "".join(folded))]
    titles = re.findall(r"<summary>([^<]*)</summary>", "".join(folded))
    return [one for one in texts[0] if one not in texts[1]], texts[1], "".join(titles)


EACH = [
    # said in, translated into, read in: read at once, folded, behind
    ("sr", ["en", "sq"], "sq", ["sr-Cyrl", "sq"], ["en"], "Përkthime të tjera: anglisht"),
    ("sr", ["en", "sq"], "en", ["sr-Cyrl", "en"], ["sq"], "More translations: Albanian"),
    ("sq", ["en", "sr", "sr-latn"], "sr-latn", ["sq", "sr-Latn"], ["en", "sr-Cyrl"], None),
    ("sq", ["en", "sr"], "sr-latn", ["sq", "sr-Cyrl"], ["en"], "Ostali prevodi: engleski"),
    ("sr", ["en", "sq"], "sr", ["sr-Cyrl"], ["sq", "en"], "Преводи: албански, енглески"),
    ("sr", ["en", "sq", "sr-latn"], "sr-latn", ["sr-Cyrl"], ["sq", "en", "sr-Latn"], None),
    ("sr", ["en"], "sq", ["sr-Cyrl"], ["en"], "Përkthime: anglisht"),
    ("sr", ["sq"], "sq", ["sr-Cyrl", "sq"], [], ""),
]


@pytest.mark.parametrize(("language", "given", "reader", "at_once", "folded", "title"), EACH)
def test_the_readers_own_is_read_at_once_and_the_others_are_folded(
    language: str, given: list[str], reader: str, at_once: list[str], folded: list[str], title: str | None
) -> None:
    said_in(language, given)
    shown = parts(reader)
    assert shown[:2] == (at_once, folded)
    assert title is None or shown[2] == title


def test_a_newer_translation_stands_in_the_place_of_the_older_one() -> None:
    said = said_in("sr", ["sq"])
    translate(said, ["sq"], text="U përfundua.")
    assert "U përfundua." in entry("sq")
    assert "U krye." not in entry("sq")


@pytest.mark.parametrize("reader", ["en", "sq"])
def test_each_text_says_its_language_whatever_its_script_and_nothing_runs_into_it(reader: str) -> None:
    said_in("sr", ["en", "sq", "sr-latn"])
    shown, names = entry(reader), NAMES[reader]
    label = {"en": "Translation", "sq": "Përkthim"}[reader]
    titles = re.findall(r'<p class="small"><b>([^<]+)</b></p>', shown)
    assert set(titles) == {f"{label}: {names[one]}" for one in ("en", "sq", "sr-latn")}
    # Where translations stand beside it, what was said names its own language, too.
    assert re.findall(r'<span class="xs">([^<]+)</span>', shown) == [
        {"en": "Written in Serbian (Cyrillic)", "sq": "Gjuha: serbisht (cirilik)"}[reader]
    ]


def test_who_reads_the_other_script_is_told_which_one_was_written_where_translations_stand_beside_it() -> (
    None
):
    said_in("sr", ["sr-latn"])
    shown = entry("sr-latn")
    assert ">Jezik: srpski (ćirilica)<" in shown
    assert "Prevod: srpski (latinica)" in shown


def test_translations_cost_the_page_one_query_however_many_they_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    said = said_in("sr", ["en"])
    entry("sq")
    with CaptureQueriesContext(connection) as few:
        entry("sq")
    translate(said, ["sq", "sr-latn"])
    with django_assert_num_queries(len(few)):
        entry("sq")


@pytest.mark.parametrize("reader", ["en", "sq"])
def test_in_the_line_of_a_text_the_note_of_its_language_stands_in_brackets(reader: str) -> None:
    owed = make.commitment("LATE", make.party("alpha"))
    make.finding(owed, 3, reason=TEXTS["sr"], language="sr")
    user = make.user("reader@trial.invalid")
    user.language = reader
    user.save()
    client = Client()
    client.force_login(user)
    page = client.get(PAGE).content.decode()
    note = {"en": "(Written in Serbian (Cyrillic))", "sq": "(Gjuha: serbisht (cirilik))"}[reader]
    assert f'{TEXTS["sr"]}</span> <span class="xs">{note}</span>' in " ".join(page.split())


@pytest.mark.parametrize(
    ("address", "of"),
    [
        ("contest/?statement={key}", "beta"),
        ("answer/?statement={key}", "beta"),
        ("withdraw/?statement={key}", "alpha"),
        ("", "mediator"),
    ],
)
def test_a_form_that_quotes_a_statement_shows_the_translation_beside_it(address: str, of: str) -> None:
    claim = said_in("sr", ["sq", "en"])
    beta = make.representative(make.party("beta"))
    contest = make.contest(claim, beta, reason=TEXTS["sr"], language="sr")
    translate(contest, ["sq"], text="Nuk u krye.")
    users = {"alpha": claim.recorded_by, "beta": beta, "mediator": make.mediator()}
    user = users[of]
    assert user is not None
    user.language = "sq"
    user.save()
    client = Client()
    client.force_login(user)
    at = PAGE + address.format(key=claim.key) if address else f"/desk/?commitment={claim.commitment_id}"
    (quoted,) = re.findall(
        r"<blockquote class=\"card stack tight quoted\">.*", client.get(at).content.decode(), re.DOTALL
    )
    for text in (TEXTS["sr"], TEXTS["sq"], "Nuk u krye."):
        assert text in quoted
    assert "Përkthime të tjera: anglisht" in quoted


@pytest.mark.parametrize(
    ("address", "role"), [("/changes/?since=2026-01-01", "mediator"), ("/party/", "representative")]
)
def test_among_changes_and_on_the_page_of_a_party_the_readers_own_is_read_under_the_words(
    address: str, role: str
) -> None:
    said = said_in("sr", [])
    found = make.finding(said.commitment, 1, reason="Почето.", language="sr")
    translate(found, ["sq", "en"])
    user = User.objects.filter(mandates__role=role).order_by("pk")[0]
    user.language = "sq"
    user.save()
    client = Client()
    client.force_login(user)
    page = " ".join(client.get(address).content.decode().split())
    assert re.search(r'lang="sr-Cyrl">Почето.<', page)
    assert '<p class="small pre" lang="sq">U krye.</p>' in page
    assert page.index("Почето.") < page.index("U krye.") < page.index("It is done.")
    assert "Përkthim i një ndërmjetësi" in page
