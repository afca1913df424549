"""`manage.py verifybackup`: whether a folder of backups can be relied on."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from normalization_tracker.backup import BackupError, layout
from normalization_tracker.backup.check import faults


class Command(BaseCommand):
    help = (
        "Reads every file of the backups in FOLDER and compares it with the manifests, looks whether the dumps can be"
        " read, and names what is missing, changed or belongs to no backup; ends with 1 where there is any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--of", metavar="NAME", help="only this backup, such as 2026-11-30T020000Z")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, only = options["folder"], options["of"]
        try:
            names = [only] if only else layout.names(folder)
            found = [*faults(folder, only)]
        except BackupError as error:
            raise CommandError(str(error)) from None
        if not names:
            raise CommandError(f"{folder} has no backup.")
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"{len(found)} faults in {len(names)} backups.")
        self.stdout.write(f"{len(names)} backups are whole, the newest {names[-1]}.")
