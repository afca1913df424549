"""`manage.py migrate`: Django's own, as the owner of the tables; then the application's role gets what it needs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connection

from normalization_tracker import roles
from normalization_tracker.running import database, kind
from normalization_tracker.running.database import unknown_migrations
from parties.errors import LOCK_NOT_AVAILABLE, sqlstate

# Each migration is one transaction: what was done stays done, and it goes on where a lock did not come.
ATTEMPTS, PAUSE = 30, 5


class Command(migrate.Command):
    help = f"{migrate.Command.help} As the role of OWNER_DATABASE_URL, where that is set."

    def handle(self, *args: Any, **options: Any) -> None:
        with limits_of_a_migration():
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return self.migrate(*args, **options)
                except OperationalError as error:
                    if sqlstate(error) != LOCK_NOT_AVAILABLE or attempt == ATTEMPTS:
                        raise
                    self.stderr.write(
                        f"A lock did not come in time, and nothing waits behind it: again in {PAUSE} s."
                    )
                    time.sleep(PAUSE)

    def migrate(self, *args: Any, **options: Any) -> None:
        if not roles.has_two_roles():
            require_own_database()
            super().handle(*args, **options)
            return
        application = connection.settings_dict
        with roles.as_owner():
            require_own_database()
            roles.ensure_role(application)
            super().handle(*args, **options)
            if not options["plan"]:
                roles.grant(application["USER"])


def require_own_database() -> None:
    """Raise CommandError where another version made the database. Nothing was changed."""
    if unknown := unknown_migrations():
        raise CommandError(
            f"Another version of this software made this database ({unknown[-1]} is no migration of this one), and"
            " none leads from there to here. Nothing was changed: name an empty database in DATABASE_URL, or run that"
            " version."
        )


@contextmanager
def limits_of_a_migration() -> Iterator[None]:
    """Changing a large table takes its time, a lock none; what the same process does afterwards is limited again."""
    before = kind.present()
    kind.is_a(kind.ProcessKind.MIGRATION)
    if connection.connection is not None:
        database.limit(connection, kind.ProcessKind.MIGRATION)
    try:
        yield
    finally:
        kind.is_a(before)
        if connection.connection is not None and connection.is_usable():
            database.limit(connection, before)
