"""`manage.py migrate`: Django's own, as the owner of the tables; then the application's role gets what it needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import connection

from normalization_tracker import roles
from normalization_tracker.running import database, kind


class Command(migrate.Command):
    help = f"{migrate.Command.help} As the role of OWNER_DATABASE_URL, where that is set."

    def handle(self, *args: Any, **options: Any) -> None:
        with without_limits():
            self.migrate(*args, **options)

    def migrate(self, *args: Any, **options: Any) -> None:
        if not roles.has_two_roles():
            super().handle(*args, **options)
            return
        application = connection.settings_dict
        with roles.as_owner():
            roles.ensure_role(application)
            super().handle(*args, **options)
            if not options["plan"]:
                roles.grant(application["USER"])


@contextmanager
def without_limits() -> Iterator[None]:
    """Changing a large table takes its time; what the same process does afterwards is limited again."""
    before = kind.present()
    kind.is_a(kind.Kind.MIGRATION)
    if connection.connection is not None:
        database.limit(connection, kind.Kind.MIGRATION)
    try:
        yield
    finally:
        kind.is_a(before)
        if connection.connection is not None and connection.is_usable():
            database.limit(connection, before)
