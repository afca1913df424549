"""`manage.py recompute`: what each audience sees of every commitment, worked out anew from what is recorded."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agreement.models import Agreement
from obligations.commands import statuses
from obligations.models import Commitment


class Command(BaseCommand):
    help = "Works out anew what each audience sees of every commitment. Safe beside writers, at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("agreement", nargs="?", help="code of the agreement; all agreements, if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["agreement"]
        agreement = Agreement.objects.filter(code=code).first() if code else None
        if code and agreement is None:
            codes = ", ".join(Agreement.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"There is no agreement “{code}”. There are: {codes or 'none'}.")
        every = Commitment.objects.filter(agreement=agreement) if agreement else Commitment.objects.all()
        total = every.count()

        def tell(done: int, changed: int) -> None:
            self.stdout.write(f"{done:,} of {total:,} commitments, {changed:,} brought into line")

        changed = statuses.recompute(timezone.now(), agreement.pk if agreement else None, tell)
        self.stdout.write(f"{total:,} commitments worked out, {changed:,} brought into line")
