"""What the ledger names of rows that may change: watched from now on, and entered once as they are."""

from typing import Any

from django.db import migrations

from agreement.migrations import _watch_functions as watched
from obligations.migrations import _taken_over as taken_over

# By table: the model, the columns that are watched where it is not all, and whether rows are named from their first day.
TABLES: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "obligations_commitment": (
        "obligations.commitment",
        ("id", "agreement_id", "obligation_id", "party_id", "share", "place", "in_pack"),
        True,
    ),
    "obligations_evidence": ("obligations.evidence", ("tier", "confidant_id", "publish_at"), False),
    "obligations_gate": ("obligations.gate", (), True),
    "obligations_indicator": ("obligations.indicator", (), True),
    "obligations_obligation": ("obligations.obligation", (), True),
    "obligations_obligation_touched_by": ("obligations.obligation_touched_by", (), True),
    "obligations_statement": (
        "obligations.statement",
        ("tier", "confidant_id", "publish_at", "withdrawn_at"),
        False,
    ),
}


def watch(apps: Any, schema_editor: Any) -> None:
    for table, (label, columns, always) in TABLES.items():
        watched.watch(schema_editor, table, label, columns, always)


def unwatch(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        watched.unwatch(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [
        ("obligations", "0020_acts_that_are_held"),
        ("agreement", "0011_watched"),
        ("parties", "0003_api_tokens"),
    ]

    operations = [
        migrations.RunPython(watch, unwatch),
        migrations.RunPython(taken_over.enter, migrations.RunPython.noop),
    ]
