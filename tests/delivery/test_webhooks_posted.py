"""How one message goes out: where the name was looked up, to who shows a certificate of it, and for so long."""

import ipaddress
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from obligations.commands.webhooks import is_public
from obligations.delivery import webhooks
from tests.delivery.receiver import Receiver, receiving

NAME = "receiver.example.org"
DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("inside")


class Authority:
    """Signs certificates of servers."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
        above = x509.BasicConstraints(ca=True, path_length=0)
        made = self.begun(self.name, self.key, 1).add_extension(above, critical=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def begun(self, subject: x509.Name, key: Any, days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
        )
        made = made.serial_number(x509.random_serial_number())
        return made.not_valid_before(now - 9 * DAY).not_valid_after(now + days * DAY)

    def certifies(self, name: str, days: int = 1) -> ssl.SSLContext:
        """The TLS of a server of that name."""
        key = ec.generate_private_key(ec.SECP256R1())
        named: x509.GeneralName = x509.DNSName(name)
        if name[0].isdigit():
            named = x509.IPAddress(ipaddress.ip_address(name))
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self.begun(subject, key, days).add_extension(
            x509.SubjectAlternativeName([named]), critical=False
        )
        file = self.folder / "server.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(file)
        return tls


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this machine trusts, as it does those of the open internet."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def at_a_name(monkeypatch: pytest.MonkeyPatch, url: str) -> tuple[str, list[str]]:
    """The same address by a name, and who was looked up since."""
    port, asked = int(url.split(":")[2].split("/")[0]), list[str]()

    def resolve(host: str, _port: int, **_how: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return f"https://{NAME}:{port}/hook", asked


def test_it_arrives_where_the_certificate_is_of_the_name_though_the_address_was_looked_up_once(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, names = authority.certifies(NAME), list[str | None]()
    tls.sni_callback = lambda _socket, name, _context: names.append(name)
    with receiving(tls) as receiver:
        url, asked = at_a_name(monkeypatch, receiver.url)
        assert webhooks.post(url, "{}", {}) == 204
    assert (asked, names) == ([NAME], [NAME])
    assert [(path, headers["Host"]) for path, headers, _said in receiver.came] == [
        ("/hook", url.split("/")[2])
    ]


OTHERS: dict[str, tuple[Callable[[Authority], ssl.SSLContext], str]] = {
    "of another name": (lambda authority: authority.certifies("other.example.org"), "mismatch"),
    "of the address alone": (lambda authority: authority.certifies("127.0.0.1"), "mismatch"),
    "that has ended": (lambda authority: authority.certifies(NAME, days=-1), "expired"),
}


@pytest.mark.parametrize("shown", OTHERS)
def test_nothing_is_sent_to_who_shows_a_certificate(
    shown: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, why = OTHERS[shown]
    with receiving(certificate(authority)) as receiver:
        url, _asked = at_a_name(monkeypatch, receiver.url)
        with pytest.raises(ssl.SSLCertVerificationError, match=why):
            webhooks.post(url, "{}", {})
    assert receiver.came == []


def test_nothing_is_sent_to_who_has_a_certificate_of_an_authority_that_nobody_knows(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with receiving(authority.certifies(NAME)) as receiver:
        url, _asked = at_a_name(monkeypatch, receiver.url)
        with pytest.raises(ssl.SSLCertVerificationError):
            webhooks.post(url, "{}", {})
    assert receiver.came == []


def test_who_takes_the_connection_and_never_shakes_hands_is_waited_for_no_longer_than_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhooks, "LIMIT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(OSError, match=r".*"):
        webhooks.post(f"https://127.0.0.1:{server.getsockname()[1]}/", "{}", {})


def test_a_server_that_speaks_no_tls_is_an_error(receiver: Any) -> None:
    with pytest.raises(OSError, match="SSL"):
        webhooks.post(receiver.url.replace("http:", "https:"), "{}", {})


def goes_on(handler: Receiver) -> None:
    """With a body that has no end."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    with suppress(OSError):
        while True:
            handler.wfile.write(b"x" * webhooks.MOST_READ)


def test_no_more_of_an_answer_is_read_than_there_is_room_for(receiver: Any) -> None:
    receiver.answers = [goes_on]
    assert webhooks.post(receiver.url, "{}", {}) == 200


def test_who_does_not_listen_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        webhooks.post(f"http://127.0.0.1:{port}/", "{}", {})


def test_it_connects_to_the_address_that_was_checked_and_asks_no_second_time(
    receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(receiver.url.split(":")[2].split("/")[0])
    asked = []

    def resolve(host: str, _port: int, **_how: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert webhooks.post(f"http://receiver.example.org:{port}/", "{}", {}) == 204
    assert asked == ["receiver.example.org"]
    assert receiver.came[0][1]["Host"] == f"receiver.example.org:{port}"


def test_addresses_of_the_open_internet_are_public() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    assert is_public("::ffff:93.184.215.14")
