"""What a trial runs: the two stores, then worker, beat and web server."""

import sys
from collections.abc import Callable

from normalization_tracker.trial.children import Service, Supervisor
from normalization_tracker.trial.environment import Trial
from normalization_tracker.trial.port import healthy_parts, is_healthy, is_held_by

WORKERS = 2  # processes of the Celery worker
THREADS = 4  # of the web server


# What a worker does as it comes: a trial says that it is ready when its health is.
WORK = ("worker", "sweep", "publications", "witness")


def start_stores(trial: Trial, supervisor: Supervisor) -> None:
    """Starts the servers that the environment does not name, and makes the database. Returns when both serve."""
    if trial.broker:
        supervisor.start(trial.broker.prepare())
    if trial.cluster:
        supervisor.start(trial.cluster.prepare())
    supervisor.wait_until_ready("postgres", "valkey")
    if trial.cluster:
        trial.cluster.ensure_database()
    supervisor.report("postgres", "valkey")


def start_rest(trial: Trial, supervisor: Supervisor) -> None:
    """Starts worker and beat. Returns when they run, and the web server that was started before is healthy."""
    supervisor.wait_until_ready("web")
    supervisor.start(_worker(trial))
    supervisor.start(_beat(trial))
    supervisor.wait_until_ready("worker", "beat")
    supervisor.report("web", "worker", "beat")


def _are_well(trial: Trial, *parts: str) -> Callable[[int], bool]:
    """Whether /healthz calls these parts well: a sign of life, or work that was done, stands in the database."""

    def is_ready(pid: int) -> bool:
        said = healthy_parts(trial.host, trial.port)
        return all(said.get(part) == "ok" for part in parts)

    return is_ready


def _worker(trial: Trial) -> Service:
    # Mingle and gossip wait a second for other workers, and a trial has one.
    quick = ["--without-mingle", "--without-gossip"]
    command = ["worker", "--concurrency", str(WORKERS), "--loglevel", "INFO", *quick]
    return Service("worker", _celery(*command), _are_well(trial, *WORK), "[tasks]", patience=120)


def _beat(trial: Trial) -> Service:
    command = ["beat", "--schedule", str(trial.data / "beat-schedule"), "--pidfile", ""]
    return Service("beat", _celery(*command), _are_well(trial, "beat"), "beat: Starting", patience=120)


def _celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--app", "normalization_tracker", *arguments]


def web(trial: Trial) -> Service:
    def is_ready(pid: int) -> bool:
        return is_healthy(trial.host, trial.port) and is_held_by(pid, trial.port)

    options = ["--interface", "wsgi", "--host", trial.host, "--port", str(trial.port), "--no-ws"]
    options += ["--workers", "1", "--blocking-threads", str(THREADS), "--workers-kill-timeout", "5"]
    options += ["--respawn-failed-workers"]
    command = [sys.executable, "-m", "granian", *options, "normalization_tracker.wsgi:application"]
    return Service("web", command, is_ready=is_ready, patience=120)
