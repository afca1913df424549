"""Where a trial is and what its environment says. Decided before Django reads its settings, which need it."""

import fcntl
import os
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from normalization_tracker.trial import TrialError
from normalization_tracker.trial.broker import Broker
from normalization_tracker.trial.files import make_folder, socket_folder, stored_secret, write_private
from normalization_tracker.trial.port import parse_port, require_free
from normalization_tracker.trial.postgres import Cluster

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ON = {"1", "on", "t", "true", "y", "yes"}
PUBLISHED = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "TRIAL")


@dataclass(frozen=True)
class Trial:
    """What `up` runs. ``cluster`` and ``broker`` are None where the environment names servers of the user's own."""

    data: Path
    host: str
    port: int
    cluster: Cluster | None
    broker: Broker | None
    lock: IO[str]  # held as long as this object lives

    @property
    def env_file(self) -> Path:
        """What other management commands read, so that they find the same servers while the trial runs."""
        return self.data / "trial.env"


def prepare(environment: MutableMapping[str, str] = os.environ) -> Trial:
    """Checks that a trial can start here, and completes the environment. Starts nothing.

    Raises TrialError: the port is taken, the folder cannot be written, another trial runs in it.
    """
    if environment.setdefault("TRIAL", "1").lower() not in ON:
        raise TrialError("TRIAL is switched off in the environment, and this starts a trial only.")
    host, port = environment.get("HOST") or "127.0.0.1", parse_port(environment.get("PORT") or "8000")
    data = Path(environment.get("DATA_DIR") or BASE_DIR / ".data").absolute()
    make_folder(data, mode=0o711)
    lock = _lock(data / "up.lock")
    require_free(host, port)
    sockets = socket_folder(data)
    cluster = broker = None
    if not environment.get("DATABASE_URL"):
        cluster = Cluster(
            data / "postgres",
            sockets,
            stored_secret(data / "postgres-password"),
            application_password=stored_secret(data / "postgres-application-password"),
        )
        environment["OWNER_DATABASE_URL"], environment["DATABASE_URL"] = cluster.url, cluster.application_url
    environment.setdefault("OWNER_DATABASE_URL", "")
    if not environment.get("REDIS_URL"):
        broker = Broker(data / "valkey", sockets)
        environment["REDIS_URL"] = broker.url
    if not environment.get("SECRET_KEY"):
        environment["SECRET_KEY"] = stored_secret(data / "secret-key")
    environment["DATA_DIR"] = str(data)
    return Trial(data, host, port, cluster, broker, lock)


def publish(trial: Trial, environment: MutableMapping[str, str] = os.environ) -> None:
    """Writes the file that other management commands read."""
    write_private(trial.env_file, "".join(f"{name}={_quoted(environment[name])}\n" for name in PUBLISHED))


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _lock(path: Path) -> IO[str]:
    """Holds the folder against a second trial. The kernel lets go when this process ends, however it ends."""
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        pid = file.read().strip() or "unknown"
        raise TrialError(
            f"A trial already runs on {path.parent} (pid {pid}): stop it, or set DATA_DIR."
        ) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file
