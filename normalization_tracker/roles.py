"""Two roles in the database: an owner that migrates, and the application's, which cannot change what is append-only.

`OWNER_DATABASE_URL` is the owner's address and `DATABASE_URL` the application's. Where only the second is given, the
application owns its tables: all works, and nothing but triggers, which an owner can switch off, guards the records.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from psycopg2 import sql

from agreement.models.appendonly import append_only_models

ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
APPENDED = ("SELECT", "INSERT")
READ = ("SELECT",)
SERVER = ("USER", "PASSWORD", "HOST", "PORT")


def has_two_roles() -> bool:
    """Whether the settings name an owner beside the application's role."""
    owner: str = settings.OWNER_DATABASE.get("USER", "")
    return bool(owner) and owner != connection.settings_dict["USER"]


def application_may_change_records() -> bool:
    """Whether the role of this connection could change an entry of the ledger. Raises DatabaseError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, 'agreement_ledgerentry', 'UPDATE')")
        return bool(cursor.fetchone()[0])


@contextmanager
def as_owner() -> Iterator[None]:
    """The default connection is the owner's in this block, where the settings name one."""
    application = connection.settings_dict
    if not has_two_roles():
        yield
        return
    connection.close()
    connection.settings_dict = application | {name: settings.OWNER_DATABASE[name] for name in SERVER}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = application


def ensure_role(given: Mapping[str, Any]) -> None:
    """Make the application's role where it is missing, with the name and password of DATABASE_URL. As the owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [given["USER"]])
        if cursor.fetchone():
            return
    made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
        sql.Identifier(given["USER"]), sql.Literal(given["PASSWORD"])
    )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(made)
    except DatabaseError as error:
        raise CommandError(
            f"DATABASE_URL names the role {given['USER']}, which does not exist, and the owner may not make it"
            " (it has no CREATEROLE): make it by hand, with LOGIN and the password of DATABASE_URL."
        ) from error


def grant(role: str) -> None:
    """Give a role what the application needs, and take away whatever more it had. As the owner; any number of times."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema, to = sql.Identifier(cursor.fetchone()[0]), sql.Identifier(role)
        cursor.execute(sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC, {}").format(schema, to))
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, to))
        cursor.execute(f"SELECT oid::regclass::text, relname, relkind {OWN_RELATIONS}")
        tables, may = [], privileges()
        for name, bare, kind in cursor.fetchall():
            if kind == "S":
                tables.append(f"GRANT USAGE, SELECT ON SEQUENCE {name} TO {{}}")
            else:
                tables += on_table(name, *may.get(bare, (ALL, ())))
        cursor.execute(f"SELECT oid::regprocedure::text {OWN_FUNCTIONS}")
        for (name,) in cursor.fetchall():
            tables += [
                f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION {name} TO {{}}",
            ]
        for statement in tables:
            cursor.execute(sql.SQL(statement).format(to))


# Partitions and views too; indexes have no privileges of their own.
OWN_RELATIONS = """FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
    AND pg_has_role(relowner, 'USAGE')
ORDER BY oid"""
# What the application may have done, though it may not do it itself.
OWN_FUNCTIONS = """FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND prosecdef AND prorettype <> 'trigger'::regtype
    AND pg_has_role(proowner, 'USAGE')
ORDER BY oid"""


def on_table(name: str, privileges: tuple[str, ...], columns: tuple[str, ...]) -> Iterator[str]:
    """`name` is quoted where it has to be; a revocation takes what was granted on columns with it."""
    yield f"REVOKE ALL ON TABLE {name} FROM {{}}"
    yield f"GRANT {', '.join(privileges)} ON TABLE {name} TO {{}}"
    if columns:
        quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
        yield f"GRANT UPDATE ({quoted}) ON TABLE {name} TO {{}}"


def privileges() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """By table, where it is not ALL: the privileges, and the columns of which UPDATE is given."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {"django_migrations": (READ, ())}
    for model, may_change in append_only_models():
        found[model._meta.db_table] = (APPENDED, may_change)
    for model in apps.get_models():
        if getattr(model, "read_only", False):
            found[model._meta.db_table] = (READ, ())
    return found
