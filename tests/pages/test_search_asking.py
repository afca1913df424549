"""What is typed, as a question to the database; what is compared; and what is marked of what was found."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from obligations.deadlines import present
from obligations.models import Obligation
from obligations.search.asking import (
    LONGEST,
    PLAIN,
    CannotAsk,
    Folded,
    SearchLook,
    Synonyms,
    asked_for,
    fold,
    folded,
    synonyms_of,
)
from obligations.search.hits import SearchKind, all_hits, hits_of, shown_hits
from obligations.search.marking import LENGTH, excerpts
from parties.access import PUBLIC_VIEWER
from tests import make
from tests.effort import effort
from tests.make import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]


def look() -> SearchLook:
    return SearchLook(PUBLIC_VIEWER, present(NOW), (make.agreement(),))


def codes(text: str, synonyms: Synonyms | None = None) -> list[str]:
    """Codes of the obligations that are found, the best first."""
    found = hits_of(SearchKind.OBLIGATION, asked_for(text, synonyms), look())
    by_key = Obligation.objects.in_bulk([hit.pk for hit in found.rows])
    return [by_key[hit.pk].code for hit in found.rows]


def marked(text: str, asked: str) -> list[str]:
    [one] = excerpts([text], asked_for(asked))
    assert all(one.text[start:end] for start, end in one.places)
    return [one.text[start:end] for start, end in one.places]


def test_the_database_folds_text_as_the_program_does() -> None:
    signs = [
        chr(n)
        for n in (*range(1, 0x600), *range(0x1E00, 0x2100), 0x189, 0x256, 0x2212, 0xFB01, 0xFEFF, 0xFF1A)
    ]
    texts = [sign for sign in [*signs, *PLAIN] if unicodedata.category(sign) != "Cn"] + [
        "Plain, text",
        "Њ \u010d",
        *("dj", "dJj", "dDjJ", "d\u00adj", "д\u0301\u0458", "d-j", "ЂЈ", "Ѓ\u0458"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_fold(one) FROM unnest(%s::text[]) AS one", [texts])
        assert [row[0] for row in cursor.fetchall()] == [fold(text) for text in texts]


def test_each_folded_character_knows_where_it_came_from() -> None:
    text = "Љубљана, Čačak"
    there = folded(text)
    assert there.text == "Ljubljana  Cacak"
    assert "".join(text[there.at[there.text.index("C")] :]) == "Čačak"
    assert folded("e\u0301a").at == [0, 2]
    assert folded("Nadja, DJJ") == Folded("Nada  DJ", [0, 1, 2, 4, 5, 6, 7, 9])


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Municipalities of Mitrovica", "mitrovica"),
        ("Municipalities of Mitrovica", "municipality"),
        ("Municipalities of Mitrovica", "mitro"),
        ("Municipalities of Mitrovica", "Митровица"),
        ("Грађани Митровице", "mitrovice gradani"),
        ("Čačak and Đakovica", "cacak dakovica"),
        ("Cacak and Dakovica", "čačak Đakovica"),
        ("Aleksandar Đurić", "djuric"),
        ("Aleksandar Đurić", "duric"),
        ("Djordje Djukanovic", "Ђорђе Đukanović"),
        ("Ђорђе Ђукановић", "DJORDJE djukanovic"),
        ("\u00d0akovo and ve\u00f0e", "đakovo vede"),
        ("Одјек and odjek", '"odjek i" OR одјек'),
        ("Zajednica opština", "zajednice opstinama"),
        ("Заједнице општина", "zajednicu"),
        ("Mitrovicë", "mitrovice"),
        ("Mitrovica", "Митровице"),
        ("Një riforma", "riforme -zajednica"),
        ("Shkëlzen Thaçi", "shkelzen thaci"),
        ("Oǆačar, Ǌegoš and Џон", "odzacar njegos dzon"),
        ("Agreement with Serbia", "agreement between the other Serbia"),
        ("Prishtinë and Deçan", "decan prishtine"),
        ("De\u0301c\u030can", "dečan"),
        ("Pay 1,500 euros by 2023-03-18", "2023-03-18"),
        ("Pay 1,500 euros by 2023-03-18", "1,500"),
        ("Under art_7__para_1 of the text", "art_7__para_1"),
        ("Free movement of persons", '"movement of persons"'),
        ("Free movement of persons", "the movements OR nothing"),
        ("Free movement of persons", "movement -goods"),
        ("To be or not to be", "to be"),
        ("https://example.org/a_report.pdf", "example report"),
        ("The parties\u2019 offices", "the party's OR office"),
        ("Pay 1,600 euros", "pay -1,500"),
    ],
)
def test_it_is_found(title: str, asked: str) -> None:
    make.obligation(title=title)
    assert codes(asked) == ["O-1"]


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Free movement of persons", "movement goods"),
        ("Free movement of persons", "movement -persons"),
        ("Free movement of persons", '"persons of movement"'),
        ("Free movement of persons", '"free movements"'),
        ("Pay 1,500 euros", "500-1"),
        ("Pay 1,500 euros", "pay -1,500"),
        ("A report on AX-6.1", "report -ax-6.1"),
        ("Free movement", "fr"),
        ("A note", "not kept"),
        ("Zajednica opština", "opstina -zajednice"),
    ],
)
def test_it_is_not_found(title: str, asked: str) -> None:
    make.obligation(title=title, summary="Text.")
    assert codes(asked) == []


SAME = [["licence", "license"], ["ASM", "ZSO", "Association/Community"], ["licence plates", "number plates"]]


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("An association/community", "asm"),
        ("An association community", "ZSO draft"),
        ("The ASM and its draft", "association community draft"),
        ("The ZSO", "ASM"),
        ("The \u0417\u0421\u041e draft", "ASMs draft"),
        ("Licence plates", "license plates"),
        ("Plates and a license", "licence plate"),
        ("Number plates", "license plates OR licence plate"),
        ("Licence plates", "number plates"),
        ("The ASM", "-ZSO asm"),
    ],
)
def test_what_a_pack_says_means_the_same_is_found(title: str, asked: str) -> None:
    synonyms = synonyms_of([make.agreement(synonyms=SAME)])
    make.obligation(title=title, summary="Draft.")
    assert codes(asked, synonyms) == ["O-1"]


@pytest.mark.parametrize("asked", ['"asm"', "association", "community association", "asm -zso", "asmx"])
def test_words_in_quotes_in_part_or_unwanted_mean_what_they_are(asked: str) -> None:
    make.agreement(synonyms=SAME)
    make.obligation(title="The ZSO")
    assert codes(asked, synonyms_of([make.agreement()])) == []


def test_synonyms_are_marked_and_told() -> None:
    make.agreement(synonyms=[*SAME, ["!", "?"], ["zso", "\u0417\u0421\u041e"]])
    asked = asked_for("asm draft", synonyms_of([make.agreement()]))
    assert asked.same == ("ZSO", "Association/Community")
    [one] = excerpts(["Drafts of the ZSO, an association/community."], asked)
    assert [one.text[start:end] for start, end in one.places] == ["Drafts", "ZSO", "association/community"]


def test_words_of_the_provision_and_of_the_obligation_find_it_together() -> None:
    article = make.provision("art_7", heading="Self-management")
    make.obligation("AX-7", provision=article, title="Draft a statute")
    assert codes("statute management") == ["AX-7"]
    assert codes("art_7") == ["AX-7"]


def test_the_row_with_the_code_that_was_asked_for_comes_first() -> None:
    make.obligation("AX-6.1.2", title="AX-6.1 again, ax 6 1, AX-6.1")
    make.obligation("AX-6.1", title="Plain")
    make.obligation("AX-6.10", title="Another")
    assert codes("ax-6.1") == ["AX-6.1", "AX-6.1.2"]


def test_what_fits_better_comes_first() -> None:
    make.obligation("O-1", title="Other", summary="Report once.")
    make.obligation("O-2", title="Report")
    assert codes("report") == ["O-2", "O-1"]


@pytest.mark.parametrize(
    "text", ["", '"', "()", "-", "- -", "!!", "\x00", "-word", "a OR -b", "w" * (LONGEST + 1), "a " * 60]
)
def test_what_nothing_can_be_looked_for_by_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(CannotAsk, match=r"\.$"):
        asked_for(text)


ODD = st.text(
    st.sampled_from("ab:*&|!()<->'\"\\ \t\x00_-.%$€ﷺ½éЉ\u0301\u200f\ue000\ue001 OR")
    | st.characters(codec="utf-8"),
    max_size=60,
)


@trying(max_examples=effort(8, 30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ODD, ODD)
def test_whatever_is_typed_the_database_understands(text: str, there: str) -> None:
    try:
        asked = asked_for(text)
    except CannotAsk:
        return
    all_hits(list(SearchKind), asked, look())
    [one] = excerpts([there], asked)
    assert len(there) > LENGTH or one.text == there


def test_forms_of_the_words_are_marked_in_the_text_as_it_is_written() -> None:
    text = "Reports from Čačak: reporting, <b>reported</b> & “Чачак”."
    assert marked(text, "report cacak") == ["Reports", "Čačak", "reporting", "reported", "Чачак"]
    assert marked("U zajednici, Ђурић", "zajednica djuric") == ["zajednici", "Ђурић"]
    assert marked("Not kept, kept, not", '"not kept"') == ["Not kept"]
    assert marked("See AX-6.1 and 6.1", "ax-6.1") == ["AX-6.1"]
    assert marked("Education", "educati") == ["Education"]
    assert marked("a\ue000b report \ue001 c", "report") == ["report"]


def test_a_long_text_is_cut_around_the_first_place() -> None:
    [one] = excerpts(["word " * 200 + "Mitrovica " + "word " * 200], asked_for("mitrovica"))
    assert one.is_marked
    assert one.text.startswith("… word")
    assert one.text.endswith("word …")
    assert len(one.text) <= LENGTH + 10
    [short] = excerpts(["x" * 5000], asked_for("mitrovica"))
    assert len(short.text) <= LENGTH + 10


def test_of_very_many_the_newest_are_looked_at_and_no_others() -> None:
    for number in range(3):
        make.event(f"E-{number}", title="Meeting", happened_on=NOW.date().replace(day=1 + number % 2))
    found = hits_of(SearchKind.EVENT, asked_for("meeting"), look(), most=2)
    assert (len(found), found.there_are_more) == (2, True)
    rows = [one.row.code for one in shown_hits(found.rows, asked_for("meeting"), look())]
    assert rows == ["E-1", "E-0"]


def test_what_is_not_to_be_there_keeps_out_what_is_found_by_its_topic_alone() -> None:
    make.obligation("O-1", title="Build pylons", tags=["energy"])
    make.obligation("O-2", title="Read meters", tags=["energy"])
    make.obligation("O-3", title="Paint pylons", tags=["borders"])
    assert codes("energy") == ["O-1", "O-2"]
    assert codes("energy -pylons") == codes("-pylons energy") == ["O-2"]
    assert codes("-meters energy OR borders") == ["O-1", "O-3"]
    # What one way does not want, another may have.
    assert sorted(codes("energy -pylons OR borders")) == ["O-2", "O-3"]
