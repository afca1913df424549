"""`manage.py restore`: brings a backup into an empty system, and says whether all holds there."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from normalization_tracker.backup import BackupError, proof
from normalization_tracker.backup.restore import restore


class Command(BaseCommand):
    help = (
        "Brings the newest backup in FOLDER into the empty database and store that the settings name, with the"
        " schema of this version, and verifies ledger, evidence and derived columns. It says `ready` where all of that"
        " holds, and ends with 1 where it does not. What is not empty is refused. Nothing else may run meanwhile."
    )
    # The database has no tables yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--of", metavar="NAME", help="this backup, such as 2026-11-30T020000Z")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest, to_know = restore(options["folder"], options["of"])
        except BackupError as error:
            raise CommandError(str(error)) from None
        for sentence in to_know:
            self.stdout.write(sentence)
        faults = [*proof.faults(manifest)]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError("The backup was brought in, and is not ready: see above.")
        self.stdout.write(
            f"ready: {sum(head.position for head in manifest.ledger):,} entries of the ledger,"
            f" {len(manifest.evidence):,} files of evidence, no difference"
        )
