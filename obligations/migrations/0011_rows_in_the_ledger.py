"""Append-only rows that were there before entries named them are named now, agreement by agreement.

And the two ways by which a pack takes such rows away: of what nothing ever referred to. The application's role in the
database may not delete them by itself.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import migrations
from django.utils import timezone

from agreement.ledger.canonical import canonical, digest, instant

ROWS_AN_ENTRY = 5_000
# Each model with the path to its agreement, and the columns that may change.
MODELS = (
    ("agreement", "TriggerDate", "trigger__agreement", ()),
    ("agreement", "Holiday", "calendar__agreement", ()),
    ("obligations", "Terms", "obligation__agreement", ()),
    ("obligations", "Reading", "agreement", ()),
    ("obligations", "Statement", "agreement", ("tier", "confidant_id", "publish_at", "withdrawn_at")),
    ("obligations", "Release", "agreement", ()),
    ("obligations", "Evidence", "agreement", ()),
    ("obligations", "Attachment", "evidence__agreement", ()),
)
REMOVALS = """
CREATE FUNCTION {schema}.obligations_remove_terms(keys bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
    DELETE FROM {schema}.obligations_terms AS terms WHERE terms.obligation_id = ANY (keys)
        AND NOT EXISTS (
            SELECT FROM {schema}.obligations_commitment AS owed WHERE owed.obligation_id = terms.obligation_id
        );
$function$;
CREATE FUNCTION {schema}.obligations_remove_dates(keys bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
    DELETE FROM {schema}.agreement_triggerdate AS given WHERE given.trigger_id = ANY (keys)
        AND given.recorded_by_id IS NULL
        AND NOT EXISTS (
            SELECT FROM {schema}.obligations_terms AS terms WHERE terms.trigger_id = given.trigger_id
        );
$function$;
"""
REMOVED = """
DROP FUNCTION {schema}.obligations_remove_terms(bigint[]);
DROP FUNCTION {schema}.obligations_remove_dates(bigint[]);
"""


def run(schema_editor: Any, statements: str) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        cursor.execute(statements.replace("{schema}", cursor.fetchone()[0]))


def install(apps: Any, schema_editor: Any) -> None:
    run(schema_editor, REMOVALS)


def remove(apps: Any, schema_editor: Any) -> None:
    run(schema_editor, REMOVED)


def adopt(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("agreement", "LedgerEntry").objects
    for agreement in apps.get_model("agreement", "Agreement").objects.order_by("pk"):
        for app, name, path, may_change in MODELS:
            rows = apps.get_model(app, name).objects.filter(**{path: agreement.pk}).order_by("pk")
            columns = sorted(
                field.attname for field in rows.model._meta.concrete_fields if field.attname not in may_change
            )
            label = f"{app}.{name.lower()}"
            found = digests(label, columns, rows.values_list("pk", *columns).iterator())
            while batch := list(islice(found, ROWS_AN_ENTRY)):
                entries.create(**adoption(agreement, label, columns, batch))


def digests(label: str, columns: list[str], found: Iterator[Any]) -> Iterator[list[Any]]:
    for pk, *values in found:
        yield [label, pk, digest(columns, values)]


def adoption(agreement: Any, label: str, columns: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    now = timezone.now()
    told = {
        "after": {"rows": len(rows)},
        "before": {},
        "command": "adopt_rows",
        "reason": "They were on record before the ledger named rows.",
        "request_id": "",
        "subject": label,
    }
    content = told | {
        "actor": None,
        "agreement": agreement.pk,
        "at": instant(now),
        "columns": {label: columns},
        "format": 1,
        "gone": [],
        "on_behalf_of": None,
        "rows": rows,
    }
    return {"agreement_id": agreement.pk, "at": now, "content": canonical(content), **told}


class Migration(migrations.Migration):
    dependencies = [
        ("agreement", "0007_entries_in_chains"),
        ("obligations", "0010_drafts"),
    ]
    operations = [
        migrations.RunPython(install, remove),
        migrations.RunPython(adopt, migrations.RunPython.noop),
    ]
