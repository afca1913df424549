"""Office documents: zip containers of the right inside. Read in place, within limits, and never unpacked to disk."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from obligations.files.allowed import ODF, OOXML, Unacceptable, refusal

END = struct.Struct("<4s4H2LH")  # of a zip file: its directory's place, its size, its number of entries
LOCAL_HEADER = 30  # bytes before an entry's name
MOST_ENTRIES = 5_000
LARGEST_DIRECTORY = 1024 * 1024  # bytes
LARGEST_INSIDE = 200 * 1024 * 1024  # bytes of all entries, unpacked
LARGEST_RATIO = 150  # of an entry above SMALL
SMALL = 1024 * 1024
LARGEST_TYPES = 1024 * 1024
CHUNK = 64 * 1024
TYPES = "[Content_Types].xml"
# What a document is, by the content type of its main part.
MAIN_PARTS = {
    f"{OOXML}.{kind}.main+xml": f"{OOXML}.{kind}"
    for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
}
ODF_TYPES = {f"{ODF}.{kind}" for kind in ("text", "spreadsheet", "presentation")}
OLE = b"\xd0\xcf\x11\xe0"


@dataclass(slots=True)
class Budget:
    """What may still be unpacked, here and in what is embedded."""

    left: int = LARGEST_INSIDE
    depth: int = 1


def office_type(file: BinaryIO, size: int) -> str:
    """The media type of an office document without macros. Raises Unacceptable for any other zip file."""
    return checked(file, size, Budget())


def checked(file: BinaryIO, size: int, budget: Budget) -> str:
    refuse_large_directory(file, size)
    try:
        with zipfile.ZipFile(file) as container:
            entries = container.infolist()
            refuse_odd_entries(entries, budget)
            found = document_type(container, entries)
            for entry in entries:
                read_through(container, entry, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError) as error:
        if isinstance(error, Unacceptable):
            raise
        raise Unacceptable(_("This zip container is damaged, or not what it says it is.")) from error
    return found


def refuse_large_directory(file: BinaryIO, size: int) -> None:
    """Before the library reads the directory into memory: where it says that it is, nothing before or behind."""
    tail_size = min(size, END.size + 0xFFFF)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END.size:
        raise Unacceptable(_("The end of this zip container is missing: it was cut off on its way."))
    _mark, disk, _start, _here, entries, length, offset, comment = END.unpack(tail[at : at + END.size])
    if disk or at + END.size + comment != tail_size or offset + length + END.size + comment != size:
        raise Unacceptable(_("This zip container is damaged, or not what it says it is."))
    if entries > MOST_ENTRIES or length > LARGEST_DIRECTORY:
        raise Unacceptable(_("This container has too many entries for an office document."))


def refuse_odd_entries(entries: list[zipfile.ZipInfo], budget: Budget) -> None:
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names) or any(is_odd(name) for name in names):
        raise Unacceptable(_("This container names its entries as no office program does."))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unacceptable(_("This document is encrypted: nobody here could check or read it."))
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise Unacceptable(_("This container is packed as no office program does."))
    if any(e.file_size > SMALL and e.file_size > LARGEST_RATIO * e.compress_size for e in entries):
        raise too_much()
    if sum(entry.file_size for entry in entries) > budget.left:
        raise too_much()
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Unacceptable(_("The entries of this container lie over one another, as in a zip bomb."))
        end = entry.header_offset + LOCAL_HEADER + len(entry.filename) + entry.compress_size


def is_odd(name: str) -> bool:
    return name.startswith("/") or "\\" in name or "\x00" in name or ".." in name.split("/")


def too_much() -> Unacceptable:
    return Unacceptable(_("This container unpacks to far more than it holds, as a zip bomb does."))


def document_type(container: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    names = {entry.filename for entry in entries}
    if TYPES in names:
        return microsoft_type(container)
    if entries and entries[0].filename == "mimetype":
        return open_document_type(container, names)
    raise refusal(_("an archive (zip)"))


def microsoft_type(container: zipfile.ZipFile) -> str:
    """By the content type of the main part. Macro-enabled documents have another one."""
    if container.getinfo(TYPES).file_size > LARGEST_TYPES:
        raise too_much()
    try:
        root = fromstring(container.read(TYPES))
    except (ParseError, DefusedXmlException) as error:
        raise Unacceptable(_("This container is damaged, or not what it says it is.")) from error
    types = {one.get("ContentType", "") for one in root.iter()}
    if any("macroenabled" in one.lower() or "vba" in one.lower() for one in types):
        raise macros()
    found = [MAIN_PARTS[one] for one in types if one in MAIN_PARTS]
    if len(found) != 1:
        raise Unacceptable(
            _("This is an office file of another sort than documents, workbooks and presentations.")
        )
    return found[0]


def open_document_type(container: zipfile.ZipFile, names: set[str]) -> str:
    said = container.getinfo("mimetype")
    if said.file_size > 100 or said.compress_type != zipfile.ZIP_STORED:
        raise Unacceptable(_("This container is damaged, or not what it says it is."))
    found = container.read("mimetype").decode("ascii", "replace").strip()
    if found not in ODF_TYPES or "content.xml" not in names or "META-INF/manifest.xml" not in names:
        raise Unacceptable(
            _("This is an office file of another sort than texts, spreadsheets and presentations.")
        )
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        raise macros()
    return found


def macros() -> Unacceptable:
    return Unacceptable(
        _("This document holds macros, which are not taken: save it without them, or as PDF.")
    )


def read_through(container: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> None:
    """Unpack in pieces that are dropped: the sizes, the checksum, and what is embedded, are what they should be."""
    with container.open(entry) as packed:
        first = piece = packed.read(CHUNK)
        kept = io.BytesIO() if first.startswith(b"PK\x03\x04") else None
        while piece:
            budget.left -= len(piece)
            if budget.left < 0:
                raise too_much()
            if kept is not None:
                kept.write(piece)
            piece = packed.read(CHUNK)
    if first.startswith(OLE):
        if "vba" in entry.filename.lower():
            raise macros()
        raise Unacceptable(
            _("Something is embedded in this document that nobody here can check: save it as PDF.")
        )
    if first.startswith((b"MZ", b"\x7fELF")):
        raise Unacceptable(_("A program is embedded in this document."))
    if kept is not None:
        if budget.depth == 0 or kept.tell() > LARGEST_INSIDE // 8:
            raise Unacceptable(_("This container holds others inside one another, as a zip bomb does."))
        checked(kept, kept.tell(), Budget(budget.left, budget.depth - 1))
