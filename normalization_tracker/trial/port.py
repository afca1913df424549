"""Whether the port can be had, and whether it is our own process that has it."""

import contextlib
import errno
import http.client
import json
import os
import socket
import sys
from pathlib import Path

from normalization_tracker.trial import TrialError
from normalization_tracker.trial.processes import group_members

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


def is_healthy(host: str, port: int) -> bool:
    """Whether /readyz answers 200."""
    connection = http.client.HTTPConnection(reachable(host), port, timeout=10)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    return False


def healthy_parts(host: str, port: int) -> dict[str, object]:
    """What /healthz says, well or not; nothing where it does not answer."""
    connection = http.client.HTTPConnection(reachable(host), port, timeout=10)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        said: dict[str, object] = json.loads(connection.getresponse().read())
        return said
    return {}


def is_held_by(leader: int, port: int) -> bool:
    """Whether a process of that group listens on the port: another program may answer there. True where unknown."""
    if sys.platform != "linux":
        return True
    listening = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    return any(not listening.isdisjoint(_open_files(pid)) for pid in group_members(leader))


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        rows = table.read_text().splitlines()[1:] if table.exists() else []
        for row in (line.split() for line in rows):
            if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port:
                found.add(row[9])
    return found


def _open_files(pid: int) -> set[str]:
    found = set()
    with contextlib.suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(os.readlink(descriptor))
    return found
