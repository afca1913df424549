"""What the database does beside the models: it chains the ledger, holds the application to it, and finds words."""

from typing import Any

from django.db import migrations

from agreement.migrations import _chain_functions as chained
from agreement.migrations import _watch_functions as watched
from agreement.migrations import _words as words

# By table: the model, and the columns that are watched where it is not all.
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "agreement_agreement": ("agreement.agreement", ()),
    "agreement_calendar": ("agreement.calendar", ()),
    "agreement_calendarparty": ("agreement.calendarparty", ()),
    "agreement_event": ("agreement.event", ()),
    "agreement_instrument": ("agreement.instrument", ()),
    "agreement_interpretiverule": ("agreement.interpretiverule", ()),
    "agreement_mandate": ("agreement.mandate", ()),
    "agreement_participation": ("agreement.participation", ()),
    "agreement_position": ("agreement.position", ()),
    "agreement_provision": ("agreement.provision", ()),
    "agreement_trigger": (
        "agreement.trigger",
        ("id", "agreement_id", "code", "label", "note", "pack_date", "place", "in_pack"),
    ),
    "parties_party": ("parties.party", ()),
    "parties_user": (
        "parties.user",
        ("id", "email", "name", "is_active", "is_staff", "is_superuser", "date_joined"),
    ),
}


def watch(apps: Any, schema_editor: Any) -> None:
    for table, (label, columns) in TABLES.items():
        watched.watch(schema_editor, table, label, columns)


def unwatch(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        watched.unwatch(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [("agreement", "0002_initial"), ("parties", "0001_initial")]

    operations = [
        migrations.RunPython(chained.install, chained.remove),
        migrations.RunPython(watched.install, watched.remove),
        migrations.RunPython(watch, unwatch),
        *words.FUNCTIONS,
        *(words.column(table, *made_of) for table, made_of in words.OF_AGREEMENTS.items()),
    ]
