from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from obligations.files.upkeep import confirm


class Command(BaseCommand):
    help = (
        "Says that the store of evidence is this deployment's, as it is: after its database was restored from a"
        " backup, after the store was moved, or where the nightly sweep stopped for another reason that /healthz"
        " names. The store is marked anew. Files that no evidence needs are removed when that is so on two nights:"
        " copy the store first where some of them may still be wanted."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        unneeded = confirm(timezone.now())
        self.stdout.write("The store is marked as this deployment's, and swept again from tonight on.")
        self.stdout.write(
            f"No evidence needs {unneeded} of its files. Those are removed after two nights: copy them before."
            if unneeded
            else "Evidence needs every file in it."
        )
