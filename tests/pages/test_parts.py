"""Actors that are part of another: their figures are among the whole's, and who asks about it is shown them."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from agreement.models import Participation
from obligations.flagging import sweep
from tests import make
from tests.make import NOW
from tests.pages.test_compliance_numbers import found_by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_government_with_parts(settings: Settings) -> Iterator[None]:
    """The government owes one thing, its ministry two, an office of that three; another party one."""
    settings.PUBLIC_READING = True
    government, ministry, office, other = map(make.party, ("government", "ministry", "office", "beta"))
    Participation.objects.filter(party=ministry).update(part_of=government)
    Participation.objects.filter(party=office).update(part_of=ministry)
    for number, party in enumerate([government, ministry, ministry, office, office, office, other]):
        make.commitment(f"O-{number}", by=party, days=30)
    sweep(NOW)
    with time_machine.travel(NOW, tick=False):
        yield


def deliverables(page: str) -> list[tuple[str, int]]:
    """Each party with its deliverables, as the table of levels has them in order."""
    table = page.split("Deliverables of each party by the level found")[1].split("</table>")[0]
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in table.split("<tr>")[2:]]
    found = [re.match(r"(\w+)(?: with \D*?\d+ parts?)? \d+ \w+ \d+ (\d+)", row) for row in rows]
    return [(one[1], int(one[2])) for one in found if one]


def test_the_whole_has_the_sum_and_its_parts_stand_below_it(client: Client) -> None:
    page = client.get("/compliance/").content.decode()
    assert deliverables(page) == [("Beta", 1), ("Government", 6), ("Ministry", 5), ("Office", 3)]
    assert "with its 2 parts" in page
    head = page.split('<table class="mirror strip">')[1].split("</thead>")[0]
    assert re.findall(r">(Beta|Government|Ministry|Office)<", head) == ["Beta", "Government"]


def test_who_asks_about_a_whole_is_shown_its_parts_and_nothing_else(client: Client) -> None:
    page = client.get("/compliance/?party=ministry").content.decode()
    assert deliverables(page) == [("Ministry", 5), ("Office", 3)]
    for party, n in (("government", 6), ("ministry", 5), ("office", 3), ("beta", 1)):
        assert client.get(f"/api/v1/commitments/?party={party}").json()["count"] == n
        assert len(client.get(f"/api/v1/breaches/?party={party}").json()["results"]) == n
        assert client.get(f"/api/v1/obligations/?party={party}").json()["count"] == n
        assert client.get(f"/timeline/?agreement=accord&party={party}").status_code == 200


@pytest.mark.parametrize("filters", ["", "party=government", "party=ministry"])
def test_each_number_finds_as_many_rows_as_it_says(client: Client, filters: str) -> None:
    page = client.get(f"/compliance/?{filters}").content.decode()
    numbers = dict(re.findall(r'<a href="(/commitments/\?[^"]*party[^"]*)">(\d+)</a>', page))
    assert numbers
    for address, n in numbers.items():
        assert found_by(address.replace("&amp;", "&")) == int(n), address


def test_the_api_tells_what_an_actor_is_part_of(client: Client) -> None:
    rows = client.get("/api/v1/parties/").json()["results"]
    assert {row["code"]: row["part_of"] for row in rows} == {
        "beta": None,
        "government": None,
        "ministry": "government",
        "office": "ministry",
    }
