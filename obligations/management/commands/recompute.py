"""`manage.py recompute`: what is worked out, worked out anew from what is recorded."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agreement.models import Agreement
from obligations import drift
from obligations.commands import statuses
from obligations.models import Commitment
from parties.texts import text_errors


class Command(BaseCommand):
    help = (
        "Works out anew what each audience sees of every commitment. With --reason, first what the drift check looks"
        " at: clocks, breaches, dates and terms are brought into line with what is recorded, and the ledger says so."
        " Safe beside writers, at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("agreement", nargs="?", help="code of the agreement; all agreements, if left out")
        parser.add_argument("--reason", help="why, for the ledger; without it, clocks stay as they are")

    def handle(self, *args: Any, **options: Any) -> None:
        code, reason = options["agreement"], options["reason"]
        agreements = Agreement.objects.order_by("code")
        codes = ", ".join(agreements.values_list("code", flat=True))
        if code:
            agreements = agreements.filter(code=code)
            if not agreements:
                raise CommandError(f"There is no agreement “{code}”. There are: {codes or 'none'}.")
        if reason is not None:
            self.mend(agreements, reason.strip())
        every = Commitment.objects.filter(agreement__in=agreements)
        total = every.count()

        def tell(done: int, changed: int) -> None:
            self.stdout.write(f"{done:,} of {total:,} commitments, {changed:,} brought into line")

        only = agreements[0].pk if code else None
        changed = statuses.recompute(timezone.now(), only, tell)
        self.stdout.write(f"{total:,} commitments worked out, {changed:,} brought into line")

    def mend(self, agreements: Any, reason: str) -> None:
        if errors := text_errors(("reason",), reason=reason):
            raise CommandError(f"--reason: {errors['reason']}")
        for one in agreements:
            mended = drift.mend(one.pk, reason, timezone.now())
            noted = ": the ledger has them, with the reason" if mended else ""
            self.stdout.write(f"{one.code}: {mended:,} differences brought into line{noted}")
