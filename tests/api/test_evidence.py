"""Evidence over the API: read by those who may see it, handed in by mediators and representatives."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from obligations.models import Attachment, Evidence, Indicator
from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.uploads import samples

pytestmark = pytest.mark.django_db
PATH = "/api/v1/obligations/accord/O-1/evidence/"


def file(content: bytes = samples.PDF, **changes: Any) -> dict[str, Any]:
    told = {"title": "Minutes", "represents_on": "2024-01-10", "language": "en", "tier": "public"}
    return told | {"file": SimpleUploadedFile("minutes.pdf", content)} | changes


def link(**changes: Any) -> dict[str, Any]:
    told = {"title": "News", "represents_on": "2024-01-10", "language": "sq", "tier": "public"}
    return told | {"url": "https://example.org/", "quote": "It opened.", "seen_on": "2024-01-11"} | changes


def test_a_file_is_handed_in_and_read_again(program: Callable[[User], Program]) -> None:
    owed = make.commitment()
    for place, text in enumerate(("Met once.", "Met twice.")):
        Indicator.objects.create(obligation=owed.obligation, place=place, text=text)
    alpha = make.representative()
    claim = make.claim(owed, alpha)
    asking = program(alpha)
    answer = asking.post(PATH, file(supports=["Met once.", "Met twice."], statement=claim.key))
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["by"]["code"], row["media_type"], row["size"]) == (
        "alpha",
        "application/pdf",
        len(samples.PDF),
    )
    assert (row["supports"], row["statements"]) == (["Met once.", "Met twice."], [claim.key])
    assert (row["url"], row["quote"], row["seen_on"], row["replaces"]) == (None, None, None, None)
    assert answer["Location"].endswith(f"/api/v1/evidence/{row['id']}/")
    assert asking.read(f"evidence/{row['id']}/") == row
    bytes_again = asking.get(row["file"], headers={"Accept": "application/pdf"})
    assert b"".join(bytes_again) == samples.PDF
    assert bytes_again["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_link_is_handed_in_as_json(program: Callable[[User], Program]) -> None:
    make.obligation()
    row = program(make.mediator()).write("obligations/accord/O-1/evidence/", link())
    assert (row["by"], row["url"], row["quote"], row["file"]) == (
        None,
        "https://example.org/",
        "It opened.",
        None,
    )


def test_a_newer_version_names_the_older_one_where_that_can_be_seen(
    anybody: Program, program: Callable[[User], Program]
) -> None:
    owed = make.obligation()
    first = make.evidence_file(owed, tier=Tier.PARTIES)
    asking = program(make.mediator())
    row = asking.write("obligations/accord/O-1/evidence/", link(replaces=first.key, wider=True))
    assert row["replaces"] == first.key
    assert anybody.read(f"evidence/{row['id']}/")["replaces"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (file(samples.SVG), "file"),
        (file(b""), "file"),
        (file(url="https://example.org/"), "url"),
        (link(quote=""), "quote"),
        ({"title": "Nothing", "represents_on": "2024-01-10", "language": "en", "tier": "public"}, "file"),
        (file(language="English"), "language"),
        (file(replaces="never2222222"), "replaces"),
        (file(statement="never2222222"), "statement"),
        (file(path="/etc/passwd"), "path"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_field(
    program: Callable[[User], Program], body: dict[str, Any], field: str
) -> None:
    make.obligation()
    answer = program(make.representative()).post(PATH, body)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not Evidence.objects.exists()


def test_a_file_that_is_too_large_is_413_and_one_that_cannot_be_scanned_503(
    program: Callable[[User], Program], settings: Settings
) -> None:
    make.obligation()
    asking = program(make.representative())
    settings.CLAMD_ADDRESS = "unix:/nowhere"
    assert asking.post(PATH, file()).status_code == 503
    settings.EVIDENCE_MAX_BYTES = 10
    answer = asking.post(PATH, file())
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert "too large" in answer.json()["detail"]


def test_who_may_not_hand_in_evidence_learns_nothing_else(program: Callable[[User], Program]) -> None:
    make.obligation()
    asking = program(make.analyst())
    answers = [asking.post(PATH, body) for body in (file(), {"title": ""})]
    assert [answer.status_code for answer in answers] == [403, 403]


@pytest.mark.parametrize("tier", [Tier.PARTIES, Tier.MEDIATORS])
def test_hidden_evidence_is_in_no_list_count_filter_or_file(anybody: Program, tier: Tier) -> None:
    owed = make.commitment()
    found = make.finding(owed, 2)
    shown = make.evidence_file(owed.obligation)
    before = anybody.read("evidence/")
    hidden = make.evidence_file(owed.obligation, tier=tier, statement=found, title="Canary")
    assert anybody.read("evidence/") == before
    assert anybody.read("evidence/", statement=found.key)["count"] == 0
    assert anybody.read("evidence/", tier=tier)["count"] == 0
    anybody.read(f"evidence/{hidden.key}/", status=404)
    for key, status in ((hidden.key, 404), ("never2222222", 404), (shown.key, 200)):
        assert anybody.get(f"/api/v1/evidence/{key}/file/").status_code == status


def test_evidence_tells_of_no_statement_that_is_hidden(anybody: Program) -> None:
    owed = make.commitment()
    found = make.finding(owed, 2, tier=Tier.MEDIATORS)
    made = make.evidence_file(owed.obligation, statement=found)
    assert anybody.read(f"evidence/{made.key}/")["statements"] == []
    assert anybody.read("evidence/", 400, statement=found.key)["errors"]["statement"]


def test_lists_go_on_after_a_place_that_is_no_number_of_a_row(anybody: Program) -> None:
    owed = make.obligation()
    keys = {make.evidence_file(owed, content=str(n).encode()).key for n in range(3)}
    first = anybody.read("evidence/", limit=2)
    rest = anybody.get(first["next"]).json()
    assert {row["id"] for row in first["results"] + rest["results"]} == keys


def test_evidence_is_attached_to_an_own_statement(program: Callable[[User], Program]) -> None:
    owed = make.commitment()
    made = make.evidence_file(owed.obligation, make.representative())
    found = make.finding(owed, 2)
    asking = program(make.mediator())
    row = asking.write(f"evidence/{made.key}/statements/", {"statement": found.key})
    assert row["statements"] == [found.key]
    again = asking.write(f"evidence/{made.key}/statements/", {"statement": found.key})
    assert again["statements"] == [found.key]
    assert Attachment.objects.count() == 1
