"""The functions by which the database holds the application's role to the ledger, as the migrations install them.

Where that role changes a row whose state the ledger names, a trigger notes its model and key in a table that the role
cannot write. At the commit, after every entry of the transaction was given its link and before any has its place, each
noted row must be named by one of these entries: else nothing is committed. The notes are removed there, and so nobody
ever sees another's. The owner of a table is not noted: migrations and restores are its work.
"""

from collections.abc import Sequence
from typing import Any

from agreement.migrations._chain_functions import run

# By invoker, so that `current_user` is who changes the row.
TOUCHED = """
CREATE OR REPLACE FUNCTION {schema}.agreement_ledger_touched() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    touched bigint[];
    before jsonb;
    after jsonb;
BEGIN
    IF pg_catalog.pg_has_role(current_user, (
        SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID
    ), 'USAGE') THEN
        RETURN NULL;
    END IF;
    IF TG_LEVEL = 'ROW' THEN
        before := pg_catalog.to_jsonb(OLD);
        after := pg_catalog.to_jsonb(NEW);
        IF TG_NARGS = 1 AND before <> after OR EXISTS (
            SELECT FROM unnest(TG_ARGV[1:]) AS name WHERE before -> name IS DISTINCT FROM after -> name
        ) THEN
            touched := ARRAY[OLD.id, NEW.id];
        END IF;
    ELSE
        SELECT pg_catalog.array_agg(id) INTO touched FROM changed;
    END IF;
    IF touched IS NOT NULL THEN
        PERFORM {schema}.agreement_ledger_note(TG_ARGV[0], touched);
    END IF;
    RETURN NULL;
END;
$function$
"""
NOTE = """
CREATE OR REPLACE FUNCTION {schema}.agreement_ledger_note(label text, touched bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
    INSERT INTO {schema}.agreement_touchedrows (model, keys, is_due) VALUES (label, touched, false);
$function$
"""
# Raises where the entries of this transaction leave out what it changed.
ACCOUNTED = """
CREATE OR REPLACE FUNCTION {schema}.agreement_ledger_accounted() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    unnamed record;
BEGIN
    PERFORM FROM {schema}.agreement_touchedrows LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT model, key INTO unnamed FROM (
        SELECT noted.model, unnest(noted.keys) AS key FROM {schema}.agreement_touchedrows AS noted
        EXCEPT
        SELECT state ->> 0, (state ->> 1)::bigint
        FROM {schema}.agreement_chainlink AS link
        JOIN {schema}.agreement_ledgerentry AS entry ON entry.id = link.entry_id,
        jsonb_array_elements(entry.content::jsonb -> 'states') AS state
        WHERE link.position IS NULL
    ) AS left_out LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the ledger: no entry of this transaction names % %', unnamed.model, unnamed.key
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM {schema}.agreement_touchedrows;
END;
$function$
"""
# In two steps, as with links: in the first, not all entries may have one.
DUE = """
CREATE OR REPLACE FUNCTION {schema}.agreement_ledger_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE {schema}.agreement_touchedrows SET is_due = true WHERE id = NEW.id;
    ELSE
        PERFORM {schema}.agreement_ledger_accounted();
    END IF;
    RETURN NULL;
END;
$function$
"""
DUE_TRIGGER = """
REVOKE ALL ON FUNCTION {schema}.agreement_ledger_due() FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.agreement_ledger_note(text, bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.agreement_ledger_accounted() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER zz_ledger_due AFTER INSERT OR UPDATE ON {schema}.agreement_touchedrows
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {schema}.agreement_ledger_due();
"""
REMOVED = """
DROP TRIGGER zz_ledger_due ON {schema}.agreement_touchedrows;
DROP FUNCTION {schema}.agreement_ledger_due();
DROP FUNCTION {schema}.agreement_ledger_accounted();
DROP FUNCTION {schema}.agreement_ledger_touched();
DROP FUNCTION {schema}.agreement_ledger_note(text, bigint[]);
"""
NAMES = ("ledger_added", "ledger_removed", "ledger_changed")


def install(apps: Any, schema_editor: Any) -> None:
    run(schema_editor, NOTE, TOUCHED, ACCOUNTED, DUE, DUE_TRIGGER)


def remove(apps: Any, schema_editor: Any) -> None:
    run(schema_editor, REMOVED)


def watch(
    schema_editor: Any, table: str, label: str, columns: Sequence[str] = (), always: bool = True
) -> None:
    """Note what the application's role changes in a table: in some columns, or in any where none is named.

    With `always`, also rows that are new and that are removed.
    """
    note = "EXECUTE FUNCTION {schema}.agreement_ledger_touched"
    # Compared in the function: PostgreSQL lets no column have another type while a trigger's own condition names it.
    arguments = ", ".join(f"'{one}'" for one in (label, *columns))
    statements = [
        f"CREATE TRIGGER ledger_changed AFTER UPDATE ON {{schema}}.{table} FOR EACH ROW {note}({arguments})"
    ]
    if always:
        statements += [
            f"CREATE TRIGGER ledger_{name} AFTER {event} ON {{schema}}.{table}"
            f" REFERENCING {which} TABLE AS changed FOR EACH STATEMENT {note}('{label}')"
            for name, event, which in (("added", "INSERT", "NEW"), ("removed", "DELETE", "OLD"))
        ]
    run(schema_editor, *statements)


def unwatch(schema_editor: Any, table: str) -> None:
    run(schema_editor, *(f"DROP TRIGGER IF EXISTS {name} ON {{schema}}.{table}" for name in NAMES))
