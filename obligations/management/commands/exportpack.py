"""`manage.py exportpack AGREEMENT DIRECTORY`: write the pack of a loaded agreement."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agreement.models import Agreement
from agreement.packs.read import read_pack
from agreement.packs.source import PackError
from agreement.packs.write import write_pack
from obligations.packs.export import pack_of


class Command(BaseCommand):
    help = "Writes the pack of an agreement into a new or empty folder. Loaded again, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agreement", help="the code of the agreement, such as ohrid-2023")
        parser.add_argument("directory", type=Path, help="a folder that is not there yet, or is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        agreement = Agreement.objects.filter(code=options["agreement"]).first()
        if agreement is None:
            known = ", ".join(Agreement.objects.values_list("code", flat=True)) or "none"
            raise CommandError(f"There is no agreement {options['agreement']!r}. Loaded are: {known}.")
        folder: Path = options["directory"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise CommandError(f"{folder} is not empty. Name a folder that is, or a new one.")
            pack = pack_of(agreement)
            files = write_pack(pack, folder)
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror or error}") from error
        self.verify(files[0], pack)
        self.stdout.write(f"{agreement.code}: written to {files[0]}, in {len(files)} files")

    def verify(self, path: Path, pack: object) -> None:
        """What cannot be read back the same is told now, and not when it is needed."""
        try:
            same = read_pack(path) == pack
        except PackError as error:
            raise CommandError(f"What was written cannot be read back:\n{error}") from error
        if not same:
            raise CommandError(f"What was written to {path} does not say what is on record; do not use it.")
