"""Whether a folder of backups can be relied on: every file is there, is what it was, and the dumps can be read."""

from collections.abc import Iterator
from pathlib import Path

from normalization_tracker.backup import BackupError, layout, programs
from normalization_tracker.backup.layout import DUMP, EVIDENCE, MANIFEST, PART, Manifest


def faults(folder: Path, only: str | None = None) -> Iterator[str]:
    """What is wrong with all backups in the folder, or with one, a sentence each."""
    needed: dict[str, int] = {}
    for name in [only] if only else layout.names(folder):
        try:
            manifest = layout.read(folder, name)
        except BackupError as error:
            yield str(error)
            continue
        yield from of_one(folder, name, manifest)
        needed |= manifest.evidence
    for sha256, size in sorted(needed.items()):
        yield from differs(layout.evidence_at(folder, sha256), sha256, size)
    if not only:
        yield from left_over(folder, needed)


def of_one(folder: Path, name: str, manifest: Manifest) -> Iterator[str]:
    for file, wanted in manifest.files.items():
        yield from differs(folder / name / file, wanted.sha256, wanted.size)
    for path in sorted((folder / name).iterdir()):
        if path.name not in {MANIFEST, *manifest.files}:
            yield f"{path} is not named by the manifest: nobody knows what it is."
    if DUMP not in manifest.files:
        yield f"{folder / name} has no dump of the database."
    elif (folder / name / DUMP).exists():
        major = programs.major_of(manifest.postgresql)
        try:
            programs.run(programs.program("pg_restore", major), "--list", str(folder / name / DUMP))
        except BackupError as error:
            yield f"{folder / name / DUMP} cannot be read. {error}"


def differs(path: Path, sha256: str, size: int) -> Iterator[str]:
    try:
        found = layout.file_at(path)
    except OSError as error:  # such as of a disk that fails; the rest is looked at all the same
        yield f"{path} cannot be read: {error.strerror}."
        return
    if found is None:
        yield f"{path} is missing."
    elif found.size != size:
        yield f"{path} has {found.size:,} bytes, and the manifest says {size:,}."
    elif found.sha256 != sha256:
        yield f"{path} was changed: its digest is not that of the manifest."


def left_over(folder: Path, needed: dict[str, int]) -> Iterator[str]:
    """What lies there and belongs to no backup."""
    known = {EVIDENCE, *layout.names(folder)}
    for path in sorted(folder.iterdir()):
        if path.name.endswith(PART):
            yield f"{path} was left by a backup that was interrupted; the next one removes it."
        elif path.name not in known:
            yield f"{path} belongs to no backup."
    for path in sorted((folder / EVIDENCE).rglob("*")):
        if path.is_file() and path != layout.evidence_at(folder, path.name):
            yield f"{path} belongs to no backup."
        elif path.is_file() and path.name not in needed:
            yield f"{path} is evidence that no backup names."
