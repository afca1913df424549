"""`manage.py reminders --plan`: of what would be reminded now, and nothing is done."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from agreement.models import Agreement
from obligations.delivery.reminders import give, to_escalate, to_tell
from obligations.models import Commitment


class Command(BaseCommand):
    help = "Makes the messages that remind of what falls due, as the worker does each hour; with --plan it tells which."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--plan", action="store_true", help="Say of what would be reminded, and do nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if not options["plan"]:
            self.stdout.write(f"{give(now)} messages were made")
            return
        for agreement in Agreement.objects.order_by("code"):
            tell, note = to_tell(agreement, now)
            self.stdout.write(
                f"{agreement.code}: {len(tell)} reminders, {len(note)} looked at for the first time,"
                f" {len(to_escalate(agreement, now))} breaches that nobody acknowledged"
            )
            rows = Commitment.objects.select_related("obligation", "party").in_bulk(
                [one.commitment for one in tell]
            )
            for one in tell:
                owed = rows[one.commitment]
                self.stdout.write(
                    f"  {owed.obligation.code} {owed.party.code}, due {one.due_on}, day {one.step:+d}"
                )
