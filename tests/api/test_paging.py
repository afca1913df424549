"""Pages: every row once, in one order, whatever the size of a page and whatever happens between two of them."""

from datetime import timedelta
from typing import Any

import pytest

from tests import make
from tests.api.conftest import Program
from tests.make import NOW

pytestmark = pytest.mark.django_db


def pages_of(program: Program, path: str, **query: Any) -> list[list[Any]]:
    pages = [program.read(path, **query)]
    while pages[-1]["next"]:
        pages.append(program.get(pages[-1]["next"]).json())
    assert {page["count"] for page in pages} == {pages[0]["count"]}
    return [[row["id"] for row in page["results"]] for page in pages]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_hold_every_row_once_and_in_order(limit: int, anybody: Program) -> None:
    rows = [make.commitment(f"O-{n}", by=make.party(f"party-{n % 3}")).pk for n in range(7)]
    pages = pages_of(anybody, "commitments/", limit=limit)
    assert [pk for page in pages for pk in page] == rows
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)


def test_the_next_page_keeps_the_filters(anybody: Program) -> None:
    late = [make.commitment(f"O-{n}", days=30 + n).pk for n in range(3)]
    make.commitment("O-9")
    assert pages_of(anybody, "commitments/", timeliness="overdue", limit=2) == [late[:2], late[2:]]


def test_a_row_that_leaves_between_two_pages_takes_no_other_with_it(anybody: Program) -> None:
    rows = [make.commitment(f"O-{n}", days=30) for n in range(5)]
    first = anybody.read("commitments/", timeliness="overdue", limit=2)
    make.finding(rows[0], 3)
    second = anybody.get(first["next"]).json()
    assert [row["id"] for row in second["results"]] == [rows[2].pk, rows[3].pk]


def test_a_row_that_joins_comes_at_the_end(anybody: Program) -> None:
    rows = [make.commitment(f"O-{n}").pk for n in range(3)]
    first = anybody.read("commitments/", limit=2)
    rows.append(make.commitment("A-0").pk)
    second = anybody.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + second["results"]] == rows


def test_a_page_has_fifty_rows_where_nobody_says_how_many(anybody: Program) -> None:
    for n in range(51):
        make.commitment(f"O-{n}")
    page = anybody.read("commitments/")
    assert (len(page["results"]), page["count"]) == (50, 51)
    assert len(anybody.read("commitments/", limit=500)["results"]) == 51


@pytest.mark.parametrize("limit", ["0", "501", "-1", "1.5", "many", "1e2", "²", "9" * 40])
def test_a_limit_that_is_none_is_a_problem_that_says_what_is(limit: str, anybody: Program) -> None:
    problem = anybody.read("commitments/", 400, limit=limit)
    assert problem["errors"] == {"limit": ["Give a whole number from 1 to 500."]}


def test_a_place_that_is_none_is_a_problem_too(anybody: Program) -> None:
    assert list(anybody.read("commitments/", 400, after="x")["errors"]) == ["after"]
    assert anybody.read("commitments/", after=10**18 - 1)["results"] == []


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_statements_come_as_they_were_recorded_and_a_page_tells_of_no_hidden_row(
    limit: int, anybody: Program
) -> None:
    owed = make.commitment()
    rows = []
    for n in range(5):
        rows.append(make.finding(owed, 1, now=NOW + timedelta(minutes=n // 2), reason=f"No. {n}"))
    in_order = [row.key for row in sorted(rows, key=lambda row: (row.recorded_at, row.key))]
    pages = pages_of(anybody, "statements/", limit=limit)
    assert [key for page in pages for key in page] == in_order
    following = anybody.read("statements/", limit=limit)["next"]
    for n in range(5):
        make.finding(owed, 1, now=NOW + timedelta(minutes=n), reason="hidden", tier="mediators")
    assert anybody.read("statements/", limit=limit)["next"] == following


@pytest.mark.parametrize("after", ["x", "1", "1~", "~a", "1~a~b", "-1~a", "1" * 18 + "~a"])
def test_a_place_among_statements_that_is_none_is_a_problem(after: str, anybody: Program) -> None:
    assert list(anybody.read("statements/", 400, after=after)["errors"]) == ["after"]
