"""The virus scanner: what it finds is refused, and nothing is taken without its word."""

import socket
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from obligations.files import ScannerAway, Unacceptable, scanner
from obligations.files.intake import examine
from tests import make
from tests.pages.desk_data import signed_in
from tests.trials import free_port
from tests.uploads import samples
from tests.uploads.conftest import HANGS_UP


def test_what_the_scanner_lets_pass_is_taken(clamd: Any) -> None:
    assert scanner.answers()
    assert examine(BytesIO(samples.PDF * 100), "a.pdf").media_type == "application/pdf"


def test_what_the_scanner_finds_is_refused_by_its_name(clamd: Any) -> None:
    with pytest.raises(Unacceptable, match="Eicar-Test-Signature"):
        examine(BytesIO(samples.EICAR), "a.txt")


@pytest.mark.django_db
def test_health_and_the_administrators_page_tell_whether_it_answers(clamd: Any, settings: Any) -> None:
    administrator = signed_in(make.administrator())
    assert Client().get("/healthz").json()["scanner"] == "ok"
    assert "the scanner answers" in administrator.get("/administration/").content.decode()
    settings.CLAMD_ADDRESS = "unix:/nowhere"
    assert (Client().get("/healthz").status_code, Client().get("/healthz").json()["scanner"]) == (503, "down")
    assert "does not answer" in administrator.get("/administration/").content.decode()
    settings.CLAMD_ADDRESS = ""
    assert "scanner" not in Client().get("/healthz").json()
    assert "not scanned for viruses" in administrator.get("/administration/").content.decode()


def test_without_a_scanner_everything_is_taken_unscanned(settings: Any) -> None:
    settings.CLAMD_ADDRESS = ""
    assert examine(BytesIO(samples.EICAR), "a.txt").media_type == "text/plain"


@pytest.mark.parametrize("answer", [b"Heuristics failed ERROR", b"\xff", b"?"])
def test_an_answer_that_is_no_verdict_takes_nothing(clamd: Any, answer: bytes) -> None:
    clamd.answer = answer
    with pytest.raises(ScannerAway, match="Try again later"):
        examine(BytesIO(samples.PDF), "a.pdf")


@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "unix:/nowhere/clamd", "nonsense"])
def test_a_scanner_that_cannot_be_reached_takes_nothing(settings: Any, address: str) -> None:
    settings.CLAMD_ADDRESS = address.format(port=free_port())
    assert not scanner.answers()
    with pytest.raises(ScannerAway, match="Try again later"):
        examine(BytesIO(samples.PDF), "a.pdf")


def test_a_file_that_the_scanner_finds_too_long_is_told_as_that(
    clamd: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for clamd.answer in (b"INSTREAM size limit exceeded. ERROR", HANGS_UP):
        with pytest.raises(ScannerAway, match="A smaller file may pass"):
            examine(BytesIO(samples.PDF[:-6] + bytes(8 * 1024 * 1024) + b"%%EOF"), "a.pdf")
        assert "StreamMaxLength" in caplog.text


def test_a_daemon_that_takes_no_connection_any_more_is_given_up(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(scanner, "SIGN_OF_LIFE", 0.1)
    monkeypatch.setattr(scanner, "PATIENCE", 0.1)
    settings.CLAMD_ADDRESS = f"unix:{tmp_path}/clamd"
    with socket.socket(socket.AF_UNIX) as stands_still, socket.socket(socket.AF_UNIX) as waits:
        stands_still.bind(f"{tmp_path}/clamd")
        stands_still.listen(0)
        waits.connect(f"{tmp_path}/clamd")
        assert not scanner.answers()
        with pytest.raises(ScannerAway, match="Try again later"):
            examine(BytesIO(samples.PDF), "a.pdf")
