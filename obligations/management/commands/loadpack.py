"""`manage.py loadpack FILE`: validate a pack wholly, then load it in one transaction, or tell what would change."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agreement.packs.read import read_pack
from agreement.packs.source import PackError
from obligations.packs.load import lines, load_pack, summary
from parties.access import Viewer


def main_file(path: Path) -> Path:
    """A folder stands for the `pack.yaml` in it."""
    return path / "pack.yaml" if path.is_dir() else path


class Command(BaseCommand):
    help = "Validates a pack, every file and line of it, and loads it. Nothing is written where anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the pack's main file, or the folder with its pack.yaml")
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--plan", action="store_true", help="print what would change, and write nothing")
        way.add_argument("--apply", action="store_true", help="load it; what is done without either option")

    def handle(self, *args: Any, **options: Any) -> None:
        path = main_file(options["file"])
        try:
            pack = read_pack(path)
            loaded = load_pack(pack=pack, actor=Viewer(), now=timezone.now(), plan=options["plan"])
        except PackError as error:
            raise CommandError(f"{error}\nNothing was written.") from error
        self.stdout.write("\n".join(lines(loaded)) if options["plan"] else summary(loaded))
