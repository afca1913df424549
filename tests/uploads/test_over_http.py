"""Uploads as they come over a network, to the web server that serves for real: refused clearly, or safe to save.

Nothing is left behind by what is refused or breaks off: no row, no stored file, no file on its way.
"""

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from django.test import Client

from obligations.models import Commitment, Evidence, Statement
from parties.models import User
from tests import make
from tests.trials import wait_for
from tests.uploads import samples
from tests.uploads.conftest import Server

pytestmark = pytest.mark.django_db(transaction=True)
FORM = "/obligations/accord/O-1/evidence/file/"
FIELDS = {"title": "Minutes", "represents_on": "2024-01-10", "language": "en", "tier": "public"}
BOUNDARY = "----of-the-tests"
GIGABYTE = 1024**3


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Visitor:
    """Sends what a browser would, and what none would. Signed in as `user`."""

    def __init__(self, server: Server, user: User) -> None:
        self.server = server
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        self.cookie = f"sessionid={client.cookies['sessionid'].value}"
        page = self.get(FORM)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token, (page.status, page.text)
        self.token = token[1]
        self.cookie += "; " + page.headers["set-cookie"].partition(";")[0]

    def get(self, path: str) -> Answer:
        return self.send(f"GET {path} HTTP/1.1", {})

    def upload(self, content: bytes, name: str = "report.pdf") -> Answer:
        body = self.form(content, name)
        return self.send(f"POST {FORM} HTTP/1.1", self.of_form(len(body)), body)

    def form(self, content: bytes, name: str) -> bytes:
        fields = {"csrfmiddlewaretoken": self.token, **FIELDS}
        parts = [f'Content-Disposition: form-data; name="{k}"\r\n\r\n{v}'.encode() for k, v in fields.items()]
        file = (
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/pdf'
        )
        parts.append(file.encode() + b"\r\n\r\n" + content)
        edge = f"--{BOUNDARY}".encode()
        return b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"

    def of_form(self, length: int | None) -> dict[str, str]:
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return kind if length is None else kind | {"Content-Length": str(length)}

    def send(self, line: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        with socket.create_connection(("127.0.0.1", self.server.port), 60) as wire:
            wire.sendall(self.head(line, headers) + body)
            said = b"".join(iter(lambda: wire.recv(65536), b""))
        return parsed(said)

    def head(self, line: str, headers: Mapping[str, str]) -> bytes:
        shared = {"Host": f"127.0.0.1:{self.server.port}", "Cookie": self.cookie, "Connection": "close"}
        named = "".join(f"{name}: {value}\r\n" for name, value in {**shared, **headers}.items())
        return f"{line}\r\n{named}\r\n".encode()

    def break_off(self, line: str, headers: Mapping[str, str], body: bytes) -> None:
        """Goes away after what it says, and returns when the server has given up on it."""
        before = self.server.refusals()
        with socket.create_connection(("127.0.0.1", self.server.port), 60) as wire:
            wire.sendall(self.head(line, headers) + body)
        wait_for(lambda: self.server.refusals() > before, "the server's word on a body that broke off")


def parsed(said: bytes) -> Answer:
    head, _gap, body = said.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return Answer(int(first.split()[1]), headers, body)


@pytest.fixture
def visitor(server: Server) -> Visitor:
    make.commitment()
    return Visitor(server, make.representative())


def assert_nothing_left(server: Server) -> None:
    assert not Evidence.objects.exists()
    assert server.left_behind() == []


def test_hostile_files_are_refused_with_what_they_are_and_the_form_is_kept(visitor: Visitor) -> None:
    hostile = {
        "picture.svg": (samples.SVG, "an SVG image"),
        "report.pdf": (samples.HTML, "an HTML page"),
        "bomb.docx": (samples.bomb(), "zip bomb"),
        "empty.pdf": (b"", "This file is empty."),
    }
    for name, (content, found) in hostile.items():
        answer = visitor.upload(content, name)
        assert (answer.status, found in answer.text) == (422, True), name
        assert 'value="Minutes"' in answer.text
    assert_nothing_left(visitor.server)


def test_a_name_with_a_path_and_marks_that_turn_text_is_saved_as_what_it_is(visitor: Visitor) -> None:
    assert visitor.upload(samples.PDF, "..%2f../../etc/\u202eexe.fdp").status == 302
    made = Evidence.objects.get()
    assert made.file_name == "exe.fdp.pdf"
    answer = visitor.get(f"/obligations/accord/O-1/evidence/{made.key}/file/")
    assert (answer.status, answer.body) == (200, samples.PDF)
    assert answer.headers["content-disposition"] == 'attachment; filename="exe.fdp.pdf"'
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    stored = [path.name for path in visitor.server.left_behind()]
    assert stored == [made.sha256]
    visitor.server.left_behind()[0].unlink()


def test_a_gigabyte_is_refused_before_it_is_sent(visitor: Visitor) -> None:
    start = visitor.form(b"", "large.pdf")[:-60]
    for path, kind in ((FORM, "text/html; charset=utf-8"), ("/api/v1/evidence/", "application/problem+json")):
        answer = visitor.send(f"POST {path} HTTP/1.1", visitor.of_form(GIGABYTE), start)
        assert (answer.status, answer.headers["content-type"]) == (413, kind)
        assert "25.0" in answer.text
    assert_nothing_left(visitor.server)


def test_a_body_that_does_not_say_its_length_is_not_read(visitor: Visitor) -> None:
    headers = visitor.of_form(None) | {"Transfer-Encoding": "chunked"}
    answer = visitor.send(f"POST {FORM} HTTP/1.1", headers, b"400000\r\n" + bytes(100_000))
    assert answer.status == 411
    assert_nothing_left(visitor.server)


def test_a_file_somewhat_too_large_is_dropped_as_it_comes_and_the_form_is_kept(visitor: Visitor) -> None:
    answer = visitor.upload(bytes(26 * 1024 * 1024))
    assert (answer.status, "too large" in answer.text, 'value="Minutes"' in answer.text) == (413, True, True)
    assert_nothing_left(visitor.server)


@pytest.mark.parametrize("sent", ["half of the file", "all but the last edge", "half of a field"])
def test_a_connection_that_breaks_leaves_nothing(visitor: Visitor, sent: str) -> None:
    body = visitor.form(samples.PDF + b"x" * 200_000 + b"%%EOF", "report.pdf")
    ends = {
        "half of the file": len(body) // 2,
        "all but the last edge": len(body) - 30,
        "half of a field": 300,
    }
    visitor.break_off(f"POST {FORM} HTTP/1.1", visitor.of_form(len(body)), body[: ends[sent]])
    assert_nothing_left(visitor.server)


def test_a_length_that_says_too_little_cuts_the_file_and_takes_nothing(visitor: Visitor) -> None:
    body = visitor.form(samples.PDF, "report.pdf")
    answer = visitor.send(f"POST {FORM} HTTP/1.1", visitor.of_form(len(body) - 60), body)
    assert answer.status == 422
    assert_nothing_left(visitor.server)


def test_half_a_claim_is_not_recorded(visitor: Visitor) -> None:
    """A form without a file breaks off as well: what is missing may be what matters."""
    fields = f"csrfmiddlewaretoken={visitor.token}&verdict=3&effective_on=2024-01-10&tier=public&reason=Done"
    body = f"{fields}+but+for+the+last+part".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    line = "POST /obligations/accord/O-1/claim/?commitment={} HTTP/1.1"
    line = line.format(Commitment.objects.get().pk)
    visitor.break_off(line, headers, body[:-25])
    assert not Statement.objects.exists()
    assert visitor.send(line, headers, body).status == 302
