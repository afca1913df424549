"""What was entered before there were chains gets its content and its place, in the order in which it was entered."""

from typing import Any

from django.db import migrations

from agreement.ledger.canonical import canonical, instant


def chain(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("agreement", "LedgerEntry").objects
    with schema_editor.connection.cursor() as cursor:
        # Entries are append-only: this is the one time that they change.
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{pgtrigger_ledger_append_only_bc68e}', true)")
        for entry in entries.filter(content="").iterator():
            entries.filter(pk=entry.pk).update(content=content_of(entry))
        cursor.execute("SELECT set_config('pgtrigger.ignore', '', true)")
        # The database places them when this commits.
        cursor.execute(
            "INSERT INTO agreement_chainlink (entry_id, chain, previous, hash)"
            " SELECT id, coalesce(agreement_id, 0), '', '' FROM agreement_ledgerentry AS entry"
            " WHERE NOT EXISTS (SELECT FROM agreement_chainlink AS link WHERE link.entry_id = entry.id)"
        )


def content_of(entry: Any) -> str:
    return canonical(
        {
            "actor": entry.actor_id,
            "after": entry.after,
            "agreement": entry.agreement_id,
            "at": instant(entry.at),
            "before": entry.before,
            "columns": {},
            "command": entry.command,
            "format": 1,
            "gone": [],
            "on_behalf_of": None,
            "reason": entry.reason,
            "request_id": "",
            "rows": [],
            "subject": entry.subject,
        }
    )


class Migration(migrations.Migration):
    dependencies = [("agreement", "0006_chains")]
    operations = [migrations.RunPython(chain, migrations.RunPython.noop)]
