"""The scanner for viruses: ClamAV's daemon at `CLAMD_ADDRESS`. Where one is named, nothing is taken unscanned."""

import logging
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from obligations.files.allowed import ScannerAway, Unacceptable

logger = logging.getLogger(__name__)
PATIENCE = 60  # seconds that one scan may take
SIGN_OF_LIFE = 2  # seconds


def is_on() -> bool:
    return bool(settings.CLAMD_ADDRESS)


def client(timeout: int = PATIENCE) -> Any:
    """By address: `host:port`, or `unix:/path` of a socket. Its errors are ClamdError and OSError."""
    from clamav_client.clamd import ClamdNetworkSocket, ClamdUnixSocket  # an extra

    address: str = settings.CLAMD_ADDRESS
    if address.startswith("unix:"):
        return ClamdUnixSocket(address.removeprefix("unix:"), timeout=timeout)
    host, _colon, port = address.removeprefix("tcp://").rpartition(":")
    return ClamdNetworkSocket(host, int(port), timeout=timeout)


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
    from clamav_client.clamd import ClamdError

    file.seek(0)
    try:
        verdicts = list(client().instream(file).values())
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
