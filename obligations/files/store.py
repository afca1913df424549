"""Where the bytes are: each file once, under its SHA-256, in the storage that the settings name `evidence`.

Whoever writes or removes a file holds the lock on its hash (`commands.evidence.hold`), so that nothing is removed that
a row needs.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.files import File
from django.core.files.storage import Storage, storages

CHUNK = 256 * 1024


def storage() -> Storage:
    return storages["evidence"]


def place_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def put(sha256: str, content: Any) -> None:
    """Write the bytes, also where they are there already: that takes as long, and so tells nothing of other rows."""
    content.seek(0)
    where = storage().save(place_of(sha256), File(content, name=sha256))
    if where != place_of(sha256):
        storage().delete(where)
        raise OSError(f"The storage kept {sha256} under another name: {where}")


def opened(sha256: str) -> Any:
    return storage().open(place_of(sha256), "rb")


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


def stored(before: datetime) -> Iterator[tuple[str, str]]:
    """Every file that was written before the instant: its name, and where it is."""
    kept = storage()
    for path in walk(kept, ""):
        if kept.get_modified_time(path) < before:
            yield path.rpartition("/")[2], path


def walk(kept: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = kept.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (prefix + name for name in files)
    for name in folders:
        yield from walk(kept, prefix + name)
