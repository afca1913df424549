"""A file that is handed in, looked at before anything of it is kept."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from obligations.files import scanner
from obligations.files.allowed import ALLOWED
from obligations.files.errors import TooLarge, Unacceptable
from obligations.files.kinds import identify
from obligations.files.names import clean_name, with_extension

CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that is taken: `name` is cleaned, and ends as its content wants."""

    sha256: str
    size: int
    media_type: str
    name: str


def examine(upload: Any, name: str) -> Examined:
    """Look at a binary file that can be read twice. Raises Unacceptable, TooLarge and ScannerAway."""
    sha256, size = measured(upload)
    name = clean_name(name)
    media_type = identify(upload, size, name)
    scanner.scan(upload)
    return Examined(sha256, size, media_type, with_extension(name, ALLOWED[media_type].extensions))


def measured(upload: Any) -> tuple[str, int]:
    """SHA-256 and bytes, counted and not believed; stops where there are too many."""
    if (getattr(upload, "size", None) or 0) > settings.EVIDENCE_MAX_BYTES:
        raise TooLarge(too_large())
    digest, size = hashlib.sha256(), 0
    upload.seek(0)
    while chunk := upload.read(CHUNK):
        size += len(chunk)
        if size > settings.EVIDENCE_MAX_BYTES:
            raise TooLarge(too_large())
        digest.update(chunk)
    if not size:
        raise Unacceptable(_("This file is empty."))
    return digest.hexdigest(), size


def too_large() -> str:
    most = filesizeformat(settings.EVIDENCE_MAX_BYTES)
    return _("This file is too large: at most %(most)s are taken.") % {"most": most}
