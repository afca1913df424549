"""A backup is brought into an empty system, in one go: what fails leaves the database as empty as it was.

Evidence goes first, since files under their own hash do no harm where the rest fails; the database comes last, in one
transaction.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from agreement.ledger import witness
from normalization_tracker.backup import BackupError, check, layout, programs
from normalization_tracker.backup.layout import DUMP, WITNESS, Manifest
from normalization_tracker.backup.take import secret_mark
from normalization_tracker.roles import as_owner
from normalization_tracker.running.database import OURS, wanted_migrations
from obligations.commands.evidence_store import is_behind, set_mark
from obligations.files import mark, store
from obligations.models import Deployment


def restore(folder: Path, name: str | None = None) -> tuple[Manifest, list[str]]:
    """Bring the newest backup in, or the named one: what it was, and what to know about the outcome.

    Raises BackupError where the backup is not whole or the system not empty; nothing was written then.
    """
    name = name or next(reversed(layout.names(folder)), None)
    if name is None:
        raise BackupError(f"{folder} has no backup.")
    manifest = layout.read(folder, name)
    if wrong := [*check.faults(folder, name)]:
        raise BackupError("The backup is not whole, and nothing was written.\n" + "\n".join(wrong))
    with as_owner():
        if reasons := [*reasons_against(manifest)]:
            raise BackupError("Nothing was written.\n" + "\n".join(reasons))
        put_evidence(folder, manifest)
        put_witness(folder / name, manifest)
        put_database(folder / name / DUMP)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # no statistics came with it
    call_command("migrate", interactive=False, verbosity=0)  # brings an older one on, and grants
    Session.objects.all().delete()
    return manifest, [*to_know(manifest)]


def reasons_against(manifest: Manifest) -> Iterator[str]:
    """Why this backup cannot be brought in here. As the owner of the tables."""
    known = {f"{app}.{migration}" for app, migration in wanted_migrations()}
    if unknown := [one for one in manifest.migrations if one not in known and one.split(".")[0] in OURS]:
        version = f"{manifest.product}, with {unknown[-1]}"
        yield f"A newer version of this software made it ({version}): restore with that one."
    if programs.major_of(programs.server_version()) < programs.major_of(manifest.postgresql):
        yield f"It is of PostgreSQL {manifest.postgresql}, and the server is older."
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class"
            " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
        )
        (tables,) = cursor.fetchone()
    if tables:
        yield f"The database has {tables} tables: name an empty one."
    found = mark.read()
    if found is not None and found.deployment == manifest.deployment:
        return  # the store outlived the database
    others = sum(
        one.sha256 not in manifest.evidence for one in store.stored(datetime.max.replace(tzinfo=UTC))
    )
    if found is not None or others:
        yield (
            "The store of evidence is another deployment's, or has files that the backup does not name:"
            " name an empty one."
        )


def put_evidence(folder: Path, manifest: Manifest) -> None:
    for sha256 in manifest.evidence:
        if not store.is_whole(sha256):
            with layout.evidence_at(folder, sha256).open("rb") as file:
                store.put(sha256, file)


def put_witness(backup: Path, manifest: Manifest) -> None:
    """A witness that is there stays: it was kept elsewhere, and knows what came after the backup."""
    if WITNESS in manifest.files and not witness.place().exists():
        with (backup / WITNESS).open("rb") as source, layout.private(witness.place()) as target:
            layout.copied(source, target)


def put_database(path: Path) -> None:
    program = programs.program("pg_restore", programs.major_of(programs.server_version()))
    form = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    programs.run(program, *form, str(path), database=connection.settings_dict)


def to_know(manifest: Manifest) -> Iterator[str]:
    """What nobody sees who only looks whether all holds. Marks a store that has no mark yet."""
    found = mark.read()
    if found is None:
        set_mark(Deployment.this())
    elif is_behind(found):
        yield (
            "The store has evidence that came after this backup. It stays, and nothing is swept there until"
            " `manage.py confirmevidence` says that all is right."
        )
    if manifest.secret != secret_mark():
        yield (
            "SECRET_KEY is another one than when the backup was taken: second factors and the secrets of"
            " webhooks are not good with it. Give the former one."
        )
    yield (
        f"It is as of {manifest.taken_at}. Everybody signs in anew; tokens that were revoked after that are good"
        " again, and mails and webhooks that left after that leave once more."
    )
