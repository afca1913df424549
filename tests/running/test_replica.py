"""A real hot standby: which requests it answers, who is answered by the primary all the same, what is kept of it."""

import json
import socket
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from celery import current_app
from django.conf import settings as set_now
from django.core.management import call_command
from django.db import connection, connections, router
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from psycopg2 import extensions
from pytest_django import DjangoDbBlocker

from agreement.models import ConfidenceRead, Mandate
from agreement.viewers import viewer_for
from normalization_tracker import checks, health, replica
from normalization_tracker.backup import programs
from normalization_tracker.backup.restore import put_database
from normalization_tracker.running import database, kind
from normalization_tracker.trial.postgres import NAME, PORT, Cluster
from obligations.commands import set_trigger_date, triggers
from obligations.models import Commitment
from obligations.web.administration.views import looked_at
from obligations.work.kinds import KINDS
from obligations.work.run import take_up
from parties.access import Tier
from parties.models import User
from parties.replica import REPLICA, Router
from tests import make
from tests.canary.addresses import addresses
from tests.make import NOW
from tests.servers import PASSWORD, serving
from tests.standbys import Standby

LEVELS = cycle((0, 1, 2))
DAYS = "?as_of=2024-03-01"
LISTS = ("/api/v1/commitments/", "/api/v1/statements/")
FILES = ("?format=csv", "?format=json", "?format=ndjson", "?format=xlsx")


class World(NamedTuple):
    standby: Standby
    owed: Commitment
    mediator: str  # their tokens
    other: str
    analyst: str


def at(cluster: Cluster) -> dict[str, Any]:
    return {"HOST": str(cluster.sockets), "PORT": str(PORT), "NAME": NAME, "USER": NAME, "PASSWORD": PASSWORD}


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """A primary of its own and its standby, in the place of the tests' database, whose tables it gets."""
    folder = tmp_path_factory.mktemp("replica")
    tables = folder / "tables"
    (folder / "sockets").mkdir(mode=0o700)
    (folder / "standby").mkdir()
    primary = Cluster(folder / "postgres", folder / "sockets", PASSWORD, durable=False)
    with (
        serving(folder, primary.prepare()),
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
    ):
        primary.ensure_database()
        standby = Standby(folder / "standby", primary)
        standby.begin()
        dump(tables)
        connection.close()
        patch.setattr(connections["default"], "settings_dict", connection.settings_dict | at(primary))
        put_database(tables)
        call_command("migrate", verbosity=0)
        patch.setitem(set_now.DATABASES, REPLICA, connections.databases["default"] | at(standby.cluster))
        patch.setattr(router, "routers", [Router()])
        patch.setattr(set_now, "PUBLIC_READING", True)
        people = make.mediator(), make.mediator("other@trial.invalid"), make.analyst(cleared=True)
        mediator, other, analyst = map(make.token, people)
        yield World(standby, make.commitment(days=30), mediator, other, analyst)
        standby.end()
        connections[REPLICA].close()
        connection.close()
        del connections[REPLICA]


def dump(path: Path) -> None:
    """The tests' database, in which no test has left anything; where this module runs alone, there is nothing in it."""
    program = programs.program("pg_dump", programs.major_of(programs.server_version()))
    form = ("--format", "custom", "--no-owner", "--no-privileges", "--file", str(path))
    programs.run(program, *form, database=connection.settings_dict)


