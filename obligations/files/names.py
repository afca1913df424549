"""Names of files, as they came, made fit to be shown and to be saved under."""

import re
import unicodedata
from collections.abc import Sequence

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
