"""A mail server of a few lines, which takes mail or fails in the way that it is told to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

WAYS = (
    "takes",
    "away",
    "slow",
    "half-open",
    "refuses",
    "closes in the body",
    "closes before it says that it has it",
)


class MailServer(threading.Thread):
    """`way` is how it meets the next connection, and `taken` has the Message-ID of each mail that it had whole."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.way, self.taken = "takes", list[str]()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.held: list[socket.socket] = []

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    def run(self) -> None:
        while True:
            try:
                connection, _address = self.listening.accept()
            except OSError:
                return
            try:
                self.meet(connection)
            except OSError:
                connection.close()

    def meet(self, connection: socket.socket) -> None:
        if self.way == "away":
            return connection.close()
        if self.way == "half-open":
            self.held.append(connection)
            return None
        lines = connection.makefile("rb")
        say = connection.sendall
        if self.way == "slow":
            say(b"220-")  # and never the rest
            self.held.append(connection)
            return None
        say(b"220 here\r\n")
        for line in lines:
            word = line[:4].upper()
            if word == b"MAIL" and self.way == "refuses":
                say(b"451 later\r\n")
            elif word == b"DATA":
                say(b"354 go on\r\n")
                self.read_body(lines)
                if self.way != "takes":
                    connection.shutdown(socket.SHUT_RDWR)
                    return connection.close()
                say(b"250 taken\r\n")
            elif word == b"QUIT":
                say(b"221 bye\r\n")
                return connection.close()
            else:
                say(b"250 fine\r\n")
        return connection.close()

    def read_body(self, lines: Iterator[bytes]) -> None:
        for line in lines:
            if self.way == "closes in the body":
                return
            if line.lower().startswith(b"message-id:"):
                self.taken.append(line.split(b":", 1)[1].strip().decode())
            if line == b".\r\n":
                return


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.listening.shutdown(socket.SHUT_RDWR)
        server.listening.close()
        for one in server.held:
            one.close()
        server.join()
