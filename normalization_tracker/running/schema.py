"""Whether the database was made by this code's migrations."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

OURS = ("agreement", "obligations", "parties")


@cache
def wanted_migrations() -> frozenset[tuple[str, str]]:
    """All migrations of this code, as pairs of application and name."""
    return frozenset(MigrationLoader(None).disk_migrations)


def unknown_migrations() -> list[str]:
    """What was done to the database by migrations of ours that this code does not have, as `application.name`.

    Where there are any, another version made the database. Its tables may have other names and columns, and a migration
    that has the name of one of ours may have done something else.
    """
    done = set(MigrationRecorder(connection).applied_migrations()) - wanted_migrations()
    return sorted(f"{app}.{name}" for app, name in done if app in OURS)
