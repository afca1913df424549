"""/healthz, /readyz and /livez: green never covers red, and each says what it is."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.test import Client

from normalization_tracker import health
from normalization_tracker.running import pulse
from obligations import heartbeats, tasks
from obligations.models import Deployment, Heartbeat, SweepRun
from parties import clock
from tests import make

pytestmark = pytest.mark.django_db
OFTEN = ("worker", "beat", "sweep", "publish")


@pytest.fixture(autouse=True)
def all_is_well() -> None:
    for name in (*OFTEN, *heartbeats.NIGHTLY):
        heartbeats.beat(name)


def state() -> dict[str, Any]:
    answer = Client().get("/healthz")
    body: dict[str, Any] = answer.json()
    assert (answer.status_code == 200) == ("faults" not in body)
    return body


def aged(name: str, **by: float) -> None:
    Heartbeat.objects.filter(name=name).update(at=Now() - timedelta(**by))


def test_it_is_green_where_everything_did_its_work() -> None:
    assert "faults" not in state()


@pytest.mark.parametrize(
    ("name", "part"),
    [("worker", "worker"), ("beat", "beat"), ("sweep", "sweep"), ("publish", "publications")],
)
def test_what_comes_often_is_red_within_three_minutes_and_alone(name: str, part: str) -> None:
    aged(name, seconds=181)
    body = state()
    assert [one for one, said in body.items() if said == "down"] == [part]
    assert body["faults"][0].startswith(f"{part}: ")
    heartbeats.beat(name)
    assert state()[part] == "ok"


@pytest.mark.parametrize("name", OFTEN)
def test_what_never_came_is_red(name: str) -> None:
    Heartbeat.objects.filter(name=name).delete()
    assert len(state()["faults"]) == 1


@pytest.mark.parametrize("name", heartbeats.NIGHTLY)
def test_a_night_that_was_missed_is_named(name: str) -> None:
    aged(name, hours=37)
    assert state()["faults"] == [f"nightly: not done for more than 36 hours: {name}"]


def test_a_night_that_never_came_is_red_once_the_deployment_had_one() -> None:
    Heartbeat.objects.filter(name="check_drift").delete()
    assert state()["nightly"] == "ok"
    Deployment.this()
    Deployment.objects.update(since=Now() - timedelta(hours=37))
    assert state()["nightly"] == "down"
    assert heartbeats.missed() == ["check_drift"]


def test_a_backup_that_was_not_made_is_red_where_somebody_looks(settings: Any) -> None:
    assert "backup" not in state()
    settings.BACKUP_HOURS = 36
    assert state()["backup"] == "ok", "a new deployment has so long for its first"
    heartbeats.beat(heartbeats.BACKUP)
    aged(heartbeats.BACKUP, hours=40)
    assert state()["faults"] == ["backup: no backup was made for 40 hours"]
    heartbeats.beat(heartbeats.BACKUP)
    assert state()["backup"] == "ok"


def test_a_store_that_is_not_swept_is_red() -> None:
    Deployment.this()
    Deployment.objects.update(evidence_stopped="The store bears the mark of another deployment.")
    assert state()["faults"] == ["evidence: The store bears the mark of another deployment."]


def away(*args: Any, **kwargs: Any) -> Any:
    raise OperationalError("the server closed the connection")


def test_without_a_database_it_says_what_is_not_known_and_the_process_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "cursor", away)
    monkeypatch.setattr(connection, "_cursor", away)
    body = state()
    assert (body["database"], body["worker"]) == ("down", "unknown")
    assert Client().get("/readyz").status_code == 503
    assert Client().get("/livez").status_code == 200


def test_a_broker_that_is_away_takes_no_page_down(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert state()["broker"] == "down"
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"database": "ok", "schema": "ok"})


def test_a_schema_that_is_behind_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_schema_is_current", False)
    monkeypatch.setattr(health, "wanted_migrations", lambda: {("parties", "9999_new")})
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["schema"]) == (503, "down")
    assert "1 migrations were not applied" in answer.json()["faults"][0]


def test_a_task_that_was_done_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "close_old_connections", lambda: None)  # the test's transaction is on one
    Heartbeat.objects.all().delete()
    tasks.heartbeat()
    tasks.sweep()
    tasks.publish()
    pulse.note_beat()
    assert set(Heartbeat.objects.values_list("name", flat=True)) == set(OFTEN)


@pytest.mark.parametrize("seconds", [301, -301])
def test_a_worker_with_a_wrong_clock_does_nothing_by_it_and_health_says_so(
    monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    make.commitment(days=150)
    real = clock.ours
    monkeypatch.setattr(clock, "ours", lambda: real() + seconds)
    tasks.sweep()
    tasks.publish()
    assert not SweepRun.objects.exists()
    monkeypatch.setattr(clock, "ours", real)
    (fault,) = state()["faults"]
    side = "ahead of" if seconds > 0 else "behind"
    said = f"sweep was refused within five minutes: its clock is {abs(seconds)} s {side} the database's"
    assert said in fault
    assert "publish was refused" in fault
    tasks.sweep()
    assert said in state()["faults"][0], "another worker did it: that one is wrong still"


def test_a_clock_that_is_little_off_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    real = clock.ours
    monkeypatch.setattr(clock, "ours", lambda: real() + 290)
    tasks.sweep()
    assert SweepRun.objects.count() == 1


def test_a_web_server_with_a_wrong_clock_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = clock.ours
    monkeypatch.setattr(clock, "ours", lambda: real() + 3600)
    assert state()["faults"] == ["clock: this web server: its clock is 3600 s ahead of the database's"]


def test_administrators_read_what_is_wrong(client: Client) -> None:
    client.force_login(make.administrator(), "allauth.account.auth_backends.AuthenticationBackend")
    assert "do their work" in client.get("/administration/").content.decode()
    aged("beat", seconds=200)
    assert "beat has sent nothing for 20" in client.get("/administration/").content.decode()
