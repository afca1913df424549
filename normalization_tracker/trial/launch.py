"""From nothing to a running system, and back: what `manage.py up` does, in order."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType

from normalization_tracker.trial import TrialError, environment
from normalization_tracker.trial.children import Service, Supervisor, ask_to_stop_with_parent
from normalization_tracker.trial.environment import Trial, healthy_parts, is_healthy, is_held_by, reachable

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
        health = healthy_parts(trial.host, trial.port)
        return all(health.get(part) == "ok" for part in parts)

    return is_ready


def _worker(trial: Trial) -> Service:
    # Mingle and gossip wait a second for other workers, and a trial has one.
    quick = ["--without-mingle", "--without-gossip"]
    command = [
        "worker",
        "--concurrency",
        str(WORKERS),
        "--loglevel",
        "INFO",
        "--queues",
        "clock,slow,celery",
        *quick,
    ]
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


ROUND = 0.2  # seconds between two looks at the services
_prepared: list[Trial] = []


class StopRequested(BaseException):
    """Ctrl-C, TERM or HUP."""


def say(name: str, message: str) -> None:
    """One line about one service. A reader that went away stops nothing."""
    with contextlib.suppress(OSError):
        print(f"{name:<10} {message}", flush=True)


def prepare_or_exit() -> None:
    """Completes the environment for the settings. Ends the program with one line where a trial cannot start here."""
    try:
        _prepared.append(environment.prepare())
        os.chdir(environment.BASE_DIR)  # from where the services find the code
    except TrialError as error:
        sys.exit(f"up: {error}")


def run() -> None:
    """Starts everything, watches it until asked to stop, then stops everything. Raises TrialError."""
    if not _prepared:
        raise TrialError("Start a trial as `python manage.py up`, or `make run`.")
    trial = _prepared[0]
    supervisor = Supervisor(trial.data / "logs", say)
    try:
        with _stop_on_signals() as stop_requested:
            _start(trial, supervisor)
            # Asked anew each round: an exception that a signal raises inside a finalizer is lost, and the wish is not.
            while not stop_requested():
                supervisor.check(time.monotonic())
                time.sleep(ROUND)
            raise StopRequested
    except StopRequested:
        say("up", "stopping")
    finally:
        supervisor.stop()
        trial.env_file.unlink(missing_ok=True)


def _start(trial: Trial, supervisor: Supervisor) -> None:
    # The applications are ready only now, and these read models and settings.
    from normalization_tracker.trial import accounts
    from normalization_tracker.trial.contents import Contents

    start_stores(trial, supervisor)
    environment.publish(trial)
    contents = Contents(trial.data, supervisor.log_of("setup"), say)
    contents.migrate()
    contents.collect_static_files()
    opens_early = contents.is_loaded()
    if not opens_early:
        contents.load()
    supervisor.start(web(trial))
    if opens_early:
        contents.load()
    made = accounts.ensure(trial.data / accounts.FILE)
    start_rest(trial, supervisor)
    say("up", f"ready: http://{_shown(trial.host)}:{trial.port}/  (Ctrl-C stops it)")
    accounts.show(trial.data / accounts.FILE, say, with_passwords=made)


def _shown(host: str) -> str:
    address = reachable(host)
    return f"[{address}]" if ":" in address else address


@contextlib.contextmanager
def _stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Turns the first request to stop into StopRequested; those that follow change nothing, the stop is under way.

    Gives a function that tells whether there was one.
    """
    requested = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal requested
        if not requested:
            requested = True
            raise StopRequested

    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # ignored under nohup, which is a wish to go on
        numbers.append(signal.SIGHUP)
    for number in numbers:
        signal.signal(number, stop)
    if "MAKELEVEL" in os.environ:  # who kills `make run` means all of it
        ask_to_stop_with_parent()
    yield lambda: requested
