"""A program that is told by webhooks: a real server on a port of its own."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver(BaseHTTPRequestHandler):
    """Notes what comes, and answers as `answers` says in turn; then always 204."""

    came: list[tuple[str, dict[str, str], str]] = []
    answers: list[Any] = []
    url: str

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.came.append((self.path, dict(self.headers), said))
        answer = self.answers.pop(0) if self.answers else 204
        if callable(answer):
            answer(self)
            return
        self.send_response(answer)
        if answer == 301:
            self.send_header("Location", self.url.replace("hook", "elsewhere"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_said: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up in the middle is expected here."""


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[type[Receiver]]:
    """One that has noted nothing yet, with its address; behind TLS where it is given."""
    Receiver.came, Receiver.answers = [], []
    with Server(("127.0.0.1", 0), Receiver) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        scheme = "https" if tls else "http"
        Receiver.url = f"{scheme}://127.0.0.1:{server.server_address[1]}/hook?of=mine"
        yield Receiver
        server.shutdown()
