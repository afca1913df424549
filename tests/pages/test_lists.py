"""The lists that the database writes, as pages: in every order, and equal to what their files and the API have."""

import csv
import io
import json
import random
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from obligations.deadlines import present
from obligations.lists.listing import Listing, ListQuery, Order
from obligations.lists.listings import BREACHES, COMMITMENTS, PERIODS
from obligations.lists.places import place_of, values_at
from obligations.models import Commitment
from parties.access import PUBLIC_VIEWER, Tier
from parties.models import Party
from tests import make
from tests.effort import effort
from tests.lasting import monthly
from tests.make import NOW
from tests.pages.compliance_data import accord, owed, signed_in
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
LISTS = {"commitments": COMMITMENTS, "breaches": BREACHES, "periods": PERIODS}
# What the world has, of filters that take any text.
OF_THE_WORLD = {
    "due_from": ["2023-04-17"],
    "due_until": ["2023-04-17"],
    "party": ["alpha", "beta"],
    "obligation": ["DUE", "OLD", "STAND"],
}


def with_breaches_and_periods() -> Any:
    of = accord()
    for party in ("alpha", "beta"):
        monthly(by=make.party(party))
    make.finding(owed("DUE", "beta"), 3, date(2024, 5, 1))
    return of


agreement = made_once(with_breaches_and_periods)


def body(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def in_pages(listing: Listing, sorts: list[str], limit: int) -> list[Any]:
    """The rows of all pages, each begun from the place that the one before it ended at, as an address has it."""
    keys = listing.keys_of(sorts, present(NOW))
    parts, place, walked = Order(keys).parts, None, []
    while True:
        text, last = listing.page(ListQuery(PUBLIC_VIEWER, present(NOW), "/", {}, limit, place, keys))
        walked += [row["id"] for row in json.loads(text)]
        if last is None:
            return walked
        place = values_at(place_of(parts, last), parts)
        assert place == list(last)


@pytest.mark.parametrize("name", LISTS)
def test_pages_of_every_order_have_each_row_once_in_that_order(name: str) -> None:
    listing, every = LISTS[name], set(in_pages(LISTS[name], [], 500))
    for sort in [*listing.sorts, *(f"-{one}" for one in listing.sorts)]:
        whole = in_pages(listing, [sort], 500)
        assert len(whole) == len(every) > 3
        assert set(whole) == every
        assert in_pages(listing, [sort], 3) == whole, sort


@pytest.mark.parametrize("name", ["~", "!~-", "A~1~2", "!", "!-", "~!!~"])
def test_what_stands_between_two_values_of_a_place_may_stand_in_a_name(name: str, client: Client) -> None:
    Party.objects.filter(code="beta").update(name=name)
    for of, listing in LISTS.items():
        whole = in_pages(listing, ["party"], 500)
        assert in_pages(listing, ["party"], 1) == whole
        walked, at = [], f"/api/v1/{of}/?sort=-party&limit=4"
        while at:
            answer = client.get(at).json()
            walked += [row["id"] for row in answer["results"]]
            at = answer["next"]
        assert sorted(walked, key=str) == sorted(whole, key=str)


@pytest.mark.parametrize("name", ["breaches", "periods"])
def test_a_heading_sorts_and_says_which(client: Client, name: str) -> None:
    page = client.get(f"/{name}/?party=beta&sort=-late").content.decode()
    assert re.search(rf'aria-sort="descending"><a href="/{name}/\?party=beta&amp;sort=late">Late', page)
    assert page.count("aria-sort=") == 1
    assert 'data-l="Party"' in page


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("breaches/?outcome=lost", "Outcome: there is no “lost”."),
        ("breaches/?open=maybe", "Still open: there is no “maybe”."),
        ("breaches/?commitment=one", "Commitment: there is no “one”."),
        ("breaches/?sort=level", "Order: there is no “level”."),
        ("periods/?state=gone", "How it stands: there is no “gone”."),
        ("periods/?group=late", "Grouped by: there is no “late”."),
        ("periods/?as_of=2030-01-01", "has not come yet"),
        ("periods/?level=3", "Unknown parameter."),
    ],
)
def test_what_a_list_cannot_be_is_said_and_nothing_is_listed(
    client: Client, query: str, message: str
) -> None:
    answer = client.get(f"/{query}")
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not answer.context.get("rows")


def test_a_breach_says_since_when_it_runs_or_how_it_ended(client: Client) -> None:
    page = client.get("/breaches/?obligation=DUE&sort=party").content.decode()
    words = [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in re.findall("<tr>.*?</tr>", page, re.S)]
    assert words[-2] == "DUE Do DUE Alpha 18 Apr 2023 Open 1,050 days"
    assert words[-1] == "DUE Do DUE Beta 18 Apr 2023 Met late 2 Mar 2026 380 days"


@pytest.mark.parametrize("name", ["breaches", "periods"])
def test_nothing_found_says_the_next_step(client: Client, name: str) -> None:
    page = client.get(f"/{name}/?obligation=OPEN").content.decode()
    assert "Nothing fits these filters" in page
    assert f'href="/{name}/?agreement=accord"' in page


