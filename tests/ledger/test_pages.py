"""The ledger on pages and in the API: for the mediators of the agreement, and for nobody else."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.translation import override

from agreement.ledger import enter
from agreement.ledger.verify import check
from agreement.models import Agreement, ChainHead, LedgerCheck
from obligations.models import Statement
from obligations.words.ledger import subject
from parties.access import Role, Viewer
from parties.models import User
from tests import make
from tests.ledger.data import a_ledger
from tests.make import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def accord(tmp_path: Path) -> Agreement:
    made = a_ledger(tmp_path)
    connection.check_constraints()  # what a commit does
    return made


@pytest.fixture
def mediator(accord: Agreement, client: Client) -> Client:
    client.force_login(User.objects.get(mandates__role=Role.MEDIATOR, mandates__agreement=accord))
    return client


def test_a_mediator_reads_who_did_what_and_why_newest_first(mediator: Client, accord: Agreement) -> None:
    page = mediator.get("/ledger/").content.decode()
    places = [
        page.index(words)
        for words in (
            "The rest too.",
            "Half of it.",
            "Published.",
            'Loaded a pack: <span translate="no">river-2020',
        )
    ]
    assert places == sorted(places)
    assert "north@trial.invalid" in page
    assert "for North*" in " ".join(page.split())
    assert ChainHead.objects.get(chain=accord.pk).hash in page
    assert "It was not verified yet" in page


@pytest.mark.parametrize(
    ("entered", "read"),
    [
        ("1 commitments", ("1 преузета обавеза", "")),
        ("3 commitments", ("3 преузете обавезе", "")),
        ("7 differences", ("7 разлика", "")),
        ("statement 3f", ("изјава", "3f")),
        ("accounts of the trial", ("налози за пробни рад", "")),
        ("O-1 alpha", ("", "O-1 alpha")),
        ("river-2020", ("", "river-2020")),
    ],
)
def test_what_an_entry_is_about_is_read_in_words_and_codes_as_they_are(
    entered: str, read: tuple[str, str]
) -> None:
    with override("sr"):
        assert subject(entered) == read


def test_the_page_says_how_many_commitments_in_the_readers_language(
    mediator: Client, accord: Agreement
) -> None:
    enter(agreement_id=accord.pk, actor=Viewer(), now=NOW, command="flag_overdue", subject="3 commitments")
    connection.check_constraints()
    assert (
        "3 преузете обавезе" in mediator.get("/ledger/", headers={"accept-language": "sr"}).content.decode()
    )
    (entered,) = mediator.get("/api/v1/ledger/?command=flag_overdue").json()["results"]
    assert entered["subject"] == "3 commitments"


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("command=record_finding", ["Half of it."]),
        ("subject=ra-1", ["Published.", "Half of it.", "The rest too."]),
        ("since=2026-03-03", []),
        ("since=2026-03-02&until=2026-03-02&command=record_claim", ["Published.", "The rest too."]),
        ("until=2026-03-01", []),
    ],
)
def test_it_is_filtered_by_command_day_and_subject(mediator: Client, query: str, seen: list[str]) -> None:
    page = mediator.get(f"/ledger/?{query}").content.decode()
    assert [words for words in ("Published.", "Half of it.", "The rest too.") if words in page] == seen
    api = mediator.get(f"/api/v1/ledger/?{query}").json()
    assert [row["reason"] for row in api["results"]] == seen
    assert api["count"] == len(seen)


def test_a_citation_says_what_the_page_is_narrowed_by(mediator: Client) -> None:
    page = mediator.get("/ledger/?command=load_pack&since=2023-01-01&cite=1").content.decode()
    act = re.search(r'<option value="load_pack" selected>([^<]+)<', page)
    assert act is not None
    assert f"Ledger (Act: {act[1].strip()}; From: 2023-01-01)" in page


def test_what_is_no_day_is_named(mediator: Client) -> None:
    answer = mediator.get("/ledger/?since=yesterday")
    assert answer.status_code == 400
    assert "Give a day as 2026-01-31." in answer.content.decode()
    assert mediator.get("/api/v1/ledger/?since=yesterday").status_code == 400
    assert mediator.get("/ledger/?since=0001-01-01").status_code == 400
    assert mediator.get("/api/v1/ledger/?since=0001-01-01").status_code == 400


def test_the_api_gives_what_verifies_page_by_page(mediator: Client) -> None:
    rows: list[dict[str, Any]] = []
    address = "/api/v1/ledger/?limit=3"
    while address:
        answer = mediator.get(address).json()
        rows += answer["results"]
        address = answer["next"]
    assert [row["position"] for row in rows] == [1, 2, 3, 4, 5]
    previous = "0" * 64
    for row in rows:
        text = f"{previous}\n{row['position']}\n{row['content']}"
        assert row["hash"] == hashlib.sha256(text.encode()).hexdigest()
        previous = row["hash"]
    assert (rows[2]["actor"], rows[2]["on_behalf_of"]) == ("north@trial.invalid", "north")


def test_the_export_is_the_commands(mediator: Client, accord: Agreement) -> None:
    answer = mediator.get(f"/ledger/{accord.code}/export/")
    assert answer["Content-Disposition"] == 'attachment; filename="ledger-river-2020.jsonl"'
    assert len(b"".join(answer).splitlines()) == 6


def others(accord: Agreement) -> dict[str, User | None]:
    elsewhere = make.agreement("elsewhere")
    north = accord.parties.get(code="north")
    return {
        "public": None,
        "analyst": make.user("analyst@trial.invalid", Role.ANALYST, accord, clearance="parties"),
        "representative": make.user("other@trial.invalid", Role.REPRESENTATIVE, accord, party=north),
        "administrator": make.administrator(of=accord),
        "mediator of another": make.mediator("elsewhere@trial.invalid", elsewhere),
    }


def test_nobody_else_gets_anything(accord: Agreement, settings: Any) -> None:
    settings.PUBLIC_READING = True
    for who, user in others(accord).items():
        client = Client()
        if user:
            client.force_login(user)
        own = who == "mediator of another"
        for address, wanted in (
            ("/ledger/", 200 if own else 403),
            (f"/ledger/?agreement={accord.code}", 404 if own else 403),
            (f"/ledger/{accord.code}/export/", 404 if own else 403),
            ("/api/v1/ledger/", 200 if own else 403),
            (f"/api/v1/ledger/?agreement={accord.code}", 400 if own else 403),
        ):
            answer = client.get(address)
            if user is None:
                assert answer.status_code in (302, 401, 403), (who, address)
            else:
                assert answer.status_code == wanted, (who, address)
            assert "Half of it." not in (b"" if answer.streaming else answer.content).decode(), (who, address)
        assert ('href="/ledger/"' in client.get("/").content.decode()) == own


def test_a_fault_is_told_to_its_mediators_and_on_health_and_to_administrators_without_what(
    mediator: Client, accord: Agreement, settings: Any, tmp_path: Path
) -> None:
    settings.LEDGER_WITNESS = str(tmp_path / "heads.jsonl")
    check(NOW, lambda: NOW)
    assert "Verified, no fault found" in mediator.get("/ledger/").content.decode()
    assert mediator.get("/healthz").json()["ledger"] == "ok"
    administrator = Client()
    administrator.force_login(make.administrator(of=accord))
    assert "it is whole" in administrator.get("/administration/").content.decode()
    fault = {"agreement": accord.code, "what": "entry 3: its content is not what the hash was taken over"}
    LedgerCheck.objects.create(started_at=NOW, finished_at=NOW, entries=4, rows=6, faults=[fault])
    LedgerCheck.objects.exclude(faults=[fault]).delete()
    assert fault["what"] in mediator.get("/ledger/").content.decode()
    answer = mediator.get("/healthz")
    assert (answer.status_code, answer.json()["ledger"]) == (503, "down")
    page = administrator.get("/administration/").content.decode()
    assert "The verification failed" in page
    assert "entry 3" not in page


def test_a_fixed_number_of_queries(
    mediator: Client, accord: Agreement, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        mediator.get("/ledger/")


def test_what_a_request_enters_bears_its_name(mediator: Client, accord: Agreement) -> None:
    owed = Statement.objects.filter(kind="finding").get().commitment_id
    body = {"level": 1, "effective_on": "2024-02-02", "reason": "Looked again.", "tier": "public"}
    where = f"/api/v1/commitments/{owed}/findings/"
    answer = mediator.post(where, body, "application/json", headers={"X-Request-ID": "from-the-proxy-1"})
    assert answer.status_code == 201
    name = answer["X-Request-ID"]
    assert len(name) == 32, "ours: a caller could call two acts the same"
    connection.check_constraints()
    newest = mediator.get("/api/v1/ledger/").json()["results"][-1]
    assert (newest["reason"], newest["request_id"]) == ("Looked again.", name)


def test_acts_and_what_they_changed_have_the_names_that_people_use(mediator: Client) -> None:
    page = re.sub(r"<option value=[^>]*>", "<option>", mediator.get("/ledger/").content.decode())
    said = re.sub(r"<[^>]+>", " ", re.sub(r"<code.*?</code>", "", page, flags=re.DOTALL))
    assert "Recorded a finding: RA-1" in " ".join(said.split())
    assert "Loaded a pack" in said
    assert "Due on, before" in said
    assert re.findall(r"\b[a-z]+_[a-z_]+\b", said) == []
