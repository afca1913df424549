"""A file that is handed in, looked at before anything of it is kept, and named as it can be shown and saved."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from obligations.files import scanner
from obligations.files.allowed import ALLOWED, TooLarge, Unacceptable, essence
from obligations.files.kinds import identify

LONGEST = 120  # characters, with the extension
LONGEST_IN_BYTES = 200  # of UTF-8: file systems stop at 255
RESERVED = re.compile(r'[<>:"|?*]')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def clean_name(given: str) -> str:
    """The last part of the path, without what cannot be seen or turns the direction of text; never empty."""
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    # All of category C: controls, bidirectional marks, halves of characters, and what is no character.
    name = "".join(one for one in name if unicodedata.category(one)[0] != "C")
    name = RESERVED.sub("_", " ".join(name.split())).strip(" .")
    if DEVICES.match(name):
        name = f"_{name}"
    return shortened(name) or "file"


def with_extension(name: str, extensions: Sequence[str]) -> str:
    """The name with an extension that tells what the file is; one that tells something else is kept before it."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return name if ending in extensions else shortened(f"{name}.{extensions[0]}")


def shortened(name: str) -> str:
    """At most so long, cut before the extension."""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = name, "", ""
    stem = stem[: LONGEST - len(dot + ending)]
    while len((stem + dot + ending).encode()) > LONGEST_IN_BYTES:
        stem = stem[:-1]
    return stem.rstrip(" .") + dot + ending


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
    return Examined(sha256, size, media_type, with_extension(name, ALLOWED[essence(media_type)].extensions))


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
