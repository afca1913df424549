"""Lists that are taken away in a file: all rows that the viewer may see, and nothing else."""

import csv
import io
import json
import re
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook
from psycopg2 import extensions, extras

from obligations.api.listings import COMMITMENTS
from obligations.flagging import sweep
from parties.access import Tier
from tests import make
from tests.api.conftest import Program
from tests.lasting import monthly
from tests.make import NOW

pytestmark = pytest.mark.django_db
LISTS = ("commitments", "periods", "breaches")
DAY = NOW.date()


def taken(program: Client, path: str, form: str, **query: Any) -> Any:
    answer = program.get(f"/api/v1/{path}/", {"format": form, **query})
    assert answer.status_code == 200, answer.content
    return answer


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def rows_of(program: Client, path: str, form: str, **query: Any) -> list[dict[str, Any]]:
    data = body(taken(program, path, form, **query))
    if form == "ndjson":
        return [json.loads(line) for line in data.decode().splitlines()]
    if form == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    names, *rows = load_workbook(io.BytesIO(data)).worksheets[0].values
    return [dict(zip(names, row, strict=True)) for row in rows]  # type: ignore[arg-type]


def flat(row: dict[str, Any], left_out: Collection[str] = (), above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name in left_out:
            continue
        if isinstance(value, dict):
            found |= flat(value, (), f"{above}{name}_")
        elif not isinstance(value, list):
            found[above + name] = str(value).lower() if isinstance(value, bool) else value
    return found


@pytest.fixture
def there() -> None:
    for number in range(3):
        owed = make.commitment(f"O-{number}", make.party(f"party-{number}"), days=30 + number)
        make.finding(owed, number + 1, date(2024, 6, 1))
    make.finding(make.commitment("O-9", days=40), 3, date(2024, 6, 2), tier=Tier.MEDIATORS)
    monthly()
    sweep(NOW)


@pytest.mark.parametrize("path", LISTS)
def test_each_format_holds_the_rows_of_the_list(path: str, there: None, anybody: Program) -> None:
    listed = anybody.read(f"{path}/", limit=500)["results"]
    assert listed
    left_out = COMMITMENTS.not_in_sheets if path == "commitments" else ()
    assert rows_of(anybody, path, "ndjson") == listed
    as_text = [
        {name: "" if value is None else str(value) for name, value in flat(row, left_out).items()}
        for row in listed
    ]
    assert rows_of(anybody, path, "csv") == as_text
    as_cells = [
        {
            name: value or None if isinstance(value, str) else value
            for name, value in flat(row, left_out).items()
        }
        for row in listed
    ]
    assert rows_of(anybody, path, "xlsx") == as_cells


@pytest.mark.parametrize("form", ["ndjson", "csv", "xlsx"])
def test_more_rows_than_a_page_has_are_in_one_file(form: str, anybody: Program) -> None:
    for number in range(51):
        make.commitment(f"O-{number}")
    assert len(rows_of(anybody, "commitments", form)) == 51
    assert len(rows_of(anybody, "commitments", form, limit=2)) == 2


@pytest.mark.parametrize("form", ["ndjson", "csv", "xlsx"])
def test_filters_and_days_pick_the_rows_of_a_file(form: str, there: None, anybody: Program) -> None:
    queries: list[dict[str, Any]] = [
        {"obligation": "O-1"},
        {"timeliness": "overdue"},
        {"as_of": "2024-01-15"},
    ]
    for query in queries:
        listed = anybody.read("commitments/", **query)["results"]
        rows = rows_of(anybody, "commitments", form, **query)
        assert [(row["id"] if form != "csv" else int(row["id"])) for row in rows] == [
            row["id"] for row in listed
        ]
        assert [row["timeliness"] for row in rows] == [row["timeliness"] for row in listed]


@pytest.mark.parametrize("form", ["ndjson", "csv", "xlsx"])
def test_a_hidden_finding_is_in_the_file_of_who_may_see_it_alone(
    form: str, there: None, anybody: Program, program: Any
) -> None:
    (seen,) = rows_of(anybody, "commitments", form, obligation="O-9")
    assert seen["level"] in (None, "")
    (seen,) = rows_of(program(make.mediator()), "commitments", form, obligation="O-9")
    assert seen["level"] in (3, "3")


def test_an_agreement_that_is_not_read_is_in_no_file(anybody: Program, program: Any, settings: Any) -> None:
    settings.PUBLIC_READING = False
    make.commitment("O-1")
    other = make.agreement("other")
    make.commitment("HIDDEN-1", make.party("gamma", of=other), of=other)
    assert anybody.get("/api/v1/commitments/?format=csv").status_code == 401
    rows = rows_of(program(make.representative()), "commitments", "ndjson")
    assert [row["obligation"]["code"] for row in rows] == ["O-1"]


@pytest.mark.parametrize("path", LISTS)
def test_a_file_without_rows_has_the_names_of_the_columns(path: str, anybody: Program) -> None:
    make.agreement()
    assert body(taken(anybody, path, "ndjson")) == b""
    (names,) = csv.reader(io.StringIO(body(taken(anybody, path, "csv")).decode("utf-8-sig")))
    assert {"id", "agreement", "obligation_code", "party_code"} <= set(names)
    book = load_workbook(io.BytesIO(body(taken(anybody, path, "xlsx"))))
    assert [list(row) for row in book.worksheets[0].values] == [names]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_taken_for_a_formula(form: str, first: str, anybody: Program) -> None:
    owed = make.commitment("O-1").obligation
    type(owed).objects.filter(pk=owed.pk).update(title=f'{first}HYPERLINK("x")\n=1')
    (row,) = rows_of(anybody, "commitments", form)
    assert row["obligation_title"] == f'\'{first}HYPERLINK("x")\n=1'


def test_a_file_is_called_by_its_list_its_agreement_and_its_day(anybody: Program) -> None:
    make.commitment()
    for query, name in (
        ({}, f"commitments-{DAY}.csv"),
        ({"agreement": "accord", "as_of": "2024-01-15"}, "commitments-accord-2024-01-15.csv"),
    ):
        answer = taken(anybody, "commitments", "csv", **query)
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_who_has_the_file_already_is_sent_nothing_until_something_is_recorded(anybody: Program) -> None:
    owed = make.commitment()
    have = {"If-None-Match": taken(anybody, "commitments", "csv")["ETag"]}
    path = "/api/v1/commitments/?format=csv"
    assert anybody.get(path, headers=have).status_code == 304
    assert anybody.get("/api/v1/commitments/?format=ndjson", headers=have).status_code == 200
    make.finding(owed, 2)
    answer: HttpResponse = anybody.get(path, headers=have)  # type: ignore[assignment]
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("query", "name"),
    [({"format": "pdf"}, "format"), ({"format": "csv", "agreement": "none"}, "agreement")],
)
def test_what_cannot_be_taken_away_is_refused_in_full(
    query: dict[str, str], name: str, anybody: Program
) -> None:
    make.commitment()
    assert list(anybody.read("commitments/", 400, **query)["errors"]) == [name]


def test_the_page_of_commitments_links_to_files_of_its_rows(there: None, anybody: Program) -> None:
    page = anybody.get("/compliance/commitments/?agreement=accord&timeliness=overdue&level=1&level=2").content
    links = re.findall(r'href="(/api/v1/commitments/[^"]+)"', page.decode())
    assert len(links) == 3
    rows = body(anybody.get(links[2].replace("&amp;", "&"))).decode().splitlines()
    assert {json.loads(row)["level"] for row in rows} == {1, 2}


@pytest.fixture
def as_in_the_web_server() -> Iterator[None]:
    """Where a process gives up waiting for the database in time, not everything that psycopg2 can works."""
    extensions.set_wait_callback(extras.wait_select)
    yield
    extensions.set_wait_callback(None)


@pytest.mark.parametrize("form", ["ndjson", "csv", "xlsx"])
def test_a_web_server_that_does_not_wait_for_ever_gives_the_file_too(
    form: str, anybody: Program, as_in_the_web_server: None
) -> None:
    make.commitment(days=30)
    assert len(rows_of(anybody, "commitments", form)) == 1
