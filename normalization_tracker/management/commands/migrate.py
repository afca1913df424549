"""`manage.py migrate`: Django's own, as the owner of the tables; then the application's role gets what it needs."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connection

from normalization_tracker import roles


class Command(migrate.Command):
    help = f"{migrate.Command.help} As the role of OWNER_DATABASE_URL, where that is set."

    def handle(self, *args: Any, **options: Any) -> None:
        if not roles.has_two_roles():
            super().handle(*args, **options)
            return
        application = connection.settings_dict
        with roles.as_owner():
            roles.ensure_role(application)
            super().handle(*args, **options)
            if not options["plan"]:
                roles.grant(application["USER"])
