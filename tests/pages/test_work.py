"""The page of one's work: found again, told truly, cancelled; and its files, given to nobody else."""

from html import unescape
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from agreement.models import Mandate
from obligations.bulk import run
from obligations.models import Draft, WaitingDate, Work
from obligations.words import paper
from parties.models import User
from tests import make
from tests.bulk.sheets import csv_of, send
from tests.make import NOW
from tests.pages.desk_data import desk, overdue, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/work/"
ASKED = "/api/v1/commitments/?format=xlsx&sort=due"


@pytest.fixture(autouse=True)
def nothing_is_sent_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: None)


def shown(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return " ".join(unescape(answer.content.decode()).split())


def a_sheet(client: Client) -> Any:
    overdue()
    overdue("TWO")
    rows = [[code, "alpha", "1", "2024-01-10", "Seen.", "public"] for code in ("LATE", "TWO")]
    return send(client, csv_of(*rows))


def test_an_empty_page_says_what_comes_here() -> None:
    page = shown(signed_in(make.mediator()))
    assert "Nothing is done for you in the background" in page
    assert "hx-trigger" not in page, "nothing changes"


def test_a_sheet_of_many_rows_is_recorded_by_a_worker_and_cannot_be_sent_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "AT_ONCE", 1)
    monkeypatch.setattr("obligations.web.bulk.AT_ONCE", 1)
    client = signed_in(make.mediator())
    answer, address = a_sheet(client), f"/bulk/accord/{Draft.objects.get().key}/"
    for _again in range(2):
        sent = client.post(address, {"shown": answer.context["result"].digest})
        assert sent.status_code in (200, 302)
    work = Work.objects.get()
    assert (work.kind, work.about, work.agreement) == ("sheet", "statements.csv", make.agreement())
    assert "A worker is recording this sheet." in shown(client, address)
    assert "It waits for a worker." in shown(client)


@pytest.mark.parametrize(
    ("state", "told", "sentence"),
    [
        ("waiting", {}, "It waits for a worker."),
        ("running", {"done": 12, "total": 2000}, "12 of 2,000 steps are done."),
        ("running", {}, "Its steps cannot be counted beforehand."),
        ("running", {"cancel_asked_at": NOW}, "it ends at its next step, and nothing of it is recorded"),
        ("failed", {"failure": "It was so.", "ended_at": NOW}, "It was so."),
        ("cancelled", {"ended_at": NOW}, "Nothing of it was recorded."),
    ],
)
def test_each_state_says_what_is_so_and_is_asked_anew_while_it_is_open(
    state: str, told: dict[str, Any], sentence: str
) -> None:
    mediator = make.mediator()
    make.work(mediator, content=b"", state=state, **told)
    page = shown(signed_in(mediator))
    assert sentence in page
    assert ('hx-trigger="every 3s"' in page) == ("ended_at" not in told)
    assert ("Cancel it" in page) == ("ended_at" not in told and "cancel_asked_at" not in told)
    assert ("Run it again" in page) == ("ended_at" in told)


def test_a_row_that_another_release_wrote_otherwise_keeps_the_page_open() -> None:
    mediator = make.mediator()
    make.work(mediator, content=b"", kind="sheet", state="failed", ended_at=NOW, said={"sheet": "/1"})
    assert "Look at the sheet" not in shown(signed_in(mediator))


@pytest.mark.parametrize("told", [{"said": {}}, {"said": {"of": ["/1"]}}, {"said": "/1"}, {"kind": "later"}])
def test_a_row_that_nobody_can_read_is_not_run_again_and_says_so(told: dict[str, Any]) -> None:
    mediator = make.mediator()
    work = make.work(mediator, content=b"", state="failed", ended_at=NOW, **told)
    client = signed_in(mediator)
    client.post(f"/work/{work.key}/again/")
    assert "What this work was given can no longer be read." in shown(client)
    assert Work.objects.count() == 1


def test_it_is_cancelled_and_run_again_by_its_buttons() -> None:
    mediator = make.mediator()
    work, client = make.work(mediator, content=b""), signed_in(mediator)
    client.post(f"/work/{work.key}/cancel/")
    assert "It was cancelled." in shown(client)
    client.post(f"/work/{work.key}/again/")
    assert list(Work.objects.values_list("state", flat=True)) == ["waiting", "cancelled"]
    assert "It waits for a worker." in shown(client)


def test_a_file_is_taken_away_by_its_owner_and_found_by_nobody_else() -> None:
    mediator = make.mediator()
    work = make.work(mediator, content=b"key\n1\n")
    client, other = signed_in(mediator), signed_in(make.mediator("other@trial.invalid"))
    assert f"/work/{work.key}/file/" in shown(client)
    answer = client.get(f"/work/{work.key}/file/")
    assert answer.getvalue() == b"key\n1\n"
    assert answer["Content-Disposition"] == 'attachment; filename="statements.csv"'
    assert work.about not in shown(other)
    for address in (f"/work/{work.key}/file/", f"/api/v1/work/{work.key}/", f"/api/v1/work/{work.key}/file/"):
        assert other.get(address).status_code == 404
    for act in ("cancel", "again"):
        assert other.post(f"/work/{work.key}/{act}/").status_code == 404
    assert "/account/login/" in Client().get(f"/work/{work.key}/file/")["Location"]