@pytest.fixture(autouse=True)
def near(world: World, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The standby has all that was written, and may be behind as long as a test takes."""
    monkeypatch.setattr(set_now, "REPLICA_LAG_SECONDS", 3600)
    monkeypatch.setattr(replica, "_look_again", 0.0)
    monkeypatch.setattr(replica, "LOOK_EVERY", -1.0)
    with django_db_blocker.unblock():
        world.standby.follow()
        yield
        world.standby.go_on()


def ask(address: str, token: str = "", client: Client | None = None) -> bytes:
    headers = {"Authorization": f"Token {token}"} if token else {}
    answer = (client or Client(raise_request_exception=False)).get(address, headers=headers)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.getvalue()


def signed_in(email: str) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.get(email=email), "allauth.account.auth_backends.AuthenticationBackend")
    return browser


def record(world: World, token: str = "", tier: str = "public") -> bytes:
    """A finding whose reason is in no other one, by a mediator's token."""
    reason = uuid.uuid4().hex
    body = {"level": next(LEVELS), "effective_on": "2024-02-02", "reason": reason, "tier": tier}
    answer = Client().post(
        f"/api/v1/commitments/{world.owed.pk}/findings/",
        body,
        "application/json",
        headers={"Authorization": f"Token {token or world.mediator}"},
    )
    assert answer.status_code == 201, answer.content
    return reason.encode()


def page_of(world: World) -> str:
    owed = world.owed
    return f"/obligations/{owed.agreement.code}/{owed.obligation.code}/"


def test_named_reads_are_the_replicas_and_all_others_the_primarys(world: World) -> None:
    world.standby.pause()
    new = record(world)
    statements, page = "/api/v1/statements/", page_of(world)
    old = [
        (statements, ""),
        (page, ""),
        (statements + DAYS, ""),
        (statements + DAYS, world.analyst),
        (statements + DAYS, world.other),
        *((statements + form, world.other) for form in FILES[:3]),
    ]
    assert [one for one in old if new in ask(*one)] == []
    assert new in ask(statements, world.analyst), "the present, to who is signed in"
    world.standby.go_on()
    assert [one for one in old if new not in ask(*one)] == []


def test_lists_that_the_database_writes_are_read_there_too(world: World) -> None:
    def levels(address: str, token: str = "") -> list[Any]:
        found = json.loads(ask(address, token))
        return [one["level"] for one in found.get("rows", found.get("results"))]

    list_, file = "/api/v1/commitments/", "/api/v1/commitments/?format=json"
    before = levels(list_)
    world.standby.pause()
    record(world)
    assert levels(list_) == levels(file, world.other) == levels(list_ + DAYS, world.other) == before
    assert levels(list_, world.other) != before
    for form in FILES:
        assert ask("/api/v1/commitments/" + form, world.other)


def test_who_has_just_recorded_something_reads_it(world: World) -> None:
    world.standby.pause()
    new = record(world)
    for address in ("/api/v1/statements/" + days for days in (DAYS, *FILES[:3])):
        assert new in ask(address, world.mediator), address
        assert new not in ask(address, world.other), address
    assert new in ask(page_of(world) + DAYS, client=signed_in("mediator@trial.invalid"))


def test_who_has_just_had_something_recorded_by_a_worker_reads_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That they asked for it long ago is on the replica."""
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: None)
    monkeypatch.setattr("obligations.api.views.bulk.AT_ONCE", 0)
    monkeypatch.setattr(triggers, "AT_ONCE", -1)
    reason, owed, mediator = uuid.uuid4().hex, world.owed, User.objects.get(email="mediator@trial.invalid")
    headers = {"Authorization": f"Token {world.mediator}"}
    row = {"obligation": owed.obligation.code, "party": owed.party.code, "effective_on": "2024-02-02"}
    body = {
        "agreement": owed.agreement.code,
        "rows": [row | {"level": str(next(LEVELS)), "reason": reason, "tier": "public"}],
    }
    assert Client().post("/api/v1/bulk/", body, "application/json", headers=headers).status_code == 202
    set_trigger_date(
        trigger=make.trigger("later"),
        occurred_on=date(2024, 1, 1),
        reason="It was so.",
        actor=viewer_for(mediator),
        now=NOW,
    )
    works: list[Callable[[], Any]] = [
        lambda: take_up(KINDS, timezone.now),
        lambda: triggers.work_out_dates(timezone.now),
    ]
    for work in works:
        world.standby.follow()
        assert has_own_acts(mediator)
        world.standby.pause()
        assert work()
        assert not has_own_acts(mediator)
        assert reason.encode() in ask("/api/v1/statements/" + DAYS, world.mediator)
        world.standby.go_on()


def has_own_acts(user: User) -> bool:
    request = HttpRequest()
    request.user = user
    return replica.has_own_acts(request)


def test_a_standby_of_another_database_is_never_read(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a restore of the primary: it may well be further on than what it is thought to follow."""
    (tmp_path / "sockets").mkdir(mode=0o700)
    restored = Cluster(tmp_path / "postgres", tmp_path / "sockets", PASSWORD, durable=False)
    assert replica.trouble() == ""
    with serving(tmp_path, restored.prepare()), monkeypatch.context() as patch:
        restored.ensure_database()
        connection.close()
        patch.setattr(connections["default"], "settings_dict", connection.settings_dict | at(restored))
        assert replica.trouble() == "the database that REPLICA_URL names is no standby of the primary"
        connection.close()


def test_sessions_and_mandates_are_as_they_are_now(world: World) -> None:
    hidden = record(world, tier="parties")
    world.standby.follow()
    world.standby.pause()
    address = "/api/v1/statements/" + DAYS
    assert hidden in ask(address, world.analyst)
    browser = signed_in("analyst@trial.invalid")
    assert hidden in ask(page_of(world) + DAYS, client=browser), "a session that the replica does not know"
    mandate = Mandate.objects.get(user__email="analyst@trial.invalid")
    mandate.delete()
    try:
        assert hidden not in ask(address, world.analyst)
        assert hidden not in ask(page_of(world) + DAYS, client=browser)
    finally:
        mandate.save(force_insert=True)


def test_a_confidence_that_the_replica_gives_is_noted(world: World) -> None:
    side = make.party("beta")
    confided = make.claim(
        make.commitment("O-2", by=side, days=30),
        make.representative(side),
        reason="Told to you alone.",
        tier=Tier.IN_CONFIDENCE,
        confidant=side,
        wider=False,
    )
    world.standby.follow()
    world.standby.pause()
    assert b"Told to you alone." in ask("/api/v1/statements/" + DAYS, world.other)
    reads = ConfidenceRead.objects.filter(user__email="other@trial.invalid", what__contains=confided.key)
    assert reads.exists()


def test_what_is_kept_until_something_changes_is_never_older_than_its_revision(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/api/v1/commitments/"
    before = ask(address)
    world.standby.pause()
    record(world)
    assert ask(address) == before, "the replica's, under the replica's revision"
    monkeypatch.setattr(set_now, "REPLICA_LAG_SECONDS", -1)
    new = ask(address)
    assert new != before, "the primary's"
    monkeypatch.setattr(set_now, "REPLICA_LAG_SECONDS", 3600)
    assert ask(address) == before
    world.standby.go_on()
    assert ask(address) == new


def test_a_replica_that_is_too_far_behind_is_not_read_and_health_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.standby.pause()
    new = record(world)
    assert new not in ask("/api/v1/statements/")
    monkeypatch.setattr(set_now, "REPLICA_LAG_SECONDS", 0)
    assert new in ask("/api/v1/statements/")
    body = Client().get("/healthz").json()
    assert body["replica"] == "down"
    assert body["replica_lag_seconds"] > 0
    assert any(one.startswith("replica: the replica is behind by ") for one in body["faults"])
    world.standby.go_on()
    monkeypatch.setattr(set_now, "REPLICA_LAG_SECONDS", 10)
    assert Client().get("/healthz").json()["replica"] == "ok"


def test_without_the_replica_all_is_read_from_the_primary_and_nobody_is_told_but_health(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [("/", ""), (page_of(world), ""), *((one + DAYS, world.other) for one in LISTS)]
    for one in addresses:
        ask(*one)
    # It is thought to be near for a minute, and is not there: what it broke off is asked once more.
    monkeypatch.setattr(replica, "LOOK_EVERY", 60.0)
    assert replica.is_near()
    world.standby.end()
    try:
        new = record(world)
        assert new in ask("/api/v1/statements/")
        assert new in ask("/api/v1/statements/?format=csv", world.other)
        monkeypatch.setattr(replica, "LOOK_EVERY", -1.0)
        monkeypatch.setattr(replica, "_look_again", 0.0)
        for one in addresses:
            ask(*one)
        assert str(health.parts_now()["replica"]).startswith("the replica does not answer")
        row = next(row for row in looked_at(timezone.now())["parts"] if row.code == "replica")
        assert row.said
        assert Client().get("/readyz").status_code == 200
    finally:
        world.standby.begin()
        connections[REPLICA].close()


def test_a_database_that_is_no_standby_is_never_read_in_place_of_the_primary(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections[REPLICA].close()
    monkeypatch.setattr(connections[REPLICA], "settings_dict", connection.settings_dict)
    assert replica.trouble() == "the database that REPLICA_URL names is no standby of the primary"
    assert not replica.is_near()
    connections[REPLICA].close()


def test_no_address_writes_to_the_replica_or_fails_on_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A standby refuses what writes or locks: that would be 500."""
    monkeypatch.setattr(replica, "is_near", lambda: True)
    browser = signed_in("other@trial.invalid")
    every = addresses()
    wrong = [
        (one, status)
        for one in every
        for client, address in ((Client(raise_request_exception=False), one), (browser, one + DAYS))
        if (status := client.get(address).status_code) >= 500
        and not address.startswith(("/healthz", "/api/v1/schema"))
    ]
    assert wrong == []


def test_a_replica_that_stands_still_holds_nobody_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "CONNECT", 3600.0)
    monkeypatch.setattr(replica, "PATIENCE", 0.05)
    new = record(world)
    kind.is_a(kind.ProcessKind.WEB)
    database.give_up_in_time()
    connections[REPLICA].close()
    try:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            elsewhere = {"HOST": "127.0.0.1", "PORT": str(silent.getsockname()[1])}
            monkeypatch.setattr(connections[REPLICA], "settings_dict", connection.settings_dict | elsewhere)
            assert new in ask("/api/v1/statements/")
            assert replica.trouble().startswith("the replica does not answer")
    finally:
        kind.is_a(kind.ProcessKind.COMMAND)
        extensions.set_wait_callback(None)
        connections[REPLICA].close()


def test_the_replicas_connections_have_the_limits_of_the_process(world: World) -> None:
    connections[REPLICA].close()
    kind.is_a(kind.ProcessKind.WEB)
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == (f"{kind.ProcessKind.WEB.value.statement}s",)
            cursor.execute("SELECT current_setting('transaction_read_only')")
            assert cursor.fetchone() == ("on",)
    finally:
        kind.is_a(kind.ProcessKind.COMMAND)
        connections[REPLICA].close()


def test_an_address_that_is_none_is_said_as_the_process_starts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(checks.replica_url()) == []
    monkeypatch.setitem(set_now.DATABASES, REPLICA, {"ENGINE": "django.db.backends.mysql"})
    assert "REPLICA_URL" in next(checks.replica_url())[0]
    assert database.settings_of(kind.ProcessKind.WEB)
