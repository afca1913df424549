"""What a request leaves in the log: a line with its route and figures, and nothing that opens or names anybody."""

import json
import logging
from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused

import pytest
from django.test import Client
from pytest_django import Settings

from parties.logs import AsJson
from tests import make

pytestmark = pytest.mark.django_db


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(AsJson())
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record) + "\n"

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def requests(self) -> list[dict[str, object]]:
        return [line for line in self.lines if line["logger"] == "requests"]


@pytest.fixture
def log() -> Iterator[Kept]:
    kept = Kept()
    logging.getLogger().addHandler(kept)
    yield kept
    logging.getLogger().removeHandler(kept)


def test_a_request_is_one_line_with_its_route_its_account_and_its_figures(log: Kept, client: Client) -> None:
    agreement = make.agreement()
    user = make.mediator(of=agreement)
    client.force_login(user)
    answer = client.get("/ledger/?command=nothing", headers={"X-Request-ID": "from-the-proxy-1"})
    (line,) = log.requests()
    assert (line["method"], line["route"], line["status"]) == ("GET", "/ledger/", answer.status_code)
    assert (line["user"], line["client_request_id"]) == (user.key, "from-the-proxy-1")
    assert line["request_id"] == answer["X-Request-ID"] != "from-the-proxy-1"
    assert isinstance(line["ms"], float)
    assert int(str(line["queries"])) > 0
    assert user.email not in log.text
    assert "nothing" not in log.text
    assert {line.get("request_id") for line in log.lines if line["logger"] == "django.request"} == {
        line["request_id"]
    }, "what Django says after the request bears its name as well"


def test_no_line_holds_an_address_that_opens_something(log: Kept, client: Client) -> None:
    for secret in (
        "/account/password/reset/key/s0-123456789/",
        "/calendar/s0-123456789.ics",
        "/mail/stop/s0-123456789/",
        "/no/such/s0-123456789/",
        "/search/?q=s0-123456789",
        "/no/such/s0-123456789/é/\n",
    ):
        client.get(secret)
    assert "s0-" not in log.text
    assert len(log.requests()) == 6


def test_nor_the_address_that_a_refused_form_came_from(log: Kept) -> None:
    client, came_from = Client(enforce_csrf_checks=True), "https://elsewhere.invalid/s0-123456789/?q=s0"
    assert client.post("/account/login/", headers={"Referer": came_from}, secure=True).status_code == 403
    assert "Referer checking failed" in log.text
    assert "s0" not in log.text


def test_a_request_for_another_host_is_a_bad_one(log: Kept, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    assert Client().get("/", headers={"Host": "other.invalid"}).status_code == 400


def test_an_error_is_one_line_with_where_it_was_raised(log: Kept) -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        logging.getLogger("x").error("failed: %s", "whole", exc_info=error)
    (line,) = log.lines
    assert line["message"] == "failed: whole"
    assert "test_request_log.py" in str(line["error"])
    assert "ValueError: two\nlines" in str(line["error"])


def test_what_a_mail_server_refused_names_no_mailbox(log: Kept) -> None:
    try:
        raise SMTPRecipientsRefused(
            {"some.body+x@mail.invalid": (550, b"<some.body+x@mail.invalid> unknown")}
        )
    except SMTPRecipientsRefused as error:
        logging.getLogger("x").exception("failed: %s", error)
    assert "550" in log.text
    assert "some.body" not in log.text
    assert "mail.invalid" not in log.text


def test_nothing_is_asked_of_the_database_for_the_log(log: Kept, client: Client) -> None:
    client.get("/livez")
    (line,) = log.requests()
    assert line["queries"] == 0
    assert "user" not in line