def test_a_file_is_refused_once_the_mandate_has_ended_and_is_gone_after_its_time(settings: Settings) -> None:
    mediator = make.mediator()
    work, client = make.work(mediator), signed_in(mediator)
    mandate = Mandate.objects.get()
    mandate.delete()
    for public, status in ((True, 403), (False, 404)):
        settings.PUBLIC_READING = public
        assert client.get(f"/work/{work.key}/file/").status_code == status
    Mandate.objects.bulk_create([mandate])
    work.parts.all().delete()
    assert client.get(f"/work/{work.key}/file/").status_code == 404
    assert "The file was kept for a week." in shown(client)


def test_a_workbook_of_many_rows_is_made_in_the_background_and_a_smaller_one_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make.commitment("O-1")
    make.commitment("O-2")
    mediator = make.mediator()
    client = signed_in(mediator)
    assert client.get(ASKED).status_code == 200
    monkeypatch.setattr("obligations.api.base.files.AT_ONCE", 1)
    page = client.get(ASKED, follow=True)
    assert "This file takes a while." in page.content.decode()
    for form in ("csv", "ndjson", "json"):
        assert client.get(ASKED.replace("xlsx", form)).status_code == 200
    assert client.get(f"{ASKED}&limit=1").status_code == 200
    client.post("/work/file/", {"address": page.context["address"]})
    assert Work.objects.get().said == {"of": ASKED, "root": "http://testserver/"}
    assert "Commitments, Excel" in shown(client)
    told = Client(headers={"Authorization": f"Token {make.token(mediator)}"}).get(ASKED)
    assert told.status_code == 400
    assert "send its address to /api/v1/work/" in told.json()["errors"]["format"][0]


def test_a_long_pack_of_a_meeting_is_made_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    overdue()
    meeting, client = make.meeting(), signed_in(make.mediator())
    address = f"/meetings/{meeting.key}/pack.pdf"
    assert client.get(address)["Content-Type"] == "application/pdf"
    monkeypatch.setattr(paper, "AT_ONCE", 0)
    page = client.get(address, follow=True)
    assert "Pack for a meeting, PDF" in page.content.decode()
    client.post("/work/file/", {"address": page.context["address"]})
    assert Work.objects.get().said["of"] == address


@pytest.mark.parametrize("address", ["http://[", "//[", "/api/v1/commitments/?format=csv&agreement=%00"])
def test_an_address_that_can_be_none_is_no_file(address: str) -> None:
    client = signed_in(make.mediator())
    assert client.get("/work/file/", {"of": address}).status_code == 404
    assert client.post("/work/file/", {"address": address}).status_code == 404
    asked = client.post("/api/v1/work/", {"address": address}, content_type="application/json")
    assert asked.status_code == 400


def test_nothing_but_a_file_can_be_asked_for() -> None:
    client = signed_in(make.mediator())
    for address in ("/desk/", "", "http://elsewhere.invalid/desk/", "/api/v1/commitments/"):
        assert client.get("/work/file/", {"of": address}).status_code == 404
        assert client.post("/work/file/", {"address": address}).status_code == 404
    assert not Work.objects.exists()


def test_the_desk_tells_what_has_ended_until_it_was_looked_at() -> None:
    mediator = make.mediator()
    make.work(mediator)
    make.work(make.mediator("other@trial.invalid"))
    assert "1 piece of your work in the background has ended." in desk(mediator)
    assert "Statements, CSV" in shown(signed_in(mediator))
    assert "has ended" not in desk(mediator)


@pytest.mark.parametrize("address", [PAGE, "/api/v1/work/"])
def test_the_page_takes_a_fixed_number_of_queries(address: str) -> None:
    mediator = make.mediator()
    client, taken = signed_in(mediator), []
    for pieces in (3, 30):
        for number in range(pieces):
            make.work(mediator, f"{pieces} {number}", seen_at=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_dates_of_triggers_that_one_gave_are_found_here_too() -> None:
    mediator = make.mediator()
    given = {"trigger": make.trigger(), "given_by": mediator, "given_at": NOW, "hanging": 600}
    waiting = WaitingDate.objects.create(**given)
    waiting.note(500)
    page = shown(signed_in(mediator))
    assert "500 of 600 commitments are worked out." in page
    assert "every 3s" in page
    assert "commitments are worked out" not in shown(signed_in(make.mediator("other@trial.invalid")))
    WaitingDate.objects.update(ended_at=NOW, refused="It was refused.")
    assert "It was refused." in shown(signed_in(mediator))


def test_the_menu_of_each_account_leads_there() -> None:
    analyst: User = make.analyst()
    assert 'href="/work/"' in shown(signed_in(analyst), "/account/")
