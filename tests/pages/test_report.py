"""The dashboard on paper: its numbers and pictures, with the day, the tier and the footnote of what is counted."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from agreement.models import Agreement
from obligations.packs.statements import NOTICE
from parties.access import Tier
from tests import make
from tests.make import NOW
from tests.pages.compliance_data import accord, owed, signed_in
from tests.worlds import made_once

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("public_reading", "on_the_day"),
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler-utils"),
]
world = made_once(accord)


def read(client: Client, tmp_path: Path, query: str = "", language: str = "") -> str:
    answer = client.get(f"/compliance/report.pdf?{query}", headers={"Accept-Language": language})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    file = tmp_path / "report.pdf"
    file.write_bytes(answer.content)
    asked = ["pdftotext", "-layout", str(file), "-"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout


def test_it_has_the_numbers_of_the_page_by_party(client: Client, tmp_path: Path) -> None:
    words = " ".join(read(client, tmp_path).split())
    for share in client.get("/compliance/").context["figures"].shares:
        numbers = [(share.number, share.total), *((part.number, part.total) for part in share.parts)]
        said = " ".join(f"{number.n} of {total.n}" for number, total in numbers)
        assert f"{share.of.title} ({share.of.of}) {said}" in words


def test_it_says_of_which_day_of_what_and_for_whom_it_is(client: Client, tmp_path: Path) -> None:
    words = read(client, tmp_path, "party=beta&as_of=2025-06-01")
    assert "As of 1 Jun 2025, as known on 2 Mar 2026." in words
    assert "Party: Beta" in words
    assert "Public" in words
    make.finding(owed("OPEN", "beta"), 3, tier=Tier.MEDIATORS, effective_on=NOW.date())
    assert "Mediators" in read(signed_in(make.mediator()), tmp_path)


def test_the_notice_of_a_trial_comes_in_the_reader_s_language(client: Client, tmp_path: Path) -> None:
    Agreement.objects.update(notice=NOTICE)
    assert "Trial data" in read(client, tmp_path)
    words = read(client, tmp_path, language="sr-latn")
    assert "Probni podaci" in words
    assert "Trial data" not in words


def test_it_counts_what_its_viewer_sees(client: Client, tmp_path: Path) -> None:
    before = read(client, tmp_path)
    make.finding(owed("OPEN", "beta"), 3, tier=Tier.MEDIATORS, effective_on=NOW.date())
    assert read(client, tmp_path) == before
    assert "3 of 9" in read(signed_in(make.mediator()), tmp_path)


def test_a_wrong_filter_makes_no_document(client: Client) -> None:
    answer = client.get("/compliance/report.pdf?party=nobody")
    assert answer.status_code == 400
    assert "there is no “nobody”" in answer.content.decode()
