"""Plain text: decodes as a whole, has no controls, and is no markup or script in disguise."""

import codecs
import re
from typing import BinaryIO

from django.utils.translation import gettext as _

from obligations.files.allowed import refusal

CHUNK = 64 * 1024
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
COMMENTS = re.compile(r"^(?:\s*<!--.*?-->)+", re.DOTALL)
MARKUP = re.compile(
    r"<\s*(!doctype\s+html|html|head|body|script|iframe|object|embed|form|svg|\?xml|\?php|img\s|meta\s|link\s|style)",
    re.IGNORECASE,
)
BEGINS_AS_MARKUP = re.compile(r"<[!?/a-z]", re.IGNORECASE)


def text_type(file: BinaryIO, name: str) -> str | None:
    """`text/plain`, or `text/csv` by the ending of the name; None where it is no text. Raises Unacceptable."""
    file.seek(0)
    first = file.read(CHUNK)
    wide = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")()
    chunk, looked_at = first, False
    try:
        while True:
            text = decoder.decode(chunk, final=not chunk)
            if CONTROLS.search(text):
                return None
            if not looked_at:
                refuse_markup(text)
                looked_at = True
            if not chunk:
                break
            chunk = file.read(CHUNK)
    except UnicodeDecodeError:
        return None
    return "text/csv" if name.lower().endswith(".csv") else "text/plain"


def refuse_markup(text: str) -> None:
    begin = COMMENTS.sub("", text).lstrip()
    found = MARKUP.search(text)
    if found is None and not BEGINS_AS_MARKUP.match(begin):
        return
    lower = text.lower()
    if "<svg" in lower:
        what = _("an SVG image, which can hold script")
    elif any(tag in lower for tag in ("<html", "<!doctype html", "<script", "<body", "<head", "<iframe")):
        what = _("an HTML page, which can hold script")
    else:
        what = _("XML or other markup")
    raise refusal(what)
