"""A backup is made: the dump, the evidence that it names and the witness, all of one instant.

The dump and what the manifest says of it come from one snapshot. The witness is copied under its lock while that
snapshot is taken: so it knows no entry that the dump lacks, and has all that the dump says was written in it.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac

from agreement.ledger import witness
from agreement.ledger.verify import one_snapshot
from agreement.ledger.witness import WitnessError
from agreement.models import ChainHead
from normalization_tracker.backup import BackupError, layout, programs
from normalization_tracker.backup.layout import DUMP, EVIDENCE, PART, WITNESS, File, Manifest
from normalization_tracker.roles import as_owner
from normalization_tracker.version import VERSION
from obligations.files import store
from obligations.models import Deployment, Evidence


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """A backup that was made: how many files of evidence were copied, and which older backups went."""

    name: str
    manifest: Manifest
    copied: int
    gone: list[str]


def take(folder: Path, now: datetime, keep: int | None = None) -> MadeBackup:
    """Make a backup in the folder; with `keep`, only so many stay. Raises BackupError, and leaves nothing half-made."""
    name = layout.name_at(now)
    with layout.locked(folder):
        if (folder / name).exists():
            raise BackupError(f"{folder / name} is there already.")
        for left in folder.glob(f"*{PART}"):  # by one that was interrupted
            shutil.rmtree(left)
        part = folder / (name + PART)
        part.mkdir(mode=0o700)
        try:
            manifest, copied = fill(folder, part, now)
            part.rename(folder / name)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return MadeBackup(name, manifest, copied, forget(folder, keep) if keep else [])


def fill(folder: Path, part: Path, now: datetime) -> tuple[Manifest, int]:
    """Write everything, the manifest last; that, and how many files of evidence were copied."""
    Deployment.this()
    with as_owner(), snapshot(part) as (snapshot_id, files):
        dump(part / DUMP, snapshot_id)
        hashes = Evidence.objects.filter(kind=Evidence.Kind.FILE).values_list("sha256", "size")
        evidence = {sha256: size or 0 for sha256, size in hashes.order_by("sha256").distinct().iterator()}
        applied = MigrationRecorder(connection).applied_migrations()
        deployment, postgresql = Deployment.objects.get(pk=1).key, programs.server_version()
        ledger = witness.heads_in(ChainHead)
    made = layout.file_at(part / DUMP)
    missing, copied = copy_evidence(folder, list(evidence))
    manifest = Manifest(
        taken_at=now.isoformat(),
        deployment=deployment,
        product=VERSION,
        postgresql=postgresql,
        migrations=sorted(f"{app}.{migration}" for app, migration in applied),
        ledger=ledger,
        secret=secret_mark(),
        files=files | ({DUMP: made} if made else {}),
        evidence={sha256: size for sha256, size in evidence.items() if sha256 not in missing},
        missing=missing,
    )
    layout.write(part, manifest)
    return manifest, copied


@contextmanager
def snapshot(part: Path) -> Iterator[tuple[str, dict[str, File]]]:
    """One snapshot of the database, by the name that pg_dump takes; and the witness of that instant, copied."""
    files: dict[str, File] = {}
    try:
        with one_snapshot(), connection.cursor() as cursor:
            with witness.opened() as heads:
                if heads is not None:
                    fcntl.flock(heads, fcntl.LOCK_SH)
                cursor.execute("SELECT pg_export_snapshot()")
                (snapshot_id,) = cursor.fetchone()
                if heads is not None:
                    with layout.private(part / WITNESS) as target:
                        files[WITNESS] = layout.copied(heads, target)
            yield snapshot_id, files
    except WitnessError as error:
        raise BackupError(str(error)) from error


def dump(path: Path, snapshot_id: str) -> None:
    program = programs.program("pg_dump", programs.major_of(programs.server_version()))
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    form = ("--format", "custom", "--no-owner", "--no-privileges", "--snapshot", snapshot_id)
    # Their keys let in whoever reads the backup, and after a restore everybody signs in anew.
    left_out = [f"--exclude-table-data={model._meta.db_table}" for model in (Session, UserSession)]
    programs.run(program, *form, *left_out, "--file", str(path), database=connection.settings_dict)


def copy_evidence(folder: Path, hashes: list[str]) -> tuple[list[str], int]:
    """Copy what is not there yet: the hashes whose bytes are missing or changed, and how many were copied."""
    missing, copied = [], 0
    for sha256 in hashes:
        target = layout.evidence_at(folder, sha256)
        if target.exists():
            continue
        try:
            with store.opened(sha256) as source, layout.private(target) as file:
                if layout.copied(source, file).sha256 != sha256:
                    raise FileNotFoundError
            copied += 1
        except FileNotFoundError:
            missing.append(sha256)
        except Exception as error:  # whatever a storage raises
            raise BackupError(f"The store did not give {sha256}: {type(error).__name__}: {error}") from error
    return missing, copied


def forget(folder: Path, keep: int) -> list[str]:
    """Remove all but the newest `keep` backups, and evidence that none of these names; their names."""
    gone = layout.names(folder)[:-keep]
    for name in gone:
        shutil.rmtree(folder / name)
    needed = {sha256 for name in layout.names(folder) for sha256 in layout.read(folder, name).evidence}
    for path in (folder / EVIDENCE).glob("??/??/*") if gone else ():
        if path.name not in needed:
            path.unlink()
    return gone


def secret_mark() -> str:
    """Tells whether two SECRET_KEYs are the same, and nothing of what they are."""
    return salted_hmac("normalization_tracker.backup", "which key this is", algorithm="sha256").hexdigest()[
        :16
    ]
