"""What the database does beside the models: it holds the application to the ledger, takes away what a pack names no more,
and finds words; and the row that says which deployment this is.
"""

from typing import Any

from django.db import migrations

from agreement.migrations import _watch_functions as watched
from agreement.migrations._chain_functions import run
from agreement.migrations._words import OF_OBLIGATIONS, column

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
    "obligations_period": (
        "obligations.period",
        ("commitment_id", "due_at", "due_on", "ends_on", "known_from", "known_until", "starts_on"),
        True,
    ),
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


# The two ways by which a pack takes append-only rows away: of what nothing ever referred to. The application's role in
# the database may not delete them by itself.
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


# How many kinds of rows there are is far fewer than the product of what each column has: so counts run in parallel.
ALIKE = """
CREATE STATISTICS obligations_status_alike (ndistinct)
ON party_id, provision_id, level, not_assessable, conduct, claim, clock, phase FROM obligations_commitmentstatus
"""


def install(apps: Any, schema_editor: Any) -> None:
    run(schema_editor, REMOVALS)


def remove(apps: Any, schema_editor: Any) -> None:
    run(schema_editor, REMOVED)


def this_deployment(apps: Any, schema_editor: Any) -> None:
    apps.get_model("obligations", "Deployment").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("agreement", "0003_beside_the_models"), ("obligations", "0001_initial")]

    operations = [
        migrations.RunPython(watch, unwatch),
        migrations.RunPython(install, remove),
        *(column(table, *made_of) for table, made_of in OF_OBLIGATIONS.items()),
        migrations.RunSQL(
            ["CREATE INDEX statement_recorded ON obligations_statement (recorded_at DESC, id DESC)"],
            ["DROP INDEX statement_recorded"],
        ),
        migrations.RunSQL(ALIKE, "DROP STATISTICS obligations_status_alike"),
        migrations.RunPython(this_deployment, migrations.RunPython.noop),
    ]
