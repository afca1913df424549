"""What rows belong to is in the answer as well where `expand` names it: as its own list has it, and nothing hidden."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
BOTH: Any = {"expand": ["commitment", "obligation"]}


def owed(number: int) -> list[Any]:
    found = [make.commitment(f"O-{one}", days=30) for one in range(number)]
    for one in found:
        make.finding(one, 1)
        make.reading(one, "suspend", reason="Agreed.")
        make.request(one, tier=Tier.PUBLIC)
    return found


@pytest.mark.parametrize("path", ["statements/", "readings/", "requests/", "breaches/", "periods/"])
def test_each_is_there_once_as_its_own_list_has_it(path: str, anybody: Program) -> None:
    first, second = owed(2)
    make.finding(first, 2)
    page = anybody.read(path, **BOTH)
    there = {row["commitment"] for row in page["results"]}
    commitments = [row for row in anybody.read("commitments/")["results"] if row["id"] in there]
    assert page["expanded"]["commitment"] == commitments
    named = {row["obligation"]["code"] for row in page["results"]}
    obligations = [row for row in anybody.read("obligations/")["results"] if row["code"] in named]
    assert page["expanded"]["obligation"] == obligations
    if path in ("statements/", "readings/", "requests/"):
        assert there == {first.pk, second.pk}
    assert "expanded" not in anybody.read(path)


def test_a_commitment_brings_its_obligation_and_the_days_are_those_of_the_list(anybody: Program) -> None:
    (one,) = owed(1)
    page = anybody.read("commitments/", expand="obligation", as_of="2024-01-01")
    assert page["expanded"] == {"obligation": [anybody.read("obligations/accord/O-0/", as_of="2024-01-01")]}
    statement = anybody.read("statements/", expand="commitment", as_of="2026-03-02")["expanded"]["commitment"]
    assert statement == [anybody.read("commitments/", as_of="2026-03-02")["results"][0]]
    assert one.pk == statement[0]["id"]


def test_it_says_no_more_than_the_viewer_may_see(
    anybody: Program, program: Callable[[User], Program]
) -> None:
    (one,) = owed(1)
    make.finding(one, 3, tier=Tier.MEDIATORS, wider=False)
    for who, level in ((anybody, 1), (program(make.mediator("other@trial.invalid")), 3)):
        page = who.read("statements/", expand="commitment")
        assert [row["level"] for row in page["expanded"]["commitment"]] == [level]


def test_what_cannot_be_expanded_is_an_error(anybody: Program) -> None:
    owed(1)
    for path, asked in (
        ("commitments/", {"expand": "commitment"}),
        ("statements/", {"expand": "party"}),
        ("statements/", {"expand": "commitment", "fields": "reason"}),
        ("statements/", {"expand": "commitment", "format": "csv"}),
        ("commitments/", {"expand": "obligation", "format": "ndjson"}),
        ("events/", {"expand": "obligation"}),
    ):
        assert "expand" in anybody.read(path, 400, **asked)["errors"], (path, asked)
    page = anybody.read("statements/", expand="commitment", fields="reason,commitment")
    assert page["expanded"]["commitment"]


def test_many_rows_take_no_more_queries_than_few(anybody: Program) -> None:
    counts = []
    for number in (1, 2, 6):  # before the first, what is found once for all is found
        for one in range(number):
            make.finding(make.commitment(f"O-{number}-{one}", days=30), 1)
        with CaptureQueriesContext(connection) as queries:
            anybody.read("statements/", **BOTH)
        counts.append(len(queries))
    assert counts[1] == counts[2]
