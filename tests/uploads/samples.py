"""Files as people hand them in, the smallest of each kind, and files as nobody should."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(100) + b"\xff\xd9"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00" + bytes(13)
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2\x00\x00\x00\x08free"
# Two frames of layer III at 32 kbit/s and 44.1 kHz: 104 bytes each.
MP3 = (b"\xff\xfb\x10\x00" + bytes(100)) * 2
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.domain)</script></svg>'
HTML = b"<!DOCTYPE html><html><body onload=alert(1)>Hello</body></html>"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OOXML = "application/vnd.openxmlformats-officedocument"
MAIN = {
    "docx": f"{OOXML}.wordprocessingml.document.main+xml",
    "xlsx": f"{OOXML}.spreadsheetml.sheet.main+xml",
    "pptx": f"{OOXML}.presentationml.presentation.main+xml",
}


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixel = zlib.compress(b"\x00\x00\x00\x00")
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def zipped(entries: Mapping[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packed) as container:
        for name, content in entries.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else packed
            container.writestr(name, content, stored)
    return made.getvalue()


def types(main: str) -> bytes:
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    override = f'<Override PartName="/main.xml" ContentType="{main}"/>'
    return f'<?xml version="1.0"?><Types xmlns="{space}">{override}</Types>'.encode()


def office(kind: str = "docx", **more: bytes) -> bytes:
    """`more` are further entries, by their names."""
    entries = {"[Content_Types].xml": types(MAIN[kind]), "main.xml": b"<w/>", "_rels/.rels": b"<r/>"}
    return zipped(entries | more)


def open_document(kind: str = "text", **more: bytes) -> bytes:
    said = f"application/vnd.oasis.opendocument.{kind}".encode()
    entries = {"mimetype": said, "content.xml": b"<office/>", "META-INF/manifest.xml": b"<m/>"}
    return zipped(entries | more)


def bomb() -> bytes:
    """20 MB of nothing in 20 kB, as a document."""
    return office("docx", **{"word/media/image.bin": bytes(20 * 1024 * 1024)})


def overlapping() -> bytes:
    """Two entries of the directory that unpack the same bytes, as in bombs that need no nesting."""
    whole = bytearray(office("docx", **{"a.xml": b"a" * 5000, "b.xml": b"a" * 5000}))
    directory = whole.rindex(b"PK\x01\x02", 0, whole.rindex(b"b.xml"))
    before = whole.rindex(b"PK\x01\x02", 0, directory)
    whole[directory + 42 : directory + 46] = whole[before + 42 : before + 46]
    return bytes(whole)


def lying() -> bytes:
    """An entry that unpacks to more than its directory says."""
    whole = bytearray(office("docx", **{"word/big.xml": b"a" * 500_000}))
    directory = whole.rindex(b"PK\x01\x02")
    whole[directory + 24 : directory + 28] = struct.pack("<I", 100)
    return bytes(whole)
