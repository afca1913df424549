"""The document against the server: what it promises of reading is so, for whatever a program may send."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from obligations.flagging import sweep
from tests import make
from tests.effort import effort
from tests.lasting import monthly
from tests.make import NOW
from tests.worlds import made_once

pytestmark = pytest.mark.django_db

DOCUMENT = schemathesis.openapi.from_path(Path(__file__).parents[2] / "openapi.yaml")
# Not the module that a server loads: that makes this process a web server, whose clock is to be the database's.
DOCUMENT.app = get_wsgi_application()
DAYS = ("as_of", "known_at", "since", "until")
THERE = (
    *("agreement", "party", "by", "instrument", "provision", "parent", "obligation", "trigger", "tag"),
    *("commitment", "statement", "language"),
    "sort",  # in another order, other places
    "expand",  # in no file
)
DOCUMENT.config.phases.coverage.unexpected_methods = set()  # test_problems.py has them


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A server closes connections between requests; here the test's own holds its transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def as_served(on_the_day: None, one_connection: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(django_settings, "ALLOWED_HOSTS", ["localhost"])


def a_row_of_everything() -> None:
    owed = make.commitment("O-1", days=30)
    sweep(NOW)
    found = make.finding(owed, 3)
    make.contest(make.claim(owed, make.representative()), make.representative(make.party("beta")))
    make.event("E-1")
    make.evidence_link(owed.obligation, statement=found)
    make.evidence_file(owed.obligation)
    make.reading(owed, "waive")
    monthly()


world = made_once(a_row_of_everything)
TODAY = date.today().toordinal()
# Of each address, the first that is asked.
FIRST: dict[str, int] = {}


@DOCUMENT.include(method="GET").parametrize()
@settings(
    max_examples=effort(2, 20),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
def test_reading_answers_as_the_document_says(case: "schemathesis.Case[Any]", as_served: None) -> None:
    """By default the first of each address and a sixth of the others, another one each day."""
    mark = crc32(repr((case.path_parameters, case.query)).encode())
    if FIRST.setdefault(case.operation.label, mark) != mark and (mark + TODAY) % effort(6, 1):
        return
    # No schema can say that a day has to have come, that one comes before another, and which codes there are.
    # Nor that a row has some fields alone where these are asked for: tests/api/test_lists_as_asked.py.
    (case.query or {}).pop("fields", None)
    refusable = any(name in (case.query or {}) for name in (*DAYS, *THERE))
    case.call_and_validate(
        headers={"Host": "localhost", "Accept-Encoding": "identity"},
        excluded_checks=[positive_data_acceptance] if refusable else [],
    )
