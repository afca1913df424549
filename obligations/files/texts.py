"""Plain text, by its content: in Unicode, or in a code page of Windows that Albanian and Serbian are written in."""

import codecs
import re
from typing import BinaryIO

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from obligations.files.allowed import Unacceptable, refusal

CHUNK = 64 * 1024
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
COMMENTS = re.compile(r"^(?:\s*<!--.*?-->)+", re.DOTALL)
MARKUP = re.compile(
    r"<\s*(!doctype\s+html|html|head|body|script|iframe|object|embed|form|svg|\?xml|\?php|img\s|meta\s|link\s|style)",
    re.IGNORECASE,
)
BEGINS_AS_MARKUP = re.compile(r"<[!?/a-z]", re.IGNORECASE)
# Names of Python, with those of media types.
CODE_PAGES = {"cp1250": "windows-1250", "cp1251": "windows-1251", "cp1252": "windows-1252"}
# Letters beyond ASCII with what stands around them: where they are few, they tell nothing among all the others.
LETTERS = re.compile(rb"[^\r\n]{0,30}[\x80-\xff][^\r\n]{0,30}")
ENOUGH = 16 * 1024


def text_type(file: BinaryIO, name: str) -> str | None:
    """`text/plain`, or `text/csv` by the ending of the name, with its `charset` where it is a code page.

    None where it is no text. Raises Unacceptable.
    """
    media_type = "text/csv" if name.lower().endswith(".csv") else "text/plain"
    file.seek(0)
    wide = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    try:
        return media_type if is_text(file, "utf-16" if wide else "utf-8-sig") else None
    except UnicodeDecodeError:
        encoding = None if wide else code_page(file)
    try:
        if encoding and is_text(file, encoding):
            return f"{media_type}; charset={CODE_PAGES[encoding]}"
    except UnicodeDecodeError:
        pass
    return None


def is_text(file: BinaryIO, encoding: str) -> bool:
    """Whether it is text to its end. Raises Unacceptable for markup, and UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    looked_at = False
    while True:
        chunk = file.read(CHUNK)
        text = decoder.decode(chunk, final=not chunk)
        if CONTROLS.search(text):
            return False
        if not looked_at:
            refuse_markup(text)
            looked_at = True
        if not chunk:
            return True


def code_page(file: BinaryIO) -> str | None:
    """The code page that the letters beyond ASCII look like; none where they look like no text.

    Raises Unacceptable for UTF-8 that was damaged: in any code page it would be other letters.
    """
    sample = with_letters(file)
    if CONTROLS.search(sample.decode("latin-1")):
        return None
    unicode = sample.decode("utf-8", "replace")
    broken = unicode.count("\ufffd")
    if sum(character > "\x7f" for character in unicode) > 2 * broken:
        raise Unacceptable(_("This text is in UTF-8, and some of its letters are damaged: save it anew."))
    best = from_bytes(sample, cp_isolation=list(CODE_PAGES)).best()
    return best.encoding if best and best.encoding in CODE_PAGES else None


def with_letters(file: BinaryIO) -> bytes:
    """The parts of the file that have letters beyond ASCII, as far as they are enough."""
    file.seek(0)
    found = b""
    while len(found) < ENOUGH and (chunk := file.read(CHUNK)):
        found += b"".join(part + b"\n" for part in LETTERS.findall(chunk))
    return found[:ENOUGH]


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
