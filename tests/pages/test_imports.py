"""Packs that administrators bring in: what one would change, and the same applied with a reason."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agreement.models import Agreement, LedgerEntry
from obligations import tasks
from obligations.models import Obligation
from obligations.packs import imports
from parties.models import User
from tests import make
from tests.packs.pack_data import RIVER, changed, load
from tests.packs.test_archive import zipped

pytestmark = pytest.mark.django_db
PAGE = "/administration/imports/"


@pytest.fixture
def keeper() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD))
    return client


def text(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def send(client: Client, content: str) -> Any:
    upload = SimpleUploadedFile("river.zip", zipped(("river/pack.yaml", content)), "application/zip")
    return client.post(PAGE, {"archive": upload})


def plan(client: Client, content: str) -> tuple[str, dict[str, str]]:
    """The page that shows what a pack would change, and what its form sends."""
    answer = send(client, content)
    assert answer.status_code == 302, text(answer)
    shown = text(client.get(answer["Location"]))
    hidden = re.findall(r'type="hidden" name="(pack|shown)" value="([^"]*)"', shown)
    return shown, dict(hidden)


def test_a_new_agreement_is_shown_then_applied_and_the_ledger_tells_who_and_why(keeper: Client) -> None:
    shown, form = plan(keeper, RIVER)
    assert "would be added" in shown
    assert "Nothing is written yet." in shown
    assert not Agreement.objects.exists()
    assert keeper.post(PAGE, form | {"reason": ""}).status_code == 422
    assert keeper.post(PAGE, form | {"reason": "Signed last week."}).status_code == 302
    entry = LedgerEntry.objects.get(command="load_pack", agreement__code="river")
    assert (entry.reason, str(entry.actor)) == ("Signed last week.", "keeper@trial.invalid")
    assert "Signed last week." in text(keeper.get(PAGE))
    assert "Nothing would change" in plan(keeper, RIVER)[0]


def test_a_change_is_shown_with_both_values(keeper: Client, tmp_path: Path) -> None:
    load(tmp_path)
    shown, form = plan(keeper, changed(("title: Report\n", "title: Yearly report\n")))
    assert "'Report'" in shown
    assert "'Yearly report'" in shown
    keeper.post(PAGE, form | {"reason": "A correction."})
    assert Obligation.objects.filter(title="Yearly report").exists()


def test_every_mistake_of_a_pack_is_told_with_its_place(keeper: Client) -> None:
    wrong = RIVER.replace("days: 150", "days: many").replace("title: Report\n", "titel: Report\n")
    answer = send(keeper, wrong)
    assert answer.status_code == 422
    shown = text(answer)
    assert re.search(r"pack\.yaml, line \d+", shown)
    assert "titel" in shown
    assert "Nothing was written: the pack has" in shown
    assert not Agreement.objects.exists()


def test_what_changed_since_it_was_shown_is_not_applied(keeper: Client, tmp_path: Path) -> None:
    _shown, form = plan(keeper, RIVER)
    load(tmp_path)
    answer = keeper.post(PAGE, form | {"reason": "Signed last week."})
    assert answer.status_code == 422
    assert not LedgerEntry.objects.filter(command="load_pack", reason="Signed last week.").exists()
    _shown, form = plan(keeper, changed(("title: Report\n", "title: Yearly report\n")))
    load(tmp_path, changed(("title: Report\n", "title: Another\n")))
    answer = keeper.post(PAGE, form | {"reason": "A correction."})
    assert "The record changed since this was shown" in text(answer)
    assert Obligation.objects.filter(title="Another").exists()


def test_an_administrator_loads_the_own_agreement_and_no_other(tmp_path: Path) -> None:
    client = Client()
    client.force_login(make.administrator())
    answer = send(client, RIVER)
    assert answer.status_code == 422
    assert "a new one is brought in by who keeps the accounts" in text(answer)
    load(tmp_path)
    assert send(client, RIVER).status_code == 422
    own = Client()
    own.force_login(make.administrator("own@trial.invalid", Agreement.objects.get(code="river")))
    _shown, form = plan(own, changed(("title: Report\n", "title: Yearly report\n")))
    assert own.post(PAGE, form | {"reason": "A correction."}).status_code == 302
    assert client.post(PAGE, form | {"reason": "Not mine."}).headers["Location"] == PAGE


def test_a_pack_of_the_program_is_shown_by_its_name(keeper: Client) -> None:
    assert "ohrid-2023" in text(keeper.get(PAGE))
    shown = text(keeper.get(f"{PAGE}?pack=ohrid-2023"))
    assert "would be added" in shown
    assert keeper.get(f"{PAGE}?pack=none").headers["Location"] == PAGE


@pytest.mark.django_db(transaction=True)
def test_a_large_pack_is_loaded_by_a_worker(keeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    monkeypatch.setattr("celery.current_app.send_task", lambda name, **options: None)
    _shown, form = plan(keeper, RIVER)
    keeper.post(PAGE, form | {"reason": "Signed last week."})
    address = f"{PAGE}?pack={form['pack']}"
    assert "A worker is loading this pack" in text(keeper.get(address))
    assert not Agreement.objects.exists()
    for _again in range(2):
        tasks.do_work()
    assert LedgerEntry.objects.get(command="load_pack", agreement__code="river").reason == "Signed last week."
    assert "This pack is loaded" in text(keeper.get(address))


def test_the_pages_take_a_fixed_number_of_queries(keeper: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        keeper.get(PAGE)
    assert len(queries) <= 8
