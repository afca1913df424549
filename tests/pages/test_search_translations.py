"""A statement is found by what it says in another language, which is marked, and told to be a translation."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from obligations.commands.replies import translate_statement
from obligations.deadlines import present
from obligations.models import Commitment, Statement
from obligations.search.asking import SearchLook, asked_for
from obligations.search.hits import SearchKind, hits_of, shown_hits
from parties.access import PUBLIC_VIEWER
from tests import make
from tests.make import NOW
from tests.pages.desk_data import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_to_read(settings: Settings) -> None:
    settings.PUBLIC_READING = True


def said(reason: str = "Half of the bridge is built.", **fields: Any) -> Statement:
    owed = Commitment.objects.first() or make.commitment("LATE", make.party("alpha"))
    return make.finding(owed, 1, **({"reason": reason, "language": "en"} | fields))


def translate(statement: Statement, **texts: str) -> None:
    for code, text in texts.items():
        words = {"language": code.replace("_", "-"), "text": text, "of_language": "en"}
        translate_statement(statement=statement, actor=make.a_mediator(), now=NOW, **words)


def page(query: str, client: Client | None = None, **more: str) -> str:
    answer = (client or Client()).get("/search/", {"q": query, "kind": "statement", **more})
    return " ".join(answer.content.decode().split())


def found(query: str, **more: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = Client().get("/api/v1/search/", {"q": query, **more}).json()["results"]
    return rows


IN_EACH = [
    ("sq", "Gjysma e urës është ndërtuar.", "sq", ["ures", "urës", "NDERTUAR", "ndertuar gjysma"]),
    ("sr", "Половина моста крај Ђурића.", "sr-Cyrl", ["моста", "mosta", "polovina djurica"]),
    ("sr-latn", "Polovina mosta kraj Đurića.", "sr-Latn", ["моста", "половина Ђурића", "Djurica"]),
]


def test_there_is_an_index_of_their_words_as_of_those_of_statements() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indrelid::regclass::text, indisvalid FROM pg_index WHERE indexrelid ="
            " ANY(ARRAY['statement_words'::regclass, 'statement_translation_words'::regclass]) ORDER BY 1"
        )
        assert cursor.fetchall() == [
            ("obligations_statement", True),
            ("obligations_statementtranslation", True),
        ]


@pytest.mark.parametrize(("language", "text", "tag", "asked"), IN_EACH)
def test_it_is_found_from_each_script_and_marked_where_it_stands(
    language: str, text: str, tag: str, asked: list[str]
) -> None:
    translate(said(), **{language: text})
    label = {"sq": "Albanian", "sr": "Serbian (Cyrillic)", "sr-latn": "Serbian (Latin)"}[language]
    for query in asked:
        shown = page(query)
        assert '<p lang="en">Half of the bridge is built.' in shown  # as it was said, with nothing marked
        (place,) = re.findall(
            rf'<b>Translation: {re.escape(label)}</b><br> <span lang="{tag}">(.*?)</span>', shown
        )
        assert "<mark>" in place, query
        assert re.sub("<[^>]*>", "", place).strip() == text
        (row,) = found(query)
        assert (row["kind"], row["text"]["marked"], row["translation"]["language"]) == (
            "statement",
            [],
            language,
        )
        (begin, end), *_others = row["translation"]["text"]["marked"]
        assert row["translation"]["text"]["text"][begin:end] in place


def test_what_is_found_by_its_own_words_alone_shows_no_translation() -> None:
    translate(said(), sq="Gjysma e urës.")
    assert "Translation:" not in page("bridge")
    assert found("bridge")[0]["translation"] is None
    assert found("gjysma -ures") == []


def test_of_several_that_fit_the_readers_own_is_shown() -> None:
    translate(said(), sq="Ura BRIDGEX.", sr="Мост BRIDGEX.", sr_latn="Most BRIDGEX.")
    for language, tag in (("sq", "sq"), ("sr", "sr-Cyrl"), ("sr-latn", "sr-Latn")):
        user = make.mediator(f"{language}@trial.invalid")
        user.language = language
        user.save()
        shown = page("bridgex", signed_in(user))
        assert len(re.findall(rf'<span lang="{tag}">[^<]*<mark>', shown)) == 1
        assert shown.count("<mark>") == 1


def test_one_that_a_newer_took_the_place_of_is_found_no_more_but_as_of_its_day() -> None:
    statement = said(now=NOW - timedelta(days=20))
    for days, text in ((10, "Gjysma."), (2, "Pjesa.")):
        at = NOW - timedelta(days=days)
        translate_statement(statement=statement, language="sq", text=text, actor=make.a_mediator(), now=at)
    assert [found(word) != [] for word in ("gjysma", "pjesa")] == [False, True]
    then = (NOW - timedelta(days=5)).date().isoformat()
    assert [found(word, known_at=then) != [] for word in ("gjysma", "pjesa")] == [True, False]
    before = (NOW - timedelta(days=15)).date().isoformat()
    assert found("gjysma", known_at=before) == []


def test_it_is_found_by_who_sees_the_statement_and_by_nobody_else() -> None:
    translate(said(tier="mediators"), sq="Gjysma e urës.")
    assert found("gjysma") == []
    assert "Nothing is found" in page("gjysma")
    mediator = signed_in(make.mediator())
    assert "<mark>Gjysma</mark>" in page("gjysma", mediator)
    assert "Nothing is found" in page("gjysma", signed_in(make.representative(make.party("beta"))))


def test_a_code_of_an_article_and_another_agreement_narrow_it_as_all_else() -> None:
    translate(said(), sq="Gjysma e urës.")
    other = make.agreement("other")
    assert len(found("gjysma", agreement="accord")) == 1
    assert found("gjysma", agreement=other.code) == []


def test_of_very_many_the_newest_are_looked_at_whether_by_their_own_words_or_by_others() -> None:
    for number in range(4):
        at = NOW - timedelta(days=9 - number)
        statement = said(reason="Bridge." if number % 2 else "Built.", now=at)
        if not number % 2:
            translate(statement, sq="Bridge.")
    look = SearchLook(PUBLIC_VIEWER, present(NOW), (Statement.objects.all()[0].agreement,))
    hits = hits_of(SearchKind.STATEMENT, asked_for("bridge"), look, most=3)
    assert (len(hits), hits.there_are_more) == (3, True)
    rows = shown_hits(hits.rows, asked_for("bridge"), look)
    assert sorted(str(one.row.reason) for one in rows) == ["Bridge.", "Bridge.", "Built."]
    assert {one.place.fit for one in hits.rows} == {hits.rows[0].place.fit}


def test_the_page_asks_as_much_for_many_translations_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    translate(said(), sq="Gjysma.")
    page("gjysma")
    with django_assert_num_queries(QUERIES):
        page("gjysma")
    for _number in range(12):
        translate(said(), sq="Gjysma.", sr_latn="Gjysma.")
    with django_assert_num_queries(QUERIES):
        page("gjysma")


QUERIES = 12


def test_what_is_not_to_be_there_keeps_out_what_is_found_by_its_translation_alone() -> None:
    translate(said("Half of the bridge is built."), sq="Gjysma e urës.")
    translate(said("Half of the road is built."), sq="Gjysma e rrugës.")
    assert len(found("gjysma")) == 2
    assert len(found("gjysma -bridge")) == 1
