"""`manage.py checkdrift`: whether every derived column is what the recorded rows give."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from obligations import drift


class Command(BaseCommand):
    help = (
        "Works every derived column out anew, names what differs and says what to do. Nothing is mended; 1 where"
        " something differs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = drift.check(timezone.now(), timezone.now)
        for one in done.differences:
            told = f": {one['stored']} on record, {one['worked_out']} worked out" if one["stored"] else ""
            self.stderr.write(f"{one['what']}, {one['field']}{told}")
        if done.found:
            then = " ".join(drift.advice(one["field"] for one in done.differences))
            told = f"{done.found} differences in {done.checked} commitments. Nothing was mended"
            raise CommandError(f"{told}: find what wrote them. {then}")
        self.stdout.write(f"{done.checked} commitments checked, no difference")
