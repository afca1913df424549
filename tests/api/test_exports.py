"""Lists that are taken away in a file: all rows that the viewer may see, and nothing else."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook
from psycopg2 import extensions, extras

from agreement.models import Agreement, Translation
from obligations.flagging import sweep
from obligations.lists.listings import COMMITMENTS
from obligations.lists.takeaway import Column, Kind
from obligations.models import Commitment, Obligation
from parties.access import Tier
from tests import make
from tests.api.conftest import Program
from tests.lasting import monthly
from tests.make import NOW

pytestmark = pytest.mark.django_db
WRITTEN = ("commitments", "periods", "breaches")  # by the database
LISTS = (
    *WRITTEN,
    *("agreements", "calendars", "events", "evidence", "instruments", "obligations", "parties", "provisions"),
    *("readings", "requests", "statements", "triggers"),
)
FORMS = ("ndjson", "json", "csv", "xlsx")
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
    if form == "json":
        return list(json.loads(data)["rows"])
    names = [one.key for one in columns_of(program, path, **query)]
    _labels, *rows = load_workbook(io.BytesIO(data)).worksheets[0].values
    return [dict(zip(names, row, strict=True)) for row in rows]


def columns_of(program: Any, path: str, **query: Any) -> list[Column]:
    """The columns of a file, as its document tells them."""
    told = json.loads(body(taken(program, path, "json", **query)))["columns"]
    left_out = COMMITMENTS.not_in_sheets if path == "commitments" else ()
    found = [Column(one["key"], one["label"], Kind(one["kind"])) for one in told]
    return [one for one in found if one.key.split("_")[0] not in left_out and one.key not in left_out]


def as_cell(value: Any, kind: Kind) -> Any:
    """What a workbook gives for a value of the API."""
    if value in (None, "", []):
        return None
    if kind == Kind.DAY:
        return datetime.fromisoformat(value)
    if kind == Kind.INSTANT:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    return ", ".join(value) if isinstance(value, list) else value


def as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def flat(row: dict[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= flat(value, f"{above}{name}_")
        else:
            found[above + name] = value
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
    assert listed or path in ("evidence", "events", "calendars", "readings", "requests", "triggers")
    assert rows_of(anybody, path, "ndjson") == listed
    assert rows_of(anybody, path, "json") == listed
    columns = columns_of(anybody, path)
    values = [flat(row) for row in listed]
    in_csv = rows_of(anybody, path, "csv")
    assert [{one.key: row[one.key] for one in columns} for row in in_csv] == [
        {one.key: as_text(row.get(one.key)) for one in columns} for row in values
    ]
    assert rows_of(anybody, path, "xlsx") == [
        {one.key: as_cell(row.get(one.key), one.kind) for one in columns} for row in values
    ]


@pytest.mark.parametrize("form", FORMS)
def test_more_rows_than_a_page_has_are_in_one_file(form: str, anybody: Program) -> None:
    for number in range(51):
        make.commitment(f"O-{number}")
    assert len(rows_of(anybody, "commitments", form)) == 51
    assert len(rows_of(anybody, "commitments", form, limit=2)) == 2


@pytest.mark.parametrize("form", FORMS)
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


@pytest.mark.parametrize("form", FORMS)
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


@pytest.mark.parametrize("path", WRITTEN)
def test_a_file_without_rows_has_the_names_of_the_columns(path: str, anybody: Program) -> None:
    make.agreement()
    assert body(taken(anybody, path, "ndjson")) == b""
    assert json.loads(body(taken(anybody, path, "json")))["rows"] == []
    (names,) = csv.reader(io.StringIO(body(taken(anybody, path, "csv")).decode("utf-8-sig")))
    assert {"id", "agreement", "obligation_code", "party_code"} <= set(names)
    book = load_workbook(io.BytesIO(body(taken(anybody, path, "xlsx"))))
    ((*labels,),) = book.worksheets[0].values
    assert labels == [one.label for one in columns_of(anybody, path)]


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
        ({}, f"commitments-accord-{DAY}.csv"),
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
    page = anybody.get("/commitments/?agreement=accord&timeliness=overdue&level=1&level=2").content
    links = re.findall(r'href="(/api/v1/commitments/[^"]+)"', page.decode())
    assert len(links) == 4
    rows = body(anybody.get(links[3].replace("&amp;", "&"))).decode().splitlines()
    assert {json.loads(row)["level"] for row in rows} == {1, 2}


@pytest.fixture
def as_in_the_web_server() -> Iterator[None]:
    """Where a process gives up waiting for the database in time, not everything that psycopg2 can works."""
    extensions.set_wait_callback(extras.wait_select)
    yield
    extensions.set_wait_callback(None)


@pytest.mark.parametrize("form", FORMS)
def test_a_web_server_that_does_not_wait_for_ever_gives_the_file_too(
    form: str, anybody: Program, as_in_the_web_server: None
) -> None:
    make.commitment(days=30)
    assert len(rows_of(anybody, "commitments", form)) == 1


# What a file is about


def test_a_workbook_has_a_sheet_on_what_its_rows_are(there: None, anybody: Program) -> None:
    Agreement.objects.update(
        footnote="* Without prejudice.", licence="CC BY 4.0", data_version="7", title="An accord"
    )
    query = {"agreement": "accord", "as_of": "2024-01-15", "known_at": "2024-02-01", "level": "1"}
    book = load_workbook(io.BytesIO(body(taken(anybody, "commitments", "xlsx", **query))))
    told = {str(label): str(value) for label, value in book["About"].values}
    assert told["Title"] == "Commitments"
    assert told["Agreement"] == "An accord"
    assert (told["As of"], told["As known on"]) == ("2024-01-15", "2024-02-01")
    assert told["Filters"] == "Agreement: accord; Level found: Minimal"
    assert told["Tiers"] == "Counted in what everybody may see."
    assert told["Footnote"] == "* Without prejudice."
    assert (told["Licence"], told["Version of the data"]) == ("CC BY 4.0", "7")
    assert told["Permanent address"] in told["To cite it"]
    assert told["Column: Days late"] == "days_late (number)"


def test_days_numbers_and_instants_of_a_workbook_are_no_texts(there: None, anybody: Program) -> None:
    sheet = load_workbook(
        io.BytesIO(body(taken(anybody, "commitments", "xlsx", obligation="O-1")))
    ).worksheets[0]
    found: dict[Any, Any] = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    assert found["Level found"].value == 2
    assert (found["Due on"].is_date, found["Overdue since (UTC)"].is_date) == (True, True)
    assert found["Not assessable"].value is False


def test_the_footnote_and_the_citation_stand_once_in_csv(there: None, anybody: Program) -> None:
    Agreement.objects.update(footnote="* Without prejudice.")
    rows = rows_of(anybody, "commitments", "csv")
    assert rows[0]["about"].endswith("* Without prejudice.")
    assert {row["about"] for row in rows[1:]} == {""}


def test_what_a_file_is_about_is_in_one_language_and_its_rows_are_as_written(
    there: None, program: Any
) -> None:
    languages = [{"language": "sq", "state": "reviewed", "by": ""}]
    Agreement.objects.update(
        title="An accord", footnote="* Without prejudice.", languages=languages, pack_digest="a"
    )
    for source, text in {"An accord": "Një marrëveshje", "* Without prejudice.": "* Pa paragjykim."}.items():
        Translation.objects.create(agreement=make.agreement(), language="sq", source=source, text=text)
    tool = program(make.mediator())
    answers = [
        body(tool.get(f"/api/v1/commitments/?format={form}", headers={"Accept-Language": "sq"})).decode()
        for form in ("csv", "json")
    ]
    for answer in answers:
        assert "Një marrëveshje: Angazhimet, gjendja më" in answer
        assert "* Pa paragjykim." in answer
        assert "An accord" not in answer
        assert "Without prejudice" not in answer
        assert Obligation.objects.get(code="O-0").title in answer


@pytest.mark.parametrize("path", ["commitments", "periods", "breaches", "statements"])
@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_a_cited_address_gives_the_same_bytes_after_more_was_recorded(
    path: str, form: str, there: None, program: Any
) -> None:
    mediator = make.mediator()
    with time_machine.travel(NOW, tick=False):
        tool = program(mediator)
        cited = json.loads(body(taken(tool, path, "json", agreement="accord")))["about"]["address"]
        before = body(tool.get(f"{cited}&format={form}"))
    assert before
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        owed = Commitment.objects.get(obligation__code="O-0")
        make.finding(owed, 3, date(2024, 7, 1), now=NOW + timedelta(minutes=30))
        present = body(tool.get(f"/api/v1/{path}/?agreement=accord&format={form}"))
        after = body(tool.get(f"{cited}&format={form}"))
    assert without_the_note(after, form) == without_the_note(before, form)
    assert path == "periods" or without_the_note(present, form) != without_the_note(before, form)


def without_the_note(data: bytes, form: str) -> list[list[str]]:
    """The rows of a file: the note of CSV has the day on which it was taken away."""
    if form == "ndjson":
        return [[line] for line in data.decode().splitlines()]
    return [row[:-1] for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))]
