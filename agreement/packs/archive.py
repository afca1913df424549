"""Packs that come as a ZIP archive, and those that came with the program.

Nothing of an archive is taken at its word: names lead to no other folder, and what is unpacked is counted as it comes
out, since a few bytes can say that they are gigabytes.
"""

import io
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from agreement.packs.model import MAX_PARTS, Pack
from agreement.packs.read import read_pack
from agreement.packs.source import PackError, Problem

MAIN = "pack.yaml"
# Of the archive, and of all that comes out of it, in bytes.
MAX_ARCHIVE, MAX_UNPACKED = 10_000_000, 40_000_000
MAX_ENTRIES = 4 * MAX_PARTS
# In bytes: what every file system takes.
LONGEST_NAME = 200
HERE = Path(__file__).parent
# What the reader of archives raises on damaged ones: of offsets and names, ValueError.
BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error)


def installed() -> list[str]:
    """The folders of the packs that came with the program, by name."""
    return sorted(main.parent.name for main in HERE.glob(f"*/{MAIN}"))


def read_installed(name: str) -> Pack:
    """Raises PackError, also for a name that is none of them."""
    if name not in installed():
        raise refused(name, "no pack of this name came with the program; choose one of the list")
    return read_pack(HERE / name / MAIN)


def read_archive(data: bytes) -> Pack:
    """The pack in a ZIP archive: its `pack.yaml`, at the top or in one folder, with the files beside it.

    Raises PackError; files are named as they are called in the archive.
    """
    with tempfile.TemporaryDirectory(prefix="pack-") as folder:
        with opened(data) as archive:
            unpack(archive, Path(folder))
        try:
            return read_pack(Path(folder) / MAIN)
        except PackError as error:
            raise PackError(
                Problem(Path(one.file).name, one.line, one.path, as_in_archive(one.message, folder))
                for one in error.problems
            ) from None


def as_in_archive(message: str, folder: str) -> str:
    """Without the server's own folder, by either of its names where it is a link."""
    for name in (str(Path(folder).resolve()), folder):
        message = message.replace(f"{name}/", "").replace(name, "the archive")
    return message


def refused(name: str, message: str) -> PackError:
    return PackError([Problem(name, 0, "", message)])


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    if len(data) > MAX_ARCHIVE:
        raise refused(
            "archive", f"is larger than {MAX_ARCHIVE // 1_000_000} MB; leave out what is no YAML file"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive
    except BROKEN as error:
        # An error of the system names the file of the server, and only in its other half what is wrong.
        why = (isinstance(error, OSError) and error.strerror) or error
        raise refused("archive", f"is no ZIP archive that can be read ({why}); make it anew") from error


def unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    """Write the YAML files beside the one `pack.yaml` of the archive into a folder, by their own names."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise refused(
            "archive", f"holds more than {MAX_ENTRIES} files; leave out what is no part of the pack"
        )
    if wrong := [problem for entry in entries if (problem := what_is_wrong(entry))]:
        raise PackError(wrong)
    mains = [PurePosixPath(entry.filename) for entry in entries if PurePosixPath(entry.filename).name == MAIN]
    if len(mains) != 1:
        found = "none" if not mains else f"{len(mains)}: {', '.join(map(str, mains))}"
        raise refused("archive", f"must hold one file {MAIN}, and holds {found}")
    left = MAX_UNPACKED
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.parent == mains[0].parent and path.suffix in (".yaml", ".yml"):
            left -= write(archive, entry, folder / path.name, left)


def what_is_wrong(entry: zipfile.ZipInfo) -> Problem | None:
    name, path = entry.filename, PurePosixPath(entry.filename)
    message = ""
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        message = "leads out of the archive; give files plain names"
    elif stat.S_ISLNK(entry.external_attr >> 16):
        message = "is a link to another file; put the file itself in its place"
    elif len(path.name.encode()) > LONGEST_NAME:
        message = f"has a name of more than {LONGEST_NAME} bytes; give it a shorter one"
    elif entry.flag_bits & 1:
        message = "is encrypted; make the archive without a password"
    elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        message = "is compressed in an unusual way; make the archive with the usual one, Deflate"
    return Problem(name.replace("\x00", "")[:200], 0, "", message) if message else None


def write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path, most: int) -> int:
    """How many bytes came out; what the archive says of them is not asked."""
    with archive.open(entry) as source:
        content = source.read(most + 1)
    if len(content) > most:
        raise refused(
            entry.filename,
            f"unpacks to more than {MAX_UNPACKED // 1_000_000} MB with the others; divide the pack",
        )
    to.write_bytes(content)
    return len(content)
