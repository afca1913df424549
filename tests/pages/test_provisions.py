"""One provision of one instrument, and all that stands below it: the same on every page and in every list."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from agreement.models import Provision
from obligations.models import Commitment
from parties.models import User
from tests import make
from tests.make import NOW
from tests.pages.compliance_data import signed_in
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]

IN_MAIN = {"OWN", "PARA", "POINT"}


def owed(code: str, where: Provision) -> Commitment:
    made = make.commitment(code, provision=where, days=30)
    alpha = User.objects.filter(email="alpha@trial.invalid").first() or make.representative()
    make.claim(made, alpha, reason="A word")
    made.obligation.touched_by.add(make.event(f"E-{code}", title="A word"))
    make.evidence_link(made.obligation, title="A word", by=alpha)
    make.request(made)
    return made


def three_levels() -> None:
    """Article 1 of the main text with a paragraph and a point in it; Article 1 of the annex; Article 2."""
    article = make.provision("art_1", label="Article 1")
    paragraph = make.provision("art_1__para_1", parent=article, place=1, label="Paragraph 1")
    point = make.provision("art_1__para_1__point_a", parent=paragraph, place=2, label="Point (a)")
    owed("OWN", article)
    owed("PARA", paragraph)
    owed("POINT", point)
    owed("OTHER", make.provision("art_1", instrument="annex", label="Article 1"))
    owed("SECOND", make.provision("art_2", place=3))
    duty = make.commitment("STAND", provision=point, kind="standing")
    duty.periods.create(starts_on=date(2024, 1, 1), ends_on=date(2024, 6, 30))
    make.work_out()


world = made_once(three_levels)


def listed(client: Client, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/{path}", {"limit": 500, **query})
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


LISTS = (
    "obligations/",
    "commitments/",
    "periods/",
    "breaches/",
    "statements/",
    "requests/",
    "evidence/",
    "changes/between/",
)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("main/art_1", {*IN_MAIN, "STAND"}),
        ("accord/main/art_1__para_1", {"PARA", "POINT", "STAND"}),
        ("art_1__para_1__point_a", {"POINT", "STAND"}),
        ("annex/art_1", {"OTHER"}),
    ],
)
def test_a_list_has_all_below_the_provision_and_nothing_of_another_text(
    path: str, name: str, found: set[str]
) -> None:
    client = signed_in(make.mediator())
    query = {"since": "2020-01-01"} if path == "changes/between/" else {}
    codes = {code_of(row) for row in listed(client, path, provision=name, **query)} - {"None"}
    every = {code_of(row) for row in listed(client, path, **query)} & {*IN_MAIN, "STAND", "OTHER", "SECOND"}
    assert codes == found & every
    assert every


def code_of(row: dict[str, Any]) -> str:
    of = row.get("obligation") or row.get("code") or {}
    return of if isinstance(of, str) else str(of.get("code"))


def test_a_count_is_that_of_the_list_at_present_and_as_of_a_day(client: Client) -> None:
    for days in ({}, {"as_of": NOW.date().isoformat()}):
        answer = client.get("/api/v1/commitments/", {"provision": "main/art_1", **days}).json()
        assert (answer["count"], len(answer["results"])) == (4, 4)


@pytest.mark.parametrize("name", ["provision", "parent"])
def test_a_name_that_stands_in_several_texts_is_refused_with_those_that_can_be_meant(
    name: str, client: Client
) -> None:
    path = "provisions" if name == "parent" else "commitments"
    told = client.get(f"/api/v1/{path}/", {name: "art_1"})
    assert told.status_code == 400
    assert told.json()["errors"][name] == [
        "“art_1” stands in several texts. Name the one that is meant: main/art_1, annex/art_1."
    ]
    assert client.get(f"/api/v1/{path}/", {name: "art_1", "instrument": "annex"}).status_code == 200


def test_what_is_directly_below_is_named_alike(client: Client) -> None:
    assert [row["anchor"] for row in listed(client, "provisions/", parent="main/art_1")] == ["art_1__para_1"]
    assert listed(client, "provisions/", parent="annex/art_1") == []


@pytest.mark.parametrize("page", ["/compliance/", "/commitments/", "/timeline/", "/changes/", "/search/"])
def test_a_page_says_which_texts_a_short_name_can_mean(page: str, client: Client) -> None:
    answer = client.get(
        page, {"provision": "art_1", "q": "word"} if "search" in page else {"provision": "art_1"}
    )
    assert answer.status_code == 400
    assert "main/art_1, annex/art_1." in answer.content.decode()


def test_the_numbers_of_the_dashboard_count_what_is_two_levels_below(client: Client) -> None:
    for name in ("main/art_1", "art_1__para_1"):
        found = client.get("/compliance/", {"provision": name}).context["figures"]
        rows = client.get("/commitments/", {"provision": name}).context["total"]
        assert found.total.n == rows == (4 if name == "main/art_1" else 3)


def test_the_table_by_article_has_a_row_for_each_article_of_each_text(client: Client) -> None:
    rows = sorted(rows_by_article(client))
    assert rows == [("Main text", "Article 1", 1), ("Main text", "Article 1", 4), ("Main text", "art 2", 1)]


def test_within_a_provision_that_demands_nothing_itself_its_parts_are_the_rows(client: Client) -> None:
    within = make.provision("art_9", label="Article 9", place=9)
    for n in (1, 2):
        make.commitment(f"N-{n}", provision=make.provision(f"art_9__para_{n}", parent=within, place=9 + n))
    assert [row[1:] for row in rows_by_article(client, provision="art_9")] == [
        ("art 9  para 1", 1),
        ("art 9  para 2", 1),
    ]
    assert [row[1:] for row in rows_by_article(client, provision="main/art_1")] == [("Article 1", 4)]
    page = client.get("/compliance/?provision=art_9").content.decode()
    assert "provision=main%2Fart_9__para_2" in page


def rows_by_article(client: Client, **query: str) -> list[tuple[str, str, int]]:
    found = client.get("/compliance/", query).context["figures"]
    return [
        (section.title, row.place.label, sum(cell.total.n for cell in row.cells))
        for section in found.sections
        for row in section.rows
    ]


def test_the_desk_counts_and_lists_by_the_same_rule() -> None:
    client = signed_in(make.mediator())
    page = client.get("/desk/", {"queue": "overdue", "provision": "main/art_1"}).content.decode()
    assert "of 4 commitments" in page
    assert '<option value="main/art_1" selected>' in page
    assert '<option value="annex/art_1">' in page
    refused = client.get("/desk/", {"queue": "overdue", "provision": "art_1"}).content.decode()
    assert "main/art_1, annex/art_1." in refused


def test_the_timeline_and_the_changes_tell_of_all_below(client: Client) -> None:
    drawn = client.get("/timeline/", {"provision": "main/art_1"}).content.decode()
    assert {code for code in (*IN_MAIN, "OTHER", "SECOND") if f"Do {code}" in drawn} == IN_MAIN
    assert "Main text: Article 1" in drawn
    told = client.get("/changes/", {"provision": "main/art_1", "since": "2020-01-01"}).content.decode()
    assert {code for code in (*IN_MAIN, "OTHER", "SECOND") if f">{code}</a>" in told} == IN_MAIN


def test_search_finds_each_kind_below_the_provision_and_events_once(client: Client) -> None:
    rows = listed(client, "search/", q="word", provision="main/art_1")
    kinds = [row["kind"] for row in rows]
    assert {kind: kinds.count(kind) for kind in ("statement", "event", "evidence")} == {
        "statement": 3,
        "event": 3,
        "evidence": 3,
    }
    page = client.get("/search/", {"q": "word", "provision": "annex/art_1"})
    assert [len(group.hits) for group in page.context["groups"]] == [1, 1, 1]
    assert '<option value="annex/art_1" selected>' in page.content.decode()


def test_the_same_names_in_two_agreements_are_told_apart_by_the_agreement(client: Client) -> None:
    other = make.agreement("other")
    make.commitment("ELSE", make.party("gamma", other), other, provision=make.provision("art_1", other))
    told = client.get("/api/v1/commitments/", {"provision": "main/art_1"}).json()["errors"]["provision"]
    assert "is meant: accord/main/art_1, other/main/art_1." in told[0]
    assert [code_of(row) for row in listed(client, "commitments/", provision="other/main/art_1")] == ["ELSE"]
    assert len(listed(client, "commitments/", provision="main/art_1", agreement="other")) == 1
