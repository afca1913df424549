"""The functions by which the database chains the ledger, as the migrations install them.

At the commit, all that was put off is done in the order in which it was asked for: checks of foreign keys, and these.
So the chain is made in two steps. The first, for each entry, writes a link without a place; what that asks for comes
after all that was put off before. Only then are heads locked, in the order of their chains: who holds one waits for
nothing any more, and no two commits wait for each other. The lock is held from there to the end of the commit. Before
that, `_watch_functions` looks whether the entries of the commit name all that it changed.

Links without a place are seen by their own transaction only: the ones that are found are those to be placed.
"""

from typing import Any

ENTERED = """
CREATE OR REPLACE FUNCTION {schema}.agreement_ledger_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
    INSERT INTO {schema}.agreement_chainlink (entry_id, chain, previous, hash)
    VALUES (NEW.id, coalesce(NEW.agreement_id, 0), '', '');
    RETURN NULL;
END;
$function$
"""
LINKED = """
CREATE OR REPLACE FUNCTION {schema}.agreement_ledger_linked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    head record;
    entry record;
    last_position bigint;
    last_hash text;
    next_hash text;
BEGIN
    PERFORM FROM {schema}.agreement_chainlink WHERE entry_id = NEW.entry_id AND position IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;  -- placed with another entry of this commit
    END IF;
    PERFORM {schema}.agreement_ledger_accounted();
    INSERT INTO {schema}.agreement_chainhead (chain, position, hash)
    SELECT DISTINCT link.chain, 0, repeat('0', 64) FROM {schema}.agreement_chainlink AS link
    WHERE link.position IS NULL
        AND NOT EXISTS (SELECT FROM {schema}.agreement_chainhead AS there WHERE there.chain = link.chain)
    ORDER BY 1
    ON CONFLICT DO NOTHING;
    FOR head IN
        SELECT chain, position, hash FROM {schema}.agreement_chainhead
        WHERE chain IN (SELECT chain FROM {schema}.agreement_chainlink WHERE position IS NULL)
        ORDER BY chain
        FOR UPDATE
    LOOP
        last_position := head.position;
        last_hash := head.hash;
        FOR entry IN
            SELECT link.entry_id, said.content
            FROM {schema}.agreement_chainlink AS link
            JOIN {schema}.agreement_ledgerentry AS said ON said.id = link.entry_id
            WHERE link.position IS NULL AND link.chain = head.chain
            ORDER BY link.entry_id
        LOOP
            last_position := last_position + 1;
            next_hash := encode(
                sha256(convert_to(concat_ws(E'\\n', last_hash, last_position, entry.content), 'UTF8')), 'hex'
            );
            UPDATE {schema}.agreement_chainlink
            SET position = last_position, previous = last_hash, hash = next_hash
            WHERE entry_id = entry.entry_id;
            last_hash := next_hash;
        END LOOP;
        UPDATE {schema}.agreement_chainhead SET position = last_position, hash = last_hash
        WHERE chain = head.chain;
    END LOOP;
    RETURN NULL;
END;
$function$
"""
# Deferred triggers of one row fire in the order of their names.
TRIGGERS = """
REVOKE ALL ON FUNCTION {schema}.agreement_ledger_entered() FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.agreement_ledger_linked() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER zz_ledger_entered AFTER INSERT ON {schema}.agreement_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {schema}.agreement_ledger_entered();
CREATE CONSTRAINT TRIGGER zz_ledger_linked AFTER INSERT ON {schema}.agreement_chainlink
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {schema}.agreement_ledger_linked();
"""
REMOVED = """
DROP TRIGGER zz_ledger_linked ON {schema}.agreement_chainlink;
DROP TRIGGER zz_ledger_entered ON {schema}.agreement_ledgerentry;
DROP FUNCTION {schema}.agreement_ledger_linked();
DROP FUNCTION {schema}.agreement_ledger_entered();
"""


def install(apps: Any, schema_editor: Any) -> None:
    run(schema_editor, ENTERED, LINKED, TRIGGERS)


def remove(apps: Any, schema_editor: Any) -> None:
    run(schema_editor, REMOVED)


def run(schema_editor: Any, *statements: str) -> None:
    """With the schema's name in place: inside these functions nothing is looked for by a path."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
        for statement in statements:
            cursor.execute(statement.replace("{schema}", schema))
