"""Real sentinels: the broker's primary dies and its replica takes over; pages, counts and tasks go on."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.db import connection

from normalization_tracker import broker, shared_cache
from normalization_tracker.shared_cache import SharedCache
from normalization_tracker.trial.broker import program
from obligations.models import Heartbeat
from tests.servers import PASSWORD
from tests.trials import ROOT, free_port, wait_for

NAME = "Tracker"  # capitals count
OF_SENTINELS = "another-password-that-is-thrown-away"
URL = f"redis://:{PASSWORD}@{NAME}/0"


class Brokers(NamedTuple):
    primary: "subprocess.Popen[bytes]"
    sentinels: list[str]


def started(processes: ExitStack, log: Path, *command: str, **environment: str) -> "subprocess.Popen[bytes]":
    with log.open("ab") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=said, stderr=said)
    processes.callback(process.wait, 60)
    processes.callback(process.terminate)
    return process


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    with ExitStack() as running:
        yield running


@pytest.fixture
def brokers(processes: ExitStack, tmp_path: Path) -> Brokers:
    """A primary, a replica, and one sentinel that knows both."""
    first, second, watching = (free_port() for _ in range(3))
    both = ("--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path), "--repl-diskless-sync-delay", "0")
    server = (str(program()), *both, "--requirepass", PASSWORD, "--primaryauth", PASSWORD)
    primary = started(processes, tmp_path / "first", *server, "--port", str(first))
    of = ("--replicaof", f"127.0.0.1 {first}")
    started(processes, tmp_path / "second", *server, "--port", str(second), *of)
    configured = tmp_path / "sentinel.conf"
    configured.write_text(
        f"port {watching}\nbind 127.0.0.1\nrequirepass {OF_SENTINELS}\n"
        f"sentinel monitor {NAME} 127.0.0.1 {first} 1\nsentinel auth-pass {NAME} {PASSWORD}\n"
        f"sentinel down-after-milliseconds {NAME} 500\nsentinel failover-timeout {NAME} 5000\n"
    )
    started(processes, tmp_path / "sentinel", str(program()), str(configured), "--sentinel")
    wait_for(lambda: knows_a_replica(watching), "the sentinel knows the replica")
    return Brokers(primary, [f"127.0.0.1:{watching}"])


def knows_a_replica(port: int) -> bool:
    with redis.Redis(port=port, password=OF_SENTINELS) as sentinel, suppress(redis.RedisError):
        sentinel.execute_command("SENTINEL", "DEBUG", "info-period", 200)  # it asks each ten seconds, else
        replicas = sentinel.sentinel_slaves(NAME)
        return [one["master-link-status"] for one in replicas] == ["ok"]
    return False


@pytest.mark.django_db(transaction=True)
def test_what_counts_sends_and_works_goes_on_with_the_new_primary(
    brokers: Brokers, processes: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    port = free_port()
    environment = {
        "DATABASE_URL": urlunsplit(address),
        "REDIS_URL": URL,
        "REDIS_SENTINELS": ",".join(brokers.sentinels),
        "REDIS_SENTINEL_PASSWORD": OF_SENTINELS,
        "PUBLIC_READING": "1",
        "RATE_ANONYMOUS": "10000/m",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DEBUG": "1",
    }
    python = (sys.executable, "-m")
    web = (
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--no-ws",
        "normalization_tracker.wsgi:application",
    )
    started(processes, tmp_path / "web", *python, *web, **environment)
    worker = ("celery", "--app", "normalization_tracker", "worker", "--pool", "solo", "--queues", "clock")
    started(processes, tmp_path / "worker", *python, *worker, **environment)
    wait_for(lambda: health(port).get("broker") == "ok", "the web server reaches the broker")
    address_, _tls, options = broker.for_celery(URL, brokers.sentinels, OF_SENTINELS)
    sender = Celery(broker=address_, set_as_current=False)
    sender.conf.update(broker_transport_options=options, task_default_queue="clock")
    works(sender)

    brokers.primary.kill()
    assert limit_left(port), "a page is given, and counted, while no broker is there"
    wait_for(lambda: health(port).get("broker") == "ok", "the broker's replica took over")
    works(sender)
    assert limit_left(port)


def health(port: int) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        return dict(json.load(error))
    except OSError:
        return {}


def limit_left(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/agreements/", timeout=30) as answer:
        return str(answer.headers["RateLimit"])


def works(sender: Celery) -> None:
    """A task that is sent now is done."""
    Heartbeat.objects.all().delete()
    sender.send_task("obligations.tasks.heartbeat")
    wait_for(Heartbeat.objects.filter(name="worker").exists, "the worker did it")


def test_the_cache_counts_by_itself_for_as_long_as_there_is_no_primary(
    brokers: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_cache, "AWAY_SECONDS", 0)
    of = {"sentinels": brokers.sentinels, "password_of_sentinels": OF_SENTINELS, "socket_timeout": 2}
    serializer = settings.CACHES["default"]["OPTIONS"]["serializer"]
    cache = SharedCache(URL, {"KEY_PREFIX": "tests", "OPTIONS": of | {"serializer": serializer}})
    cache.set("one", 1, None)
    assert cache._cache.get_client().wait(1, 60_000) == 1, "the replica has it"
    brokers.primary.kill()
    brokers.primary.wait()
    cache.set("two", 2, 60)
    assert cache.get("two") == 2
    wait_for(lambda: cache.get("one") == 1, "what was counted before is there again, on the new primary")
