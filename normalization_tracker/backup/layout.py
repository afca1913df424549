"""What lies where in the folder of backups.

Each backup has a folder of its own, named by its instant: the dump, the witness, and a manifest that names all that
belongs to it with digests and sizes. It appears under that name when it is whole. Evidence lies beside them under its
hash, once for all backups.

    2026-11-30T020000Z/database.dump  witness.jsonl  manifest.json
    evidence/ab/cd/abcd...
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO

from pydantic import Field, TypeAdapter, ValidationError

from agreement.ledger.witness import Head
from normalization_tracker.backup import BackupError
from obligations.files.store import CHUNK, place_of

FORMAT = 1
DUMP, WITNESS, MANIFEST = "database.dump", "witness.jsonl", "manifest.json"
EVIDENCE = "evidence"
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z")
PART = ".part"
# As a manifest may name them: no name leads out of the folder.
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, Field(ge=0)]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Instant = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+]+$")]
Version = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}([^0-9]|$)")]


@dataclass(frozen=True, slots=True)
class File:
    """What a file of a backup is to be: its bytes' SHA-256 and number."""

    sha256: Sha256
    size: Size


@dataclass(frozen=True, slots=True)
class Manifest:
    """What belongs to one backup.

    `files` are those of its own folder, `evidence` the size of each file by its SHA-256, and `missing` the evidence
    whose bytes could not be had when it was taken. `secret` tells whether another SECRET_KEY is the same one.
    """

    taken_at: Instant
    deployment: str
    product: str
    postgresql: Version
    migrations: list[str]
    ledger: list[Head]
    secret: str
    files: dict[FileName, File]
    evidence: dict[Sha256, Size]
    missing: list[Sha256]
    format: int = FORMAT


def name_at(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ")


def names(folder: Path) -> list[str]:
    """The backups in the folder, the oldest first."""
    if not folder.is_dir():
        raise BackupError(f"{folder} is no folder.")
    return sorted(path.name for path in folder.iterdir() if NAME.fullmatch(path.name))


def read(folder: Path, name: str) -> Manifest:
    """Raises BackupError where it is missing or is none of ours."""
    path = folder / name / MANIFEST
    try:
        written = path.read_bytes()
        said: dict[str, Any] = json.loads(written)
        if said["format"] != FORMAT:
            raise BackupError(f"{path} has the format {said['format']}, and this version reads {FORMAT}.")
        return TypeAdapter(Manifest).validate_json(written, strict=True)
    except FileNotFoundError:
        raise BackupError(f"{path} is missing.") from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise BackupError(f"{path} is no manifest of a backup ({wrong}).") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BackupError(f"{path} is no manifest of a backup ({type(error).__name__}: {error}).") from None


def write(folder: Path, manifest: Manifest) -> None:
    with private(folder / MANIFEST) as file:
        file.write(json.dumps(asdict(manifest), indent=1).encode())


def evidence_at(folder: Path, sha256: str) -> Path:
    return folder / EVIDENCE / place_of(sha256)


@contextmanager
def private(path: Path) -> Iterator[BinaryIO]:
    """A file to be written, for its owner alone: there as a whole at the end of the block, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(path.name + PART)
    try:
        with open(part, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def copied(source: Any, target: BinaryIO) -> File:
    """Copy to the end of the source; what was copied."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += target.write(chunk)
    return File(digest.hexdigest(), size)


def file_at(path: Path) -> File | None:
    """What lies there; None where nothing does. Raises OSError where it cannot be read."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            return File(digest.hexdigest(), file.tell())
    except FileNotFoundError:
        return None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder, made where it is missing, is nobody else's in this block. Raises BackupError."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise BackupError(f"{folder} cannot be used: {error.strerror}.") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupError(f"Another backup is being made in {folder}.") from None
    finally:
        os.close(descriptor)
