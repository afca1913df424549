"""As much of S3 as a store of evidence asks for: objects of one bucket, by path, whole."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape


class FakeS3(ThreadingHTTPServer):
    """`objects` are bytes by their keys; `written_at` is what it says of when each was written."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.objects: dict[str, bytes] = {}
        self.signed: list[str] = []
        self.written_at = datetime(2026, 1, 1, tzinfo=UTC)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Request(BaseHTTPRequestHandler):
    server: FakeS3
    protocol_version = "HTTP/1.1"

    def key(self) -> str:
        return urlsplit(self.path).path.removeprefix("/bucket").lstrip("/")

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in (self.headers.get("Content-Encoding") or ""):
            body = unchunked(body)
        self.server.objects[self.key()] = body
        self.server.signed.append(self.headers["Authorization"])
        self.answer(200, b"")

    def do_GET(self) -> None:
        if not self.key():
            self.answer(200, self.listing(), "application/xml")
        else:
            self.found()

    def do_HEAD(self) -> None:
        self.found()

    def do_DELETE(self) -> None:
        self.server.objects.pop(self.key(), None)
        self.answer(204, b"")

    def found(self) -> None:
        body = self.server.objects.get(self.key())
        if body is None:
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")
        else:
            self.answer(200, body)

    def listing(self) -> bytes:
        asked = parse_qs(urlsplit(self.path).query)
        prefix = asked.get("prefix", [""])[0]
        keys = [key for key in self.server.objects if key.startswith(prefix)]
        below = {key: key[len(prefix) :] for key in sorted(keys)}
        folders = {prefix + rest.partition("/")[0] + "/" for rest in below.values() if "/" in rest}
        files = [key for key, rest in below.items() if "/" not in rest]
        told = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in files)
        told += "".join(
            f"<CommonPrefixes><Prefix>{escape(f)}</Prefix></CommonPrefixes>" for f in sorted(folders)
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{told}</ListBucketResult>".encode()

    def answer(self, status: int, body: bytes, kind: str = "application/octet-stream") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{md5(body, usedforsecurity=False).hexdigest()}"')
        self.send_header("Last-Modified", format_datetime(self.server.written_at, usegmt=True))
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests' output is for what fails."""


def unchunked(body: bytes) -> bytes:
    """The pieces of a body that is signed piece by piece."""
    whole = b""
    while (head := re.match(rb"([0-9a-f]+)[^\r]*\r\n", body)) and (length := int(head[1], 16)):
        whole += body[head.end() : head.end() + length]
        body = body[head.end() + length + 2 :]
    return whole
