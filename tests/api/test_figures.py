"""Figures by the API: each number is the count of the rows that it leads to, for whoever asks. And who that is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    for n, by in enumerate((alpha, beta, alpha, beta)):
        owed = make.commitment(f"O-{n}", by=by, days=30)
        if n < 3:
            make.finding(owed, n + 1, date(2024, 1, 10))
    hidden = make.commitment("O-9", by=alpha, days=30)
    make.claim(hidden, make.representative(alpha), level=3)
    make.finding(hidden, 3, date(2024, 1, 11), tier=Tier.MEDIATORS)


def follow(program: Program, address: str) -> Any:
    answer = program.get(address)
    assert answer.status_code == 200, (address, answer.content)
    return answer.json()["count"]


@pytest.mark.parametrize("who", ["anybody", "mediator"])
@pytest.mark.parametrize("asked", [{}, {"agreement": "accord", "as_of": "2024-01-11"}])
def test_each_number_is_the_count_of_its_rows(
    who: str, asked: dict[str, Any], world: None, anybody: Program, program: Callable[[User], Program]
) -> None:
    reader = program(make.mediator("second@trial.invalid")) if who == "mediator" else anybody
    rows = reader.read("figures/", **asked)["results"]
    assert {"commitments", "complete", "overdue", "duties", "level.3", "own_claim.agrees"} <= {
        row["name"] for row in rows
    }
    some = [row for row in rows if row["number"]] + rows[:2]
    for row in some:
        for one in (row, *row["parties"]):
            assert follow(reader, one["rows"]) == one["number"], row["name"]
            assert follow(reader, one["rows_of_total"]) == one["total"], row["name"]
    by_name = {row["name"]: row for row in rows}
    complete = by_name["complete"]
    assert (complete["number"], complete["total"]) == (2 if who == "mediator" else 1, 5)
    assert [one["party"]["code"] for one in complete["parties"]] == ["alpha", "beta"]


def test_figures_ask_as_many_queries_for_many_rows_and_refuse_what_is_no_filter(
    world: None, anybody: Program
) -> None:
    numbers = []
    for n in range(2):
        with CaptureQueriesContext(connection) as queries:
            anybody.read("figures/", agreement="accord")
        numbers.append(len(queries))
        make.finding(make.commitment(f"P-{n}", by=make.party("gamma")), 1)
    assert numbers[0] == numbers[1] <= 6
    assert list(anybody.read("figures/", 400, level="3")["errors"]) == ["level"]
    assert list(anybody.read("figures/", 400, agreement="none")["errors"]) == ["agreement"]


def test_who_asks_is_told_who_that_is_and_what_may_be_seen(
    anybody: Program, program: Callable[[User], Program]
) -> None:
    make.agreement()
    nobody = anybody.read("me/")
    assert (nobody["signed_in"], nobody["email"], nobody["token"]) == (False, None, None)
    assert [(one["agreement"], one["role"], one["reads"], one["may"]) for one in nobody["agreements"]] == [
        ("accord", None, ["public"], [])
    ]
    alpha = program(make.representative(make.party("alpha"))).read("me/")
    (place,) = alpha["agreements"]
    assert (alpha["signed_in"], alpha["token"]["scope"]) == (True, "write")
    assert (place["role"], place["party"]["code"]) == ("representative", "alpha")
    assert place["reads"] == ["public", "parties", "in_confidence"]
    assert "make_claim" in place["may"]
    assert "record_finding" not in place["may"]
