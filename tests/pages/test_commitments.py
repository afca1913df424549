"""The list of commitments: its orders, groups and columns, and that its numbers are those of its files."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from obligations.deadlines import present
from obligations.lists.listing import Order
from obligations.lists.listings import COMMITMENTS
from obligations.lists.places import Part
from obligations.lists.sorts import SORTS
from obligations.web.compliance.lists import in_own_alphabet
from tests import make
from tests.make import NOW
from tests.pages.compliance_data import accord, owed
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
agreement = made_once(accord)


def shown(client: Client, query: str = "", status: int = 200) -> Any:
    answer = client.get(f"/commitments/?{query}")
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer


def body(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_the_last_place_that_can_be_written_is_read_and_all_beyond_are_refused(
    client: Client, sort: str
) -> None:
    def nines(part: Part) -> str:
        return next("9" * n for n in range(18, 0, -1) if re.fullmatch(part.pattern, "9" * n))

    keys = COMMITMENTS.keys_of([sort], present(NOW))
    for address, of in (("/commitments/", in_own_alphabet(keys, [])), ("/api/v1/commitments/", keys)):
        parts = Order(of).parts
        last = client.get(address, {"sort": sort, "after": "~".join(map(nines, parts))})
        assert last.status_code == 200
        beyond = client.get(address, {"sort": sort, "after": "~".join("9" * 19 for _part in parts)})
        assert beyond.status_code == 400


def test_the_most_days_late_stand_first_and_what_has_no_day_last(client: Client) -> None:
    late = [row.standing.days_late or 0 for row in shown(client, "sort=-late").context["rows"]]
    assert late == sorted(late, reverse=True)
    assert late[0] > 0
    for sort in ("due", "-due"):
        days = [row.standing.deadline.due_on for row in shown(client, f"sort={sort}").context["rows"]]
        there = [day for day in days if day]
        assert days == there + [None] * (len(days) - len(there))
        assert there == sorted(there, reverse=sort == "-due")


def test_a_heading_sorts_and_turns_the_order_round_and_says_which(client: Client) -> None:
    page = shown(client, "party=beta&sort=-late").content.decode()
    assert re.search(r'aria-sort="descending"><a href="/commitments/\?party=beta&amp;sort=late">Late', page)
    assert 'href="/commitments/?party=beta&amp;sort=-level"' in page
    assert page.count("aria-sort=") == 1


@pytest.mark.parametrize("group", ["article", "party", "level", "timeliness"])
def test_groups_stand_together_under_their_name(client: Client, group: str) -> None:
    groups = shown(client, f"group={group}&sort=-late").context["table"].groups
    labels = [one.label for one in groups]
    assert len(labels) > 1
    assert len(labels) == len(set(labels))
    assert sum(len(one.rows) for one in groups) == 12


def test_columns_are_chosen_and_the_party_is_never_left_out(client: Client) -> None:
    page = shown(client, "column=due&column=topics").content.decode()
    assert re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page) == [
        "What is owed",
        "Party",
        "Due",
        "Topics",
    ]
    assert 'data-l="Party"' in page


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("sort=rank", "Order: there is no “rank”."),
        ("group=due", "Grouped by: there is no “due”."),
        ("column=score", "Columns: there is no “score”."),
        ("limit=7", "Rows on a page: there is no “7”."),
    ],
)
def test_what_the_list_cannot_be_is_said_and_nothing_is_listed(
    client: Client, query: str, message: str
) -> None:
    answer = shown(client, query, 400)
    assert message in answer.content.decode()
    assert not answer.context["rows"]


def test_nothing_found_says_the_next_step(client: Client) -> None:
    page = shown(client, "obligation=DUE&timeliness=met_late").content.decode()
    assert "Nothing fits these filters" in page
    assert 'href="/commitments/?agreement=accord"' in page


def test_the_files_hold_the_rows_of_the_page_in_its_order(client: Client) -> None:
    page = shown(client, "party=beta&group=timeliness&sort=-late")
    links = re.findall(r'href="(/api/v1/commitments/[^"]+)"', page.content.decode())
    assert [link.rpartition("=")[2] for link in links] == ["csv", "xlsx", "json", "ndjson"]
    rows = [json.loads(line) for line in body(client.get(links[3].replace("&amp;", "&"))).splitlines()]
    assert [row["id"] for row in rows] == [row.commitment.pk for row in page.context["rows"]]


def test_a_cited_page_shows_the_same_rows_after_more_was_recorded(client: Client) -> None:
    about = shown(client, "party=beta&sort=-late").context["about"]
    assert about.address == (
        "http://testserver/commitments/?party=beta&sort=-late&agreement=accord&as_of=2026-03-02"
        "&known_at=2026-03-02T09%3A00%3A00Z"
    )
    assert about.address in about.citation
    before = cells(client.get(about.address).content.decode())
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        make.finding(owed("DUE", "beta"), 3, date(2024, 1, 11), now=timezone.now())
        assert cells(client.get(about.address).content.decode()) == before
        assert cells(client.get("/commitments/?party=beta&sort=-late").content.decode()) != before


def cells(page: str) -> list[str]:
    """The words of the rows."""
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>.*?</tr>", page, re.S)]
