"""`manage.py exportledger`: an agreement's chain as lines of JSON, and the script that verifies them elsewhere."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agreement.ledger import offline
from agreement.ledger.export import exported
from agreement.models import Agreement


class Command(BaseCommand):
    help = (
        "Writes an agreement's ledger to the standard output, a line of JSON an entry. With --script, writes the Python"
        " script that verifies such a file without this software."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agreement", nargs="?", help="the agreement's code")
        parser.add_argument("--script", action="store_true", help="write the script, and no ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["script"]:
            self.stdout.write(Path(offline.__file__).read_text(encoding="utf-8"), ending="")
            return
        agreement = Agreement.objects.filter(code=options["agreement"] or "").first()
        if agreement is None:
            codes = ", ".join(Agreement.objects.values_list("code", flat=True)) or "none"
            raise CommandError(f"Give the code of an agreement; there are: {codes}.")
        for lines in exported(agreement):
            self.stdout.write(lines, ending="")
