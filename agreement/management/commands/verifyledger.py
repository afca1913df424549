"""`manage.py verifyledger`: whether the ledger is whole, and the rows are those that it names."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agreement.ledger.verify import check, note, verify
from agreement.models import Agreement


class Command(BaseCommand):
    help = (
        "Verifies every chain of the ledger, the rows that its entries name, and the heads in LEDGER_WITNESS; names"
        " each fault, the first one first, and exits with 1 where there is one. Nothing is mended."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--agreement", metavar="CODE", help="only the chain and the rows of this agreement"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        entries, rows, faults = (
            self.verify_one(options["agreement"]) if options["agreement"] else self.verify_all()
        )
        for agreement, what in faults:
            self.stderr.write(f"{agreement}: {what}" if agreement else what)
        if faults:
            raise CommandError("The ledger is not whole: the first fault is named first. Nothing was mended.")
        seconds = time.perf_counter() - started
        self.stdout.write(f"{entries:,} entries and {rows:,} rows verified in {seconds:.1f} s, no fault")

    def verify_all(self) -> tuple[int, int, list[tuple[str, str]]]:
        done = check(timezone.now(), timezone.now)
        return done.entries, done.rows, [(fault["agreement"], fault["what"]) for fault in done.faults]

    def verify_one(self, code: str) -> tuple[int, int, list[tuple[str, str]]]:
        agreement = Agreement.objects.filter(code=code).first()
        if agreement is None:
            raise CommandError(f"There is no agreement {code}.")
        done = verify(agreement)
        note(done, timezone.now())
        return done.entries, done.rows, [(fault.agreement, fault.what) for fault in done.faults]
