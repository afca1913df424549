"""The web server that serves for real, on the tests' database, with a store and a folder of its own; and a scanner."""

import os
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.trials import ROOT, free_port, wait_for
from tests.uploads.samples import EICAR


@dataclass(frozen=True)
class Server:
    """Where it listens, what it keeps, and where it puts what is on its way."""

    port: int
    store: Path
    temporary: Path
    log: Path

    def refusals(self) -> int:
        """How often it said that it takes a form no further."""
        said = self.log.read_text()
        return said.count("Forbidden (") + said.count("Bad Request")

    def left_behind(self) -> list[Path]:
        return [
            path for folder in (self.store, self.temporary) for path in folder.rglob("*") if path.is_file()
        ]


@pytest.fixture(scope="session")
def server(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    made = Server(free_port(), folder / "store", folder / "temporary", folder / "log")
    made.temporary.mkdir()
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
    address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    environment = os.environ | {
        "DATABASE_URL": address,
        "EVIDENCE_DIR": str(made.store),
        "FILE_UPLOAD_TEMP_DIR": str(made.temporary),
        "ALLOWED_HOSTS": "127.0.0.1",
        "PUBLIC_READING": "1",
        "DEBUG": "1",  # static files need not be collected then
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(made.port), "--no-ws"]
    command += ["--workers", "1", "--blocking-threads", "2", "normalization_tracker.wsgi:application"]
    with made.log.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_for(lambda: answers(made.port), f"the web server; its log is {made.log}")
        yield made
    finally:
        process.terminate()
        process.wait(30)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


# In place of an answer: what the daemon does within a file that is longer than it takes.
HANGS_UP = b"hangs up"


class Clamd(socketserver.StreamRequestHandler):
    """Speaks as ClamAV's daemon does: PING, and INSTREAM, where it knows one virus."""

    def handle(self) -> None:
        asked = self.rfile.readline().strip()
        if asked == b"nPING":
            self.wfile.write(b"PONG\n")
            return
        if self.server.answer is HANGS_UP:  # type: ignore[attr-defined]
            return
        received = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            received += self.rfile.read(length)
        answer = self.server.answer or (  # type: ignore[attr-defined]
            b"Eicar-Test-Signature FOUND" if EICAR in received else b"OK"
        )
        self.wfile.write((answer if answer.startswith(b"INSTREAM") else b"stream: " + answer) + b"\n")


@pytest.fixture
def clamd(settings: Any) -> Iterator[Any]:
    """A scanner on a port of its own; what `answer` holds it says in place of a verdict."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as scanner:
        scanner.answer = b""  # type: ignore[attr-defined]
        settings.CLAMD_ADDRESS = f"127.0.0.1:{scanner.server_address[1]}"
        threading.Thread(target=scanner.serve_forever, daemon=True).start()
        yield scanner
        scanner.shutdown()
