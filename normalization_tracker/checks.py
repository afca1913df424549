"""What `manage.py check --deploy` asks beside Django's own questions."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from normalization_tracker.roles import application_may_change_records, has_two_roles


@register(Tags.security, deploy=True)
def application_owns_no_tables(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning where the application's role in the database can change what is append-only.

    A database that answers tells; else it goes by whether the settings name an owner.
    """
    if has_two_roles():
        return []
    try:
        if not application_may_change_records():
            return []
    except DatabaseError:
        pass  # no database, or none with tables: nothing but the settings is known
    return [
        Warning(
            "The application owns its tables in the database: it could switch off what guards the records.",
            hint="Give OWNER_DATABASE_URL to `manage.py migrate`, and another role in DATABASE_URL.",
            id="normalization_tracker.W001",
        )
    ]
