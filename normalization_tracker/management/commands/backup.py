"""`manage.py backup`: the database, the evidence and the witness, into a folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from normalization_tracker.backup import BackupError
from normalization_tracker.backup.take import take
from obligations import heartbeats


class Command(BaseCommand):
    help = (
        "Makes a backup in FOLDER, beside those that are there: the database as its owner sees it, evidence that is not"
        " there yet, the witness of this machine, and a manifest with digests. SECRET_KEY and other settings are not in"
        " it: keep them elsewhere. Ends with 1 where evidence was missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--keep", type=at_least_one, metavar="N", help="remove all but the newest N backups"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = take(options["folder"], timezone.now(), options["keep"])
        except BackupError as error:
            raise CommandError(f"No backup was made. {error}") from None
        heartbeats.beat(heartbeats.BACKUP)
        entries = sum(head.position for head in done.manifest.ledger)
        self.stdout.write(
            f"{options['folder'] / done.name}: {entries:,} entries of the ledger in {len(done.manifest.ledger)} chains,"
            f" {len(done.manifest.evidence):,} files of evidence, of which {done.copied:,} are new here"
        )
        if "witness.jsonl" not in done.manifest.files:
            self.stdout.write(
                "There is no witness here: run it where LEDGER_WITNESS is, or copy that file yourself."
            )
        for name in done.gone:
            self.stdout.write(f"removed {name}")
        if done.manifest.missing:
            missing = "\n".join(done.manifest.missing)
            raise CommandError(
                f"The backup was made without these, whose bytes are missing or changed:\n{missing}"
            )


def at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number
