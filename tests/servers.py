"""Real servers for the tests: started once for the whole run, ended with it, also when it is killed.

``provide`` gives a run what its environment does not name in DATABASE_URL and REDIS_URL. The processes of pytest-xdist
inherit the addresses; each gets a broker database of its own.
"""

import atexit
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from normalization_tracker.trial.broker import Broker
from normalization_tracker.trial.children import Service, Supervisor
from normalization_tracker.trial.postgres import Cluster

PASSWORD = "of-a-database-that-is-thrown-away"
# The addresses of the servers that this process started.
STARTED: list[str] = []
# Names the file that is locked while the database of DATABASE_URL is migrated, for all processes to copy.
MIGRATING = "MIGRATING"


@contextmanager
def serving(folder: Path, *services: Service) -> Iterator[None]:
    """Runs the services with their logs in the folder, until the end of the block."""
    supervisor = Supervisor(folder / "logs", lambda name, message: None)
    try:
        for service in services:
            supervisor.start(service)
        supervisor.wait_until_ready(*(service.name for service in services))
        yield
    finally:
        supervisor.stop()


@contextmanager
def embedded_postgres(folder: Path) -> Iterator[str]:
    """An empty PostgreSQL that forgets rather than waits for the disk. Gives its DATABASE_URL."""
    sockets = folder / "postgres-socket"
    sockets.mkdir(mode=0o700)
    cluster = Cluster(folder / "postgres", sockets, PASSWORD, durable=False)
    with serving(folder, cluster.prepare()):
        cluster.ensure_database()
        yield cluster.url


@contextmanager
def embedded_valkey(folder: Path) -> Iterator[str]:
    """An empty Valkey that keeps nothing. Gives its REDIS_URL."""
    sockets = folder / "valkey-socket"
    sockets.mkdir(mode=0o700)
    broker = Broker(folder / "valkey", sockets, durable=False)
    with serving(folder, broker.prepare()):
        yield broker.url


def provide() -> None:
    """Completes the environment before the settings are read. Servers that this starts end with this process."""
    if "DATA_DIR" not in os.environ:  # not the one of a trial that runs in this checkout
        folder = Path(tempfile.mkdtemp(prefix="tracker-tests-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["DATA_DIR"] = str(folder)
    folder = Path(os.environ["DATA_DIR"])
    (folder / "static").mkdir(exist_ok=True)  # the web server's middleware looks there
    for name, server in (("DATABASE_URL", embedded_postgres), ("REDIS_URL", embedded_valkey)):
        if not os.environ.get(name):
            context = server(folder)
            os.environ[name] = context.__enter__()
            STARTED.append(name)
            atexit.register(context.__exit__, None, None, None)
    os.environ["REDIS_URL"] = _own_broker_database(os.environ["REDIS_URL"])
    os.environ.setdefault("SECRET_KEY", "of-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
    os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1")
    for name in ("SIGNED_IN", "ANONYMOUS", "COSTLY", "REPLAY", "SIGN_IN"):  # what counts them sets its own
        os.environ.setdefault(f"RATE_{name}", "")
    os.environ.setdefault("HTTPS", "0")  # the test client and the browser speak plain HTTP
    for name in (
        "SECOND_FACTOR",
        "SESSION_HOURS",
        "SESSION_IDLE_MINUTES",
    ):  # whose tests are of them ask for one
        os.environ.setdefault(name, "")


def _own_broker_database(url: str) -> str:
    """The address with database 0 replaced by one for this pytest-xdist process, so that queues are not shared."""
    number = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    return re.sub(r"(/|virtual_host=)0$", rf"\g<1>{int(number) + 1}", url) if number.isdigit() else url


def migrate_for_all() -> None:
    """Begins to migrate the database that the processes of a run copy, while these look for their tests.

    A database that somebody else gave is left alone. Where migrating fails, each process goes on from what was done,
    and says what is wrong.
    """
    if "DATABASE_URL" not in STARTED:
        return
    os.environ[MIGRATING] = str(Path(os.environ["DATA_DIR"]) / "migrating")
    with open(os.environ[MIGRATING], "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        root = Path(__file__).resolve().parent.parent
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        migration = subprocess.Popen(command, cwd=root, pass_fds=[lock.fileno()])
    atexit.register(migration.kill)


def migrated() -> bool:
    """Whether there is a database to copy. Waits until it is migrated."""
    if not os.environ.get(MIGRATING):
        return False
    with open(os.environ[MIGRATING]) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
    return True
