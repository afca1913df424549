"""The virus scanner: what it finds is refused, and nothing is taken without its word."""

from io import BytesIO
from typing import Any

import pytest

from obligations.files import ScannerAway, Unacceptable, scanner
from obligations.files.intake import examine
from tests.trials import free_port
from tests.uploads import samples


def test_what_the_scanner_lets_pass_is_taken(clamd: Any) -> None:
    assert scanner.answers()
    assert examine(BytesIO(samples.PDF * 100), "a.pdf").media_type == "application/pdf"


def test_what_the_scanner_finds_is_refused_by_its_name(clamd: Any) -> None:
    with pytest.raises(Unacceptable, match="Eicar-Test-Signature"):
        examine(BytesIO(samples.EICAR), "a.txt")


def test_without_a_scanner_everything_is_taken_unscanned(settings: Any) -> None:
    settings.CLAMD_ADDRESS = ""
    assert examine(BytesIO(samples.EICAR), "a.txt").media_type == "text/plain"


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR", b"Heuristics failed ERROR", b"\xff", b"?"]
)
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
