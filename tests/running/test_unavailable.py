"""What is away is 503 with Retry-After, on pages and in the API, and nothing of a statement is in a log."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from psycopg2 import extensions

from normalization_tracker.running import database, kind
from obligations.files import StoreAway, store
from obligations.models import Commitment
from parties import clock, errors
from parties.logs import WithoutStatements, in_one_line
from parties.models import Party
from tests import make

SECRET = "nobody-may-read-this"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def raising(error: Exception) -> Callable[..., Any]:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error

    return fail


@pytest.fixture(params=["view", "middleware", "error page"])
def database_that_is_away(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """An address that finds the database away at that place."""
    error = OperationalError("connection refused")
    monkeypatch.setattr(connection, "cursor", raising(error))
    monkeypatch.setattr(connection, "_cursor", raising(error))
    return {"view": "/", "middleware": "/desk/", "error page": "/no-such-page/"}[request.param]


@pytest.mark.django_db
def test_a_page_says_in_plain_words_that_the_database_is_away(
    client: Client, database_that_is_away: str, settings: Any
) -> None:
    settings.PUBLIC_READING = True
    client.cookies["sessionid"] = "0123456789abcdef0123456789abcdef"
    answer = client.get(database_that_is_away)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "The database does not answer in time" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_the_api_answers_with_a_problem(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PUBLIC_READING = True
    monkeypatch.setattr(connection, "cursor", raising(OperationalError("connection refused")))
    monkeypatch.setattr(connection, "_cursor", raising(OperationalError("connection refused")))
    answer = client.get("/api/v1/agreements/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("The database does not answer in time")


@pytest.fixture
def limits_of_the_web() -> Iterator[None]:
    """As in the web server, with less patience for locks."""
    kind.is_a(kind.ProcessKind.WEB)
    try:
        yield
    finally:
        kind.is_a(kind.ProcessKind.COMMAND)
        extensions.set_wait_callback(None)
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_does_not_come_is_503_and_the_next_one_is_served(
    client: Client, limits_of_the_web: None
) -> None:
    owed = make.commitment(days=150)
    client.force_login(make.mediator(), "allauth.account.auth_backends.AuthenticationBackend")
    held, done = threading.Event(), threading.Event()

    def holds_the_row() -> None:
        with transaction.atomic():
            Commitment.objects.select_for_update().get(pk=owed.pk)
            held.set()
            done.wait(60)
        connection.close()

    other = threading.Thread(target=holds_the_row)
    other.start()
    held.wait(60)
    body = {"level": 1, "effective_on": "2024-02-02", "reason": "Looked again.", "tier": "public"}
    where = f"/api/v1/commitments/{owed.pk}/findings/"
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    refused = client.post(where, body, "application/json")
    done.set()
    other.join()
    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert "Somebody else is writing to the same record" in refused.json()["detail"]
    assert client.post(where, body, "application/json").status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("process", list(kind.ProcessKind))
def test_a_connection_has_the_limits_of_its_process(process: kind.ProcessKind) -> None:
    connection.close()
    kind.is_a(process)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, setting::int FROM pg_settings WHERE name = ANY(%s)", [list(database.NAMES)]
            )
            found = dict(cursor.fetchall())
    finally:
        kind.is_a(kind.ProcessKind.COMMAND)
        connection.close()
    wanted = process.value
    assert [found[name] for name in database.NAMES] == [
        1000 * seconds for seconds in (wanted.statement, wanted.lock, wanted.idle_in_transaction)
    ]


@pytest.mark.django_db(transaction=True)
def test_a_pooler_that_shares_connections_is_left_alone(settings: Any) -> None:
    settings.POOLER = "transaction"
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
    connection.close()


@pytest.mark.django_db
def test_migrating_takes_its_time_and_waits_for_no_lock_and_what_follows_has_limits() -> None:
    def limits() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
            statement, lock = cursor.fetchone()
            return str(statement), str(lock)

    database.limit(connection, kind.ProcessKind.COMMAND)
    seen = []
    from django.db.models.signals import pre_migrate

    def look(**_: Any) -> None:
        seen.append(limits())

    pre_migrate.connect(look)
    try:
        call_command("migrate", "sessions", verbosity=0)
    finally:
        pre_migrate.disconnect(look)
    assert set(seen) == {("0", "2s")}
    assert limits() == ("0", "1min")


@pytest.fixture
def frozen() -> Iterator[int]:
    """The port of a database that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_frozen_database_is_given_up_and_left_alone_for_a_moment(
    frozen: int, limits_of_the_web: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "CONNECT", 0.05)
    database._next_attempt.clear()
    database.give_up_in_time()
    with pytest.raises(psycopg2.OperationalError, match="did not answer in time"):
        psycopg2.connect(host="127.0.0.1", port=frozen, user="nobody", dbname="none")
    with pytest.raises(psycopg2.OperationalError, match="did not answer a moment ago"):
        psycopg2.connect(host="127.0.0.1", port=frozen, user="nobody", dbname="none")


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_a_frozen_database_does_not_end_is_given_up(
    limits_of_the_web: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BEYOND", 0.05 - kind.ProcessKind.WEB.value.statement)
    database._next_attempt.clear()
    connection.close()
    connection.ensure_connection()
    database.give_up_in_time()
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")
    monkeypatch.setattr(database, "BEYOND", 2.0)
    database._next_attempt.clear()
    connection.close()
    assert Party.objects.count() == 0


@pytest.mark.django_db
def test_a_web_server_with_a_wrong_clock_shows_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PUBLIC_READING = True
    monkeypatch.setattr(kind, "_present", kind.ProcessKind.WEB)
    real = clock.ours
    assert client.get("/").status_code == 200
    monkeypatch.setattr(clock, "_looked_at", float("-inf"))
    monkeypatch.setattr(clock, "ours", lambda: real() + 3600)
    assert client.get("/").status_code == 503
    assert "The clock of this server is wrong" in client.get("/api/v1/agreements/").json()["detail"]
    assert client.get("/livez").status_code == 200
    monkeypatch.setattr(clock, "ours", real)
    monkeypatch.setattr(clock, "_looked_at", float("-inf"))
    assert client.get("/").status_code == 200


@pytest.mark.django_db
def test_evidence_of_a_store_that_is_away_is_503(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PUBLIC_READING = True
    made = make.evidence_file(make.obligation())
    monkeypatch.setattr(store, "opened", raising(ConnectionError("no route to the store")))
    page = client.get(f"/obligations/accord/O-1/evidence/{made.key}/file/")
    assert (page.status_code, page["Retry-After"]) == (503, "10")
    assert "The store of files does not answer" in page.content.decode()


def formatted(error: BaseException, message: str, *args: object) -> str:
    record = logging.LogRecord(
        "x", logging.ERROR, "x.py", 1, message, args, (type(error), error, error.__traceback__)
    )
    return WithoutStatements("{levelname} {message}", style="{").format(record)


@pytest.mark.django_db
def test_no_value_of_a_row_reaches_a_log() -> None:
    Party.objects.create(code=SECRET, name="First")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Party.objects.create(code=SECRET, name="Second")
    error = caught.value
    assert SECRET in str(error), "the error itself brings it along"
    for said in (
        formatted(error, "Internal Server Error: %s", "/desk/"),
        formatted(error, "the import failed: %s", error),
        formatted(error, f"Task x raised unexpected: {error!r}"),
        formatted(
            ValueError("other"), f"ERROR:  duplicate key\nDETAIL:  Key (code)=({SECRET}) already exists."
        ),
        in_one_line(error),
    ):
        assert SECRET not in said
    said = formatted(error, "Internal Server Error: %s", "/desk/")
    assert "IntegrityError (23505) parties_party" in said
    assert "test_unavailable.py" in said, "where it was raised is in the log"


def test_an_error_of_ours_keeps_its_words() -> None:
    assert "ValueError: which thing" in formatted(ValueError("which thing"), "It failed.")
    assert in_one_line(StoreAway("why")) == "StoreAway: why"


def test_statements_are_not_logged_at_any_level(settings: Any) -> None:
    assert settings.LOGGING["loggers"]["django.db.backends"]["level"] == "WARNING"


@pytest.mark.django_db
def test_what_nobody_expected_is_still_500(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PUBLIC_READING = True
    monkeypatch.setattr(errors, "AWAY", ())
    monkeypatch.setattr(connection, "cursor", raising(ValueError("a mistake")))
    assert client.get("/").status_code == 500