@pytest.mark.parametrize("name", LISTS)
def test_a_printed_part_says_what_it_is_of_and_where_the_whole_is(client: Client, name: str) -> None:
    assert "On these sheets" not in client.get(f"/{name}/?party=beta&obligation=DUE").content.decode()
    for number in range(120):
        make.commitment(f"O-{number:03}", days=30)
    for number in range(8):
        monthly(f"P-{number:03}")
    answer = client.get(f"/{name}/")
    total = answer.context["total"]
    assert total > 100 == len(answer.context["rows"])
    page = answer.content.decode()
    assert f"On these sheets: 100 of {total} rows." in page
    (file,) = re.findall(r"The whole list, as a file: (\S+)", page)
    lines = body(client.get(file.replace("&amp;", "&"))).splitlines()
    assert len(lines) == total + 1
    after = re.findall(r"after=[^\"&#]+", page)[-1]
    (title,) = re.findall(
        r"<title>(.*?)</title>", client.get(f"/{name}/?{after}").content.decode(), re.DOTALL
    )
    assert title.strip().endswith(
        f"{answer.context['agreement'].short_title}, a further page - Normalization Tracker"
    )


@pytest.mark.parametrize("name", LISTS)
def test_a_page_costs_as_many_queries_for_many_rows(
    client: Client, name: str, django_assert_num_queries: Any
) -> None:
    client.get(f"/{name}/?group=party&sort=-late")  # the connection learns of the statements
    with CaptureQueriesContext(connection) as few:
        client.get(f"/{name}/?group=party&sort=-late")
    for number in range(60):
        make.commitment(f"O-{number:03}", days=30)
    with django_assert_num_queries(len(few)):
        client.get(f"/{name}/?group=party&sort=-late")


def test_the_lists_lead_to_one_another_with_the_filters_that_both_have(client: Client) -> None:
    page = client.get("/commitments/?party=beta&level=3&known_at=2024-01-01").content.decode()
    for name in ("breaches", "periods"):
        assert f'href="/{name}/?agreement=accord&amp;party=beta&amp;known_at=2024-01-01"' in page
    board = client.get("/compliance/?party=beta").content.decode()
    assert 'href="/breaches/?agreement=accord&amp;party=beta"' in board
    assert 'href="/periods/?agreement=accord&amp;party=beta"' in board


def asked_at_random(seed: int, listing: Listing) -> str:
    """Some filters with values that find something, and days."""
    chance = random.Random(seed)
    names = chance.sample(
        sorted(of for of, one in listing.filters.items() if one.choices or of in OF_THE_WORLD),
        chance.randint(0, 2),
    )
    query = ["agreement=accord"]
    for name in names:
        there = [str(value) for value, _label in listing.filters[name].choices or ()] or OF_THE_WORLD[name]
        query.append(f"{name}={chance.choice(there)}")
    days = [date(2023, 3, 1) + timedelta(days=chance.randint(0, 1000)) for _each in range(2)]
    query += [
        f"{name}={day}"
        for name, day in zip(("as_of", "known_at"), days, strict=True)
        if chance.random() < 0.4
    ]
    return "&".join([*query, f"sort={chance.choice(sorted(listing.sorts))}"])


@pytest.mark.parametrize("seed", range(effort(3, 50)))
@pytest.mark.parametrize("who", ["nobody", "mediator"])
@pytest.mark.parametrize("name", LISTS)
def test_numbers_are_equal_on_the_page_in_every_file_and_in_the_api(
    name: str, seed: int, who: str, client: Client
) -> None:
    make.finding(owed("DUE", "alpha"), 3, date(2024, 1, 12), tier=Tier.MEDIATORS)
    reader = client if who == "nobody" else signed_in(make.mediator())
    query = asked_at_random(seed, LISTS[name])
    page = reader.get(f"/{name}/?{query}&limit=500")
    assert page.status_code == 200
    files = {
        form: body(reader.get(f"/api/v1/{name}/?{query}&format={form}"))
        for form in ("csv", "xlsx", "json", "ndjson")
    }
    answer = reader.get(f"/api/v1/{name}/?{query}&limit=500").json()
    ids = [row["id"] for row in answer["results"]]
    late = [row["days_late"] for row in answer["results"]]
    assert answer["count"] == len(ids) == page.context["total"]
    assert shown(page.context["rows"]) == list(zip(ids, late, strict=True))
    assert [row["id"] for row in json.loads(files["json"])["rows"]] == ids
    assert [json.loads(line)["id"] for line in files["ndjson"].splitlines()] == ids
    in_csv = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in in_csv] == [str(one) for one in ids]
    assert [row["days_late"] for row in in_csv] == ["" if n is None else str(n) for n in late]
    _labels, *rows = load_workbook(io.BytesIO(files["xlsx"])).worksheets[0].values
    assert [row[0] for row in rows] == ids


def shown(rows: Any) -> list[tuple[Any, int | None]]:
    """What a page shows each row by, and its days late."""
    return [
        (row["id"], row["days_late"])
        if isinstance(row, dict)
        else (row.commitment.pk, row.standing.days_late)
        for row in rows
    ]


def test_the_number_of_the_dashboard_is_that_of_the_breaches_that_are_open(client: Client) -> None:
    """Of what is due once; what is due again and again can be overdue several times."""
    number = client.get("/compliance/?kind=one_off").context["figures"].shares[1].number.n
    once = Commitment.objects.filter(obligation__kind="one_off").values_list("obligation__code", flat=True)
    rows = client.get("/breaches/?open=true&limit=500").context["rows"]
    assert number == len([row for row in rows if row["obligation"]["code"] in set(once)]) > 0
