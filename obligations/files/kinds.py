"""What a file is, by its content. What is not on the list is refused; its name has no say in it."""

import codecs
import re
from collections.abc import Callable
from typing import BinaryIO

import puremagic
from charset_normalizer import from_bytes
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from obligations.files.allowed import Unacceptable, refusal
from obligations.files.office import office_type

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


HEAD, TAIL = 16 * 1024, 4 * 1024
# Readers look for its first words in so many bytes; what mail and web servers put before them is no harm.
BEFORE_PDF = 1024
PDF = re.compile(rb"(?:\xef\xbb\xbf)?[\x00\s]{0,%d}%%PDF-[12]\.\d" % BEFORE_PDF)
MP4_BRANDS = {
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"MSNV",
    b"dash",
}
# By version and bits of a frame's header: kilobits a second of layer III, and samples a second.
MP3_RATES = {3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)}
MP3_RATES[2] = MP3_RATES[0] = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MP3_SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


# What is often handed in and not taken, by its first bytes; where these are letters, a NUL among the next tells it.
KNOWN_OTHERS: tuple[tuple[bytes, Promise], ...] = (
    (b"MZ", gettext_lazy("a Windows program")),
    (b"\x7fELF", gettext_lazy("a program")),
    (b"\xcf\xfa\xed\xfe", gettext_lazy("a program")),
    (b"\xca\xfe\xba\xbe", gettext_lazy("a program")),
    (b"#!", gettext_lazy("a script")),
    (b"Rar!", gettext_lazy("an archive (RAR)")),
    (b"7z\xbc\xaf", gettext_lazy("an archive (7z)")),
    (b"\x1f\x8b", gettext_lazy("an archive (gzip)")),
    (b"BZh", gettext_lazy("an archive (bzip2)")),
    (b"\xfd7zXZ", gettext_lazy("an archive (xz)")),
    (b"\xd0\xcf\x11\xe0", gettext_lazy("an Office file of before 2007, which can hold macros")),
    (b"{\\rtf", gettext_lazy("an RTF document")),
    (b"%!PS", gettext_lazy("a PostScript program")),
    (b"GIF8", gettext_lazy("a GIF image")),
)


def identify(file: BinaryIO, size: int, name: str) -> str:
    """The media type of a file of `size` bytes that is on the list; `name` only tells CSV from other plain text.

    Raises Unacceptable, with what was found and what is taken.
    """
    file.seek(0)
    head = file.read(HEAD)
    tail = end_of(file, size)
    for known, word in KNOWN_OTHERS:
        if head.startswith(known) and (b"\x00" in head or not known.isalpha()):
            raise refusal(str(word))
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return office_type(file, size)
    for media_type, is_one in BINARY.items():
        if is_one(head, tail):
            return media_type
    refuse_without_end(file, head)
    if (found := text_type(file, name)) is None:
        raise refusal(guess(head))
    return found


def end_of(file: BinaryIO, size: int) -> bytes:
    """The last bytes but for zeros and spaces, which some programs and disks put behind a file."""
    while size:
        start = max(size - TAIL, 0)
        file.seek(start)
        if tail := file.read(size - start).rstrip(b"\x00 \t\r\n"):
            end = start + len(tail)
            file.seek(max(end - TAIL, 0))
            return file.read(end - max(end - TAIL, 0))
        size = start
    return b""


def guess(head: bytes) -> str:
    """What is not on the list and not text, as far as its first bytes tell."""
    try:
        names = [one.name for one in puremagic.magic_string(head) if one.name and one.confidence >= 0.4]
    except (puremagic.PureError, ValueError):
        names = []
    return names[0] if names else _("something unknown")


def refuse_without_end(file: BinaryIO, head: bytes) -> None:
    """A file that begins as one that is taken and does not end as one."""
    if head.startswith(b"\x89PNG\r\n\x1a\n") or (PDF.match(head) and not holds(file, b"%%EOF")):
        raise Unacceptable(_("The end of this file is missing: it was cut off on its way. Take it anew."))
    if PDF.match(head):
        raise Unacceptable(
            _(
                "Behind the end of this PDF stands something else, or its last part is missing: save it as PDF anew."
            )
        )
    if b"%PDF-" in head[:BEFORE_PDF] and b"\x00" in head:
        raise Unacceptable(_("Before the beginning of this PDF stands something else: save it as PDF anew."))


def holds(file: BinaryIO, mark: bytes) -> bool:
    file.seek(0)
    last = b""
    while chunk := file.read(HEAD):
        if mark in last + chunk:
            return True
        last = chunk[-len(mark) :]
    return False


def is_pdf(head: bytes, tail: bytes) -> bool:
    return PDF.match(head) is not None and b"%%EOF" in tail


def is_png(head: bytes, tail: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR" and b"IEND" in tail


def is_jpeg(head: bytes, tail: bytes) -> bool:
    return head.startswith(b"\xff\xd8\xff") and len(head) > 100


def is_webp(head: bytes, tail: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:15] == b"WEBPVP8"


def is_mp4(head: bytes, tail: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in MP4_BRANDS


def is_mp3(head: bytes, tail: bytes) -> bool:
    """One frame after another, or a tag that reaches past what is looked at."""
    at = 0
    if head.startswith(b"ID3") and len(head) > 10:
        at = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        if at >= len(head):
            return head[3] in (2, 3, 4)
    first = frame_length(head[at : at + 4])
    return bool(first and frame_length(head[at + first : at + first + 4]))


def frame_length(header: bytes) -> int:
    """The bytes of the frame of layer III that this header begins; 0 where it is none."""
    if len(header) < 4:
        return 0
    bits = int.from_bytes(header, "big")
    version, layer, rate, samples = bits >> 19 & 3, bits >> 17 & 3, bits >> 12 & 15, bits >> 10 & 3
    if bits >> 21 != 0x7FF or version == 1 or layer != 1 or rate in (0, 15) or samples == 3:
        return 0
    per_frame = 144 if version == 3 else 72
    return per_frame * 1000 * MP3_RATES[version][rate] // MP3_SAMPLES[version][samples] + (bits >> 9 & 1)


BINARY: dict[str, Callable[[bytes, bytes], bool]] = {
    "application/pdf": is_pdf,
    "image/png": is_png,
    "image/jpeg": is_jpeg,
    "image/webp": is_webp,
    "video/mp4": is_mp4,
    "audio/mpeg": is_mp3,
}
