"""Lists as a program wants them: some fields, in another order, of some days, as a file."""

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest

from tests import make
from tests.api.conftest import Program
from tests.api.test_paging import pages_of
from tests.make import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> list[Any]:
    """Three findings, of which the days spoken of go the other way than those of recording."""
    days = (date(2024, 3, 1), date(2024, 2, 1), date(2024, 1, 1))
    return [
        make.finding(make.commitment(f"O-{n}", days=30 + n), 1, day, now=NOW + timedelta(days=n - 3))
        for n, day in enumerate(days)
    ]


def body(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    return (b"".join(answer) if answer.streaming else answer.content).decode("utf-8-sig")


@pytest.mark.parametrize("path", ["commitments/", "periods/", "breaches/", "statements/", "events/"])
def test_a_list_gives_the_fields_that_are_asked_for_as_it_gives_them_with_all(
    path: str, said: Any, anybody: Program
) -> None:
    make.event("E-1")
    full = anybody.read(path)
    fields = (
        list(anybody.read("commitments/")["results"][0])[1:4] if path == "commitments/" else ["agreement"]
    )
    some = anybody.read(path, fields=",".join(fields))
    assert some["results"] == [{name: row[name] for name in fields} for row in full["results"]]
    assert some["count"] == full["count"]
    assert list(anybody.read(path, 400, fields="agreement,none")["errors"]) == ["fields"]
    for form in ("csv", "ndjson"):
        text = body(anybody.get(f"/api/v1/{path}?format={form}&fields=agreement"))
        if form == "csv":
            rows: list[Any] = list(csv.DictReader(io.StringIO(text)))
            assert not rows or set(rows[0]) == {"agreement", "about"}
        else:
            rows = [json.loads(line) for line in text.splitlines()]
            assert all(set(row) == {"agreement"} for row in rows)
        assert [row["agreement"] for row in rows] == [row["agreement"] for row in full["results"]]


def test_fields_of_objects_are_cells_of_their_own_in_a_sheet(said: Any, anybody: Program) -> None:
    text = body(anybody.get("/api/v1/commitments/?format=csv&fields=id,party"))
    assert text.splitlines()[0] == "id,party_code,party_name,about"
    assert text.splitlines()[1].startswith(f'{said[0].commitment_id},"alpha",')


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_statements_come_in_the_order_that_is_asked_for_page_by_page(
    limit: int, said: list[Any], anybody: Program
) -> None:
    keys = [one.key for one in said]
    for sort, wanted in (
        ("recorded_at", keys),
        ("-recorded_at", keys[::-1]),
        ("effective_on", keys[::-1]),
        ("-effective_on", keys),
    ):
        pages = pages_of(anybody, "statements/", sort=sort, limit=limit)
        assert [key for page in pages for key in page] == wanted
    assert list(anybody.read("statements/", 400, sort="reason")["errors"]) == ["sort"]


def test_what_was_recorded_since_a_day_or_an_instant(said: list[Any], anybody: Program) -> None:
    def since(value: str) -> list[str]:
        return [row["id"] for row in anybody.read("statements/", since=value)["results"]]

    at = said[1].recorded_at
    assert since(f"{at:%Y-%m-%dT%H:%M:%SZ}") == [one.key for one in said[1:]]
    assert since(f"{at + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}") == [said[2].key]
    assert since(f"{at:%Y-%m-%d}") == [one.key for one in said[1:]]
    assert list(anybody.read("statements/", 400, since="yesterday")["errors"]) == ["since"]


def test_what_is_due_between_two_days(said: Any, anybody: Program) -> None:
    rows = anybody.read("commitments/")["results"]
    days = [row["due_on"] for row in rows]
    assert days == sorted(days)
    found = anybody.read("commitments/", due_from=days[1], due_until=days[1])
    assert ([row["id"] for row in found["results"]], found["count"]) == ([rows[1]["id"]], 1)
    assert anybody.read("commitments/", due_from=days[1])["count"] == 2
    assert list(anybody.read("commitments/", 400, due_from="20240301")["errors"]) == ["due_from"]


@pytest.mark.parametrize("path", ["commitments", "statements"])
def test_a_list_is_a_file_by_its_address_or_by_what_is_accepted(
    path: str, said: Any, anybody: Program
) -> None:
    wanted = body(anybody.get(f"/api/v1/{path}/?format=csv"))
    assert body(anybody.get(f"/api/v1/{path}.csv", follow=True)) == wanted
    answer = anybody.get(f"/api/v1/{path}/", headers={"Accept": "text/csv, */*;q=0.1"})
    assert (body(answer), "Accept" in answer["Vary"]) == (wanted, True)
    lines = body(anybody.get(f"/api/v1/{path}/", headers={"Accept": "application/x-ndjson"})).splitlines()
    assert [json.loads(line)["id"] for line in lines] == [
        row["id"] for row in anybody.read(f"{path}/")["results"]
    ]
    assert anybody.get(f"/api/v1/{path}/", headers={"Accept": "*/*"})["Content-Type"] == "application/json"
    assert anybody.get(f"/api/v1/{path}/1.csv", follow=True).status_code == 404
    assert anybody.get(f"/api/v1/{path}/", headers={"Accept": "image/png"}).status_code == 406
