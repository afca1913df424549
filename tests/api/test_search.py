"""Search over the API: the same rows as on the page, with the places that fit."""

from collections.abc import Callable

import pytest

from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db


def test_a_row_tells_what_it_is_where_it_fits_and_where_it_stands(anybody: Program) -> None:
    owed = make.commitment("O-1", title="Čačak report")
    said = make.finding(owed, 1, reason="They <b>reported</b>.", source="example.org")
    answer = anybody.read("search/", q="report", kind="statement")
    assert (answer["count"], answer["there_are_more"], answer["next"]) == (1, False, None)
    [row] = answer["results"]
    assert (row["kind"], row["agreement"], row["id"], row["on"]) == (
        "statement",
        "accord",
        said.key,
        "2024-01-10",
    )
    assert row["text"] == {"text": "They <b>reported</b>.", "marked": [[8, 16]]}
    assert row["obligation"]["code"] == "O-1"
    assert anybody.get(row["row"]).json()["reason"] == "They <b>reported</b>."
    assert row["url"] == f"http://testserver/obligations/accord/O-1/#statement-{said.key}"
    make.evidence_link(owed.obligation, title="Opening", quote="The <i>opening</i>.")
    [item] = anybody.read("search/", q="opening")["results"]
    assert item["text"] == {"text": "The <i>opening</i>.", "marked": [[7, 14]]}
    assert anybody.get(item["row"]).json()["title"] == "Opening"
    [owing] = anybody.read("search/", q="cacak")["results"]
    assert owing["title"] == {"text": "Čačak report", "marked": [[0, 5]]}
    assert anybody.get(owing["row"]).json()["code"] == "O-1"


def test_a_row_says_how_the_commitments_stand_that_it_is_about(
    anybody: Program, program: Callable[[User], Program]
) -> None:
    owed, other = make.commitment("O-1", title="Roads"), make.commitment("O-1", make.party("beta"))
    make.finding(owed, 1, reason="Roads.")
    make.finding(owed, 3, reason="Hidden.", tier=Tier.MEDIATORS)
    make.event(title="Roads")
    by_kind = {row["kind"]: row["statuses"] for row in anybody.read("search/", q="roads")["results"]}
    assert [(one["party"]["code"], one["level"]) for one in by_kind["obligation"]] == [
        ("alpha", 1),
        ("beta", None),
    ]
    assert [one["commitment"] for one in by_kind["obligation"]] == [owed.pk, other.pk]
    assert by_kind["statement"] == by_kind["obligation"][:1]
    assert by_kind["event"] == []
    [row] = program(make.mediator()).read("search/", q="roads", kind="obligation")["results"]
    assert [one["level"] for one in row["statuses"]] == [3, None]


def test_a_pack_says_what_means_the_same(anybody: Program) -> None:
    make.agreement(synonyms=[["ASM", "self-management"]])
    make.obligation(title="Self-management")
    assert anybody.read("search/", q="asm")["count"] == 1
    assert anybody.read("agreements/accord/")["synonyms"] == [["ASM", "self-management"]]


def test_pages_hold_every_row_once_the_best_first(anybody: Program) -> None:
    for number in range(7):
        make.event(f"E-{number}", title="Meeting")
    make.obligation("E-3", title="Meeting")
    first = anybody.read("search/", q="e-3", limit=1)
    assert [row["kind"] for row in first["results"]] == ["obligation"]
    pages = [anybody.read("search/", q="meeting", limit=3)]
    while pages[-1]["next"]:
        pages.append(anybody.get(pages[-1]["next"]).json())
    ids = [(row["kind"], row["id"]) for one in pages for row in one["results"]]
    assert len(set(ids)) == len(ids) == 8
    assert {one["count"] for one in pages} == {8}


def test_what_is_hidden_is_neither_found_nor_counted(
    anybody: Program, program: Callable[[User], Program]
) -> None:
    owed, alpha = make.commitment(), make.party("alpha")
    make.finding(owed, 1, reason="Canary.", tier=Tier.IN_CONFIDENCE, confidant=alpha)
    make.event(title="Canary.", tier=Tier.MEDIATORS)
    assert anybody.read("search/", q="canary")["count"] == 0
    assert program(make.representative(alpha)).read("search/", q="canary")["count"] == 1
    assert program(make.representative(make.party("beta"))).read("search/", q="canary")["count"] == 0
    assert program(make.mediator()).read("search/", q="canary")["count"] == 2


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({}, "q"),
        ({"q": "-word"}, "q"),
        ({"q": "w" * 5000}, "q"),
        ({"q": "word\x00"}, "q"),
        ({"q": "word", "kind": "letter"}, "kind"),
        ({"q": "word", "sort": "new"}, "sort"),
        ({"q": "word", "after": "-1"}, "after"),
        ({"q": "word", "as_of": "2999-01-01"}, "as_of"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_that_names_it(
    query: dict[str, str], named: str, anybody: Program
) -> None:
    assert list(anybody.read("search/", 400, **query)["errors"]) == [named]


def test_another_day_is_asked_for_as_everywhere(anybody: Program) -> None:
    make.finding(make.commitment(), 1, reason="Report.")
    assert anybody.read("search/", q="report", kind="statement", known_at="2026-02-01") == {
        "count": 0,
        "there_are_more": False,
        "next": None,
        "as_of": None,
        "known_at": "2026-02-01",
        "results": [],
    }
