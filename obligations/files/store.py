"""Where the bytes are: each file once, under its SHA-256, in the storage that the settings name `evidence`.

Whoever writes or removes a file holds the lock on its hash (`commands.evidence.lock_file`), so that nothing is removed
that a row needs.
"""

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from parties.errors import StoreAway
from parties.logs import in_one_line

PART = ".part"


class LocalFiles(FileSystemStorage):
    """Writes beside the place and moves there at the end, so that no reader and no crash finds half a file."""

    def __init__(self, location: str | Path) -> None:
        super().__init__(
            location=str(location), file_permissions_mode=0o600, directory_permissions_mode=0o700
        )

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: it is the hash of the content."""
        return name

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, part = tempfile.mkstemp(prefix=f"{path.name}.", suffix=PART, dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        return name

    def url(self, name: str | None) -> str:
        raise ValueError("Evidence has no address of its own: a view serves it to those who may see it.")


logger = logging.getLogger(__name__)
CHUNK = 256 * 1024
# The same storage, asked with little patience; named where it is elsewhere.
PROBE = "evidence-probe"
# The name of a file that the store made; that of a half ends as `local` has it.
OWN = re.compile(r"(?P<sha256>[0-9a-f]{64})(?P<half>\.[a-z0-9_]{8}\.part)?")


def storage() -> Storage:
    return storages["evidence"]


def place_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def is_elsewhere() -> bool:
    """Whether it is on no disk of this server, and may be away while this server runs."""
    return PROBE in storages.backends


def silence() -> str:
    """What a store elsewhere raises when it is asked for anything, by its name alone; empty where it answers."""
    try:
        storages[PROBE].exists("a sign of life")
    except Exception as error:  # whatever a storage raises
        logger.warning("The store of evidence does not answer: %s", in_one_line(error))
        said = (getattr(error, "response", None) or {}).get("Error", {}).get("Code", "")
        return " ".join(filter(None, [type(error).__name__, str(said)]))
    return ""


def put(sha256: str, content: Any) -> None:
    """Write the bytes, also where they are there already: that takes as long, and so tells nothing of other rows."""
    content.seek(0)
    where = storage().save(place_of(sha256), File(content, name=sha256))
    if where != place_of(sha256):
        storage().delete(where)
        raise OSError(f"The storage kept {sha256} under another name: {where}")


def exists(sha256: str) -> bool:
    return storage().exists(place_of(sha256))


def opened(sha256: str) -> Any:
    return storage().open(place_of(sha256), "rb")


def ready_to_read(sha256: str) -> Any:
    """The file at its beginning, once the store, which may be elsewhere, gave a byte of it. Raises StoreAway."""
    try:
        file = opened(sha256)
        file.read(1)
        file.seek(0)
    except Exception as error:  # whatever a storage raises
        raise StoreAway(f"{sha256} cannot be read: {type(error).__name__}: {error}") from error
    return file


def remove(sha256: str) -> None:
    storage().delete(place_of(sha256))


def is_whole(sha256: str) -> bool:
    """Whether the bytes are there, and are those of the hash."""
    digest = hashlib.sha256()
    try:
        with opened(sha256) as file:
            for chunk in file.chunks(CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return False
    return digest.hexdigest() == sha256


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store made: the file of a hash, or a half of one, which a crash left."""

    path: str
    sha256: str
    is_half: bool
    written_at: datetime


def stored(before: datetime) -> Iterator[Stored]:
    """What the store made before the instant. Whatever else lies there, backups of others and all, is left out."""
    kept = storage()
    for path in walk(kept, ""):
        made = OWN.fullmatch(path.rpartition("/")[2])
        if made is None or path != place_of(made["sha256"]) + (half := made["half"] or ""):
            continue
        written_at = kept.get_modified_time(path)
        if written_at < before:
            yield Stored(path, made["sha256"], bool(half), written_at)


def walk(kept: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = kept.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (prefix + name for name in files)
    for name in folders:
        yield from walk(kept, prefix + name)
