"""`manage.py ledgerrestored`: says what an older backup took from the ledger, and puts that on record."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agreement.ledger.restored import lost, put_on_record
from agreement.ledger.verify import check
from agreement.ledger.witness import LOST, WitnessError, note_loss, write_heads
from agreement.models import Witness


class Command(BaseCommand):
    help = (
        "After an older backup was restored, or a witness was lost: says which entries a witness knows that are not"
        " there now. With --reason, an entry in each chain says so for good, later verifications go on from there, and"
        " /healthz is green again. What was lost stays lost. Run it where the worker runs, with its LEDGER_WITNESS."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--reason", help="why, for the ledger; without it, nothing is written but what is said"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now, reason = timezone.now(), (options["reason"] or "").strip()
        try:
            gone = lost(now)
            note_loss(now)
        except WitnessError as error:
            raise CommandError(
                f"{error} Mend that first: without it, nobody can say what was lost."
            ) from None
        files = list(Witness.objects.filter(lost_at__isnull=False).values_list("place", flat=True))
        for line in [*map(str, gone), *(f"{place}: {LOST}" for place in files)]:
            self.stdout.write(line)
        if not gone and not files:
            self.stdout.write("Every head that a witness knows is there: nothing to put on record.")
            return
        if not reason:
            raise CommandError(
                "Nothing was put on record. If a backup was restored, say so: --reason 'Restored the backup of ...'."
            )
        put_on_record(gone, reason, now)
        write_heads(timezone.now())  # so that /healthz says so now, and not after the worker's next look
        done = check(timezone.now(), timezone.now)
        for fault in done.faults:
            self.stderr.write(
                f"{fault['agreement']}: {fault['what']}" if fault["agreement"] else fault["what"]
            )
        if not done.is_good:
            raise CommandError("The break is on record, and the ledger is not whole all the same.")
        self.stdout.write(f"The break is on record: {done.entries:,} entries verified, no other fault.")
