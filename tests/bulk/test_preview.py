"""The preview of a sheet: it says what recording does row after row, writes nothing, and stands in nobody's way."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from agreement.models import Agreement
from agreement.viewers import viewer_for
from obligations.bulk import run
from obligations.bulk.rows import Book, all_said
from obligations.bulk.run import Outcome, preview, record
from obligations.bulk.sheet import Row
from obligations.models import Commitment, Statement
from obligations.words.prospects import effect_of
from parties.access import Viewer
from tests import make
from tests.browser.helpers import sign_in
from tests.lasting import monthly
from tests.make import NOW
from tests.pages.desk_data import overdue

pytestmark = pytest.mark.django_db


def rows_of(*said: dict[str, Any]) -> list[Row]:
    common = {"obligation": "LATE", "effective_on": "2024-01-10", "reason": "Seen.", "tier": "public"}
    return [
        Row(number, {name: str(value) for name, value in (common | one).items()}, {})
        for number, one in enumerate(said, start=2)
    ]


def told(outcome: Outcome) -> tuple[str, str, dict[str, str]]:
    return outcome.effect, outcome.repeats, outcome.errors


def same_one_by_one(viewer: Viewer, rows: list[Row]) -> list[str]:
    """The effects in the preview of all rows, once each row was recorded alone with the same effect."""
    of = make.agreement()
    at_once = preview(of, rows, viewer, NOW)
    for row, expected in zip(rows, at_once.outcomes, strict=True):
        alone = record(agreement=of, rows=[row], actor=viewer, now=NOW, shown=None)
        assert told(alone.outcomes[0]) == told(expected), row
    return [one.effect for one in at_once.outcomes]


@pytest.mark.django_db(transaction=True)
def test_from_the_preview_one_goes_back_to_send_the_sheet_again(page: Page, live_server: LiveServer) -> None:
    overdue()
    sheet = (
        "obligation,effective_on,reason,tier\nNONE,2024-01-10,Seen.,public\nLATE,2024-01-10,Seen.,public\n"
    )
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, live_server, make.mediator(), "/bulk/accord/")
    page.get_by_label("Sheet").set_input_files(
        {"name": "june.csv", "mimeType": "text/csv", "buffer": sheet.encode()}
    )
    page.get_by_role("button", name="Show what it does").click()
    expect(page.get_by_role("alert")).to_contain_text("2 of 2 rows cannot be recorded")
    code = page.get_by_role("cell").get_by_role("link", name="LATE")
    assert code.evaluate("link => getComputedStyle(link).display") == "inline"
    page.get_by_role("link", name="Bulk entry").click()
    expect(page.get_by_role("heading", name="Bulk entry")).to_be_visible()


def test_each_row_meets_what_the_rows_before_it_did() -> None:
    first = overdue()
    make.obligation("NEXT", rule="days_after", terms={"days": 10}, after_obligation=first.obligation)
    make.commitment("NEXT")
    monthly("EACH")
    rows = rows_of(
        {"obligation": "NEXT", "level": 1, "effective_on": "2024-03-01"},
        {"level": 2},
        {"level": 3},
        {"level": 3, "effective_on": "2024-01-09", "tier": "mediators"},
        {"obligation": "NEXT", "level": 3, "effective_on": "2024-03-01", "reason": "Done."},
        {"level": 1, "effective_on": "2024-06-01", "reason": "Fell back."},
        {"obligation": "NEXT", "level": 3, "effective_on": "2024-07-01", "reason": "Again."},
        {"obligation": "EACH", "level": 3, "effective_on": "2026-02-10"},
        {"obligation": "EACH", "level": 3, "effective_on": "2026-02-11"},
        {"obligation": "EACH", "level": 1, "effective_on": "2026-02-12"},
    )
    effects = same_one_by_one(make.a_mediator(), rows)
    assert effects[0] == "No date is set, so no clock changes."
    # Since the third row its clock runs.
    assert effects[4] == "41 days after the due date: the breach closes as met late."
    assert effects[5].startswith("This takes the completion of")
    assert effects[9].startswith("This takes the completion of 10 Feb 2026 back")


def test_a_preview_in_one_language_holds_in_another() -> None:
    overdue()
    rows, of, viewer = rows_of({"level": 3}, {"level": 3}), make.agreement(), viewer_for(make.mediator())
    shown = {}
    for language in ("sq", "sr", "en"):
        with translation.override(language):
            shown[language] = preview(of, rows, viewer, NOW)
    assert len({one.outcomes[0].effect for one in shown.values()}) == 3
    assert record(agreement=of, rows=rows, actor=viewer, now=NOW, shown=shown["sq"].digest).recorded


def test_a_finding_judges_the_contested_claims_for_the_rows_after_it() -> None:
    late = overdue()
    beta = make.representative(make.party("beta"))
    claim = make.claim(late, make.representative(late.party))
    make.contest(claim, beta)
    rows = rows_of({"level": 1}, {"level": 2, "refers_to": claim.key, "wider": "yes"}, {"level": 2})
    at_once = preview(make.agreement(), rows, make.a_mediator(), NOW.replace(hour=10))
    assert [sorted(one.errors) for one in at_once.outcomes] == [["refers_to"], [], []]


def test_a_reply_answers_the_request_for_the_rows_after_it() -> None:
    late = overdue()
    make.request(late, now=NOW.replace(hour=8))
    viewer = viewer_for(make.representative(late.party))
    rows = rows_of({"level": 1, "wider": "yes"}, {"level": 2})
    assert same_one_by_one(viewer, rows) == ["It waits for a finding; no clock changes."] * 2
    asked = preview(make.agreement(), rows_of({"level": 1, "reason": "More."}), viewer, NOW)
    assert not asked.wrong


def test_a_reply_that_more_people_would_see_is_refused_in_the_preview() -> None:
    late = overdue()
    make.request(late, now=NOW.replace(hour=8))
    viewer = viewer_for(make.representative(late.party))
    (refused,) = preview(make.agreement(), rows_of({"level": 1}), viewer, NOW).outcomes
    assert list(refused.errors) == ["wider"]


def test_what_wants_two_mediators_is_said_as_recording_it_would() -> None:
    overdue()
    Agreement.objects.update(sign_off=["complete_findings", "publications"])
    rows = rows_of({"level": 3, "tier": "parties"}, {"level": 1}, {"level": 1, "tier": "parties"})
    outcomes = preview(make.agreement(), rows, make.a_mediator(), NOW).outcomes
    assert [sorted(one.errors) for one in outcomes] == [["level"], ["tier"], []]
    for row, outcome in zip(rows, outcomes, strict=True):
        said = all_said(Book(make.agreement(), make.a_mediator(), NOW), [row])
        with transaction.atomic():
            alone = run.written(Outcome(said[0], statement=Statement()), make.a_mediator(), NOW)
            transaction.set_rollback(True)
        assert alone.errors == outcome.errors


def test_it_asks_the_database_no_more_often_for_more_rows() -> None:
    overdue()
    viewer, asked = make.a_mediator(), []
    for number in (1, 40):
        rows = rows_of(*({"level": 1, "reason": f"Visit {one}."} for one in range(number)))
        with CaptureQueriesContext(connection) as queries:
            preview(make.agreement(), rows, viewer, NOW)
        asked.append([one["sql"] for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]])
    assert len(asked[0]) == len(asked[1])
    assert not any(word in sql for sql in asked[1] for word in ("FOR UPDATE", "INSERT", "UPDATE ", "DELETE"))


@pytest.mark.django_db(transaction=True)
def test_others_write_to_the_same_commitments_while_it_is_worked_out(monkeypatch: Any) -> None:
    late = overdue()
    make.finding(late, level=1)
    viewer, locked = make.a_mediator(), []

    def lock() -> int:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM obligations_commitment FOR UPDATE NOWAIT")
                cursor.execute("SELECT 1 FROM obligations_statement FOR UPDATE NOWAIT")
                return int(cursor.rowcount)
        finally:
            connections.close_all()

    def slowly(*args: Any) -> str:
        with ThreadPoolExecutor(1) as pool:
            locked.append(pool.submit(lock).result(timeout=30))
        return effect_of(*args)

    monkeypatch.setattr(run, "effect_of", slowly)
    rows = rows_of({"level": 3}, {"level": 2, "effective_on": "2024-02-01"})
    assert len(preview(make.agreement(), rows, viewer, NOW).new) == 2
    assert locked
    assert set(locked) == {1}
    assert Statement.objects.count() == 1
    assert Commitment.objects.get().flag_at == late.flag_at


def test_what_stands_already_for_others_to_read_says_so() -> None:
    overdue()
    viewer, of = make.a_mediator(), make.agreement()
    record(agreement=of, rows=rows_of({"level": 1, "tier": "parties"}), actor=viewer, now=NOW, shown=None)
    rows: list[dict[str, Any]] = [{"level": 1, "tier": "parties"}, {"level": 1}, {"level": 2}, {"level": 2}]
    outcomes = preview(of, rows_of(*rows, {"level": 2, "tier": "parties"}), viewer, NOW).outcomes
    assert [one.repeats for one in outcomes] == [
        "Already recorded.",
        "Already recorded, but for other readers than the row says: change that on the page of the obligation.",
        "",
        "The same as row 4.",
        "The same as row 4, but for other readers.",
    ]
