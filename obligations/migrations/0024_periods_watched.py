"""The days of periods are named by the ledger as well: watched from now on, and entered once as they are."""

from typing import Any

from django.db import migrations

from agreement.migrations import _watch_functions as watched
from obligations.migrations import _taken_over as taken_over

TABLE, LABEL = "obligations_occurrence", "obligations.occurrence"
COLUMNS = ("commitment_id", "due_at", "due_on", "ends_on", "known_from", "known_until", "starts_on")


def watch(apps: Any, schema_editor: Any) -> None:
    watched.watch(schema_editor, TABLE, LABEL, COLUMNS)


def unwatch(apps: Any, schema_editor: Any) -> None:
    watched.unwatch(schema_editor, TABLE)


def take_over(apps: Any, schema_editor: Any) -> None:
    taken_over.enter(apps, schema_editor, {LABEL: ("commitment__agreement_id", COLUMNS)})


class Migration(migrations.Migration):
    dependencies = [("obligations", "0023_operation")]

    operations = [
        migrations.RunPython(watch, unwatch),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
