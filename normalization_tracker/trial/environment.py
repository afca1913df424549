"""Where a trial is and what its environment says. Decided before Django reads its settings, which need it."""

import contextlib
import errno
import fcntl
import http.client
import json
import os
import socket
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from normalization_tracker.trial import TrialError
from normalization_tracker.trial.broker import Broker
from normalization_tracker.trial.children import group_members
from normalization_tracker.trial.files import make_folder, socket_folder, stored_secret, write_private
from normalization_tracker.trial.postgres import Cluster

LISTENING = "0A"  # the state of a listening socket in /proc/net/tcp


def parse_port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise TrialError(f"PORT={text} is not a number from 1 to 65535.")


def require_free(host: str, port: int) -> None:
    """Raises TrialError where a server could not listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise TrialError(_reason(host, port, error)) from error


def _reason(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken: stop what listens there, or choose another with PORT={port + 1}."
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}: choose one above 1023 with PORT=8000."
    return f"HOST={host} is no address of this machine ({error.strerror or error})."


def reachable(host: str) -> str:
    """An address under which a server that listens on ``host`` answers here."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def _answer(host: str, port: int, path: str) -> tuple[int, bytes]:
    """The status and the body of an answer; 0 and nothing where there is none."""
    connection = http.client.HTTPConnection(reachable(host), port, timeout=10)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", path, headers={"Host": "localhost"})
        response = connection.getresponse()
        return response.status, response.read()
    return 0, b""


def is_healthy(host: str, port: int) -> bool:
    """Whether /readyz answers 200."""
    return _answer(host, port, "/readyz")[0] == 200


def healthy_parts(host: str, port: int) -> dict[str, object]:
    """What /healthz says, well or not; nothing where it does not answer."""
    with contextlib.suppress(ValueError):
        parts: dict[str, object] = json.loads(_answer(host, port, "/healthz")[1])
        return parts
    return {}


def is_held_by(leader: int, port: int) -> bool:
    """Whether a process of that group listens on the port: another program may answer there. True where unknown."""
    if sys.platform != "linux":
        return True
    listening = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    return any(not listening.isdisjoint(_open_files(pid)) for pid in group_members(leader))


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        rows = table.read_text().splitlines()[1:] if table.exists() else []
        for row in (line.split() for line in rows):
            if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port:
                inodes.add(row[9])
    return inodes


def _open_files(pid: int) -> set[str]:
    names = set()
    with contextlib.suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                names.add(os.readlink(descriptor))
    return names


BASE_DIR = Path(__file__).resolve().parent.parent.parent
ON = {"1", "on", "t", "true", "y", "yes"}
PUBLISHED = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_ADDRESS", "TRIAL")


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
    environment.setdefault("SITE_ADDRESS", f"http://{host}:{port}")
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
