from typing import Any

from django.core.management.base import BaseCommand, CommandError

from obligations.files.upkeep import lost
from obligations.models import Evidence


class Command(BaseCommand):
    help = "Reads every stored file and checks that all evidence has the bytes that were handed in."

    def handle(self, *args: Any, **options: Any) -> None:
        """Names each evidence without its bytes; ends with an error where there is any."""
        found = 0
        for one in lost():
            found += 1
            self.stderr.write(f"{one.key}: the bytes of {one.sha256} are missing or changed")
        number = Evidence.objects.filter(kind=Evidence.Kind.FILE).count()
        if found:
            raise CommandError(f"{found} of {number} files are not as they were handed in.")
        self.stdout.write(f"All {number} files are as they were handed in.")
