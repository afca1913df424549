from typing import Any

from django.core.management.base import BaseCommand, CommandError

from normalization_tracker.trial import TrialError, launch


class Command(BaseCommand):
    help = (
        "Runs a complete trial on this machine until it is stopped: PostgreSQL and Valkey unless DATABASE_URL and"
        " REDIS_URL name others, the Ohrid agreement, a worker, beat and a web server on HOST (127.0.0.1) and"
        " PORT (8000). Everything is kept in DATA_DIR (.data)."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            launch.run()
        except TrialError as error:
            raise CommandError(str(error)) from error
