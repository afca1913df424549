"""`manage.py loadtrial`: the Ohrid pack's illustrative statements. For a trial only."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agreement import packs
from agreement.models import Agreement
from agreement.packs.read import read_pack
from agreement.packs.source import PackError
from agreement.packs.statements import read_all_statements
from obligations.packs.statements import load_statements

FOLDER = Path(packs.__file__).parent / "ohrid-2023"


class Command(BaseCommand):
    help = (
        "Loads the illustrative statements of the Ohrid pack, in a trial. Loading them again changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TRIAL:
            raise CommandError(
                "Trial statements are illustrative and belong in a trial only: set TRIAL=1, or leave it."
            )
        agreement = Agreement.objects.filter(code=FOLDER.name).first()
        if agreement is None:
            raise CommandError(
                f"The agreement {FOLDER.name} is not loaded: run `manage.py loadpack {FOLDER}` first."
            )
        try:
            pack = read_pack(FOLDER / "pack.yaml")
            given = read_all_statements(FOLDER / "trial_statements", pack)
        except PackError as error:
            raise CommandError(str(error)) from error
        added = load_statements(agreement=agreement, given=given, now=timezone.now())
        self.stdout.write(f"{agreement.code}: {added} trial statements added")
