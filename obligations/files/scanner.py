"""The scanner for viruses: ClamAV's daemon at `CLAMD_ADDRESS`. Where one is named, nothing is taken unscanned."""

import logging
import socket
from functools import cache
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from obligations.files.allowed import ScannerAway, Unacceptable

logger = logging.getLogger(__name__)
PATIENCE = 20  # seconds without a word from it; 25 MB take it one or two
SIGN_OF_LIFE = 2  # seconds


def is_on() -> bool:
    return bool(settings.CLAMD_ADDRESS)


def client(timeout: float) -> Any:
    """By address: `host:port`, or `unix:/path` of a socket. Its errors are ClamdError and OSError."""
    from clamav_client.clamd import ClamdNetworkSocket  # an extra

    address: str = settings.CLAMD_ADDRESS
    if address.startswith("unix:"):
        return unix_socket()(address.removeprefix("unix:"), timeout=timeout)
    host, _colon, port = address.removeprefix("tcp://").rpartition(":")
    return ClamdNetworkSocket(host, int(port), timeout=timeout)


@cache
def unix_socket() -> type[Any]:
    """The library's own, but for the patience, which it has no sooner than it is connected: a daemon that stands
    still takes no connection when enough others wait.
    """
    from clamav_client.clamd import ClamdUnixSocket, CommunicationError

    class Patient(ClamdUnixSocket):
        def _init_socket(self) -> None:
            self.clamd_socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.clamd_socket.settimeout(self.timeout)
            try:
                self.clamd_socket.connect(self.unix_socket)
            except OSError as error:
                self.clamd_socket.close()
                raise CommunicationError(str(error)) from error

    return Patient


def answers() -> bool:
    """Whether the scanner is there."""
    from clamav_client.clamd import ClamdError

    try:
        return "PONG" in client(SIGN_OF_LIFE).ping()
    except (ClamdError, OSError, ValueError):
        return False


def scan(file: BinaryIO) -> None:
    """Raises Unacceptable for what the scanner finds, ScannerAway where it says nothing that can be relied on."""
    if not is_on():
        return
    from clamav_client.clamd import BufferTooLongError, ClamdError

    file.seek(0)
    try:
        verdicts = list(client(PATIENCE).instream(file).values())
    except (BufferTooLongError, BrokenPipeError, ConnectionResetError) as error:
        # What its answer was can no longer be read where it hung up.
        logger.error("The scanner broke a file off: is its StreamMaxLength below EVIDENCE_MAX_BYTES?")
        raise ScannerAway(broken_off()) from error
    except (ClamdError, OSError, ValueError, AttributeError) as error:
        logger.error("The scanner at CLAMD_ADDRESS does not answer: %s", error)
        raise ScannerAway(away()) from error
    for status, threat in verdicts:
        if status == "FOUND":
            logger.warning("The scanner refused an upload: %s", threat)
            raise Unacceptable(_("The virus scanner found %(threat)s in this file.") % {"threat": threat})
    if [status for status, _threat in verdicts] != ["OK"]:
        logger.error("The scanner at CLAMD_ADDRESS gave no verdict: %s", verdicts)
        raise ScannerAway(away())


def away() -> str:
    return _("The virus scanner cannot be reached, and nothing is taken without it. Try again later.")


def broken_off() -> str:
    return _(
        "The virus scanner did not take this file to its end, and nothing is taken without it. A smaller file may pass;"
        " ask who runs the server."
    )
