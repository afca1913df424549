"""Whether the migrations since the previous release let it run on beside them, and lock nothing for long.

Needs no server: what each does is written out as SQL and read by squawk and by django-migration-linter. A finding is
mended, or stands in EXCUSED with why it does no harm. How to write a migration: UPGRADING.md.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django
import pgtrigger.migrations
from django.db import connection, connections
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser import PostgresqlAnalyser, analyse_sql_statements
from psycopg2.extensions import adapt

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")

# The newest migration of each application in the previous release (.ci/previous-release).
RELEASED = {"agreement": "0012_mail", "obligations": "0020_webhooks", "parties": "0005_calendar_tokens"}
OLDEST_POSTGRESQL = 150000
# What one migration does without harm: by its name, why, and the rules.
EXCUSED: dict[str, dict[str, tuple[str, ...]]] = {
    "agreement.0013_reminders_and_escalation": {
        "0015 gives the columns what the previous release writes, and both run together": (
            "ban-drop-default",
            "NOT_NULL",
        )
    },
    "agreement.0014_second_factor": {
        "0015 gives the column what the previous release writes, and both run together": (
            "ban-drop-default",
            "NOT_NULL",
        )
    },
    "agreement.0018_translations": {
        "of a table that the same migration makes, so that nobody waits for it": (
            "adding-field-with-default",
            "CREATE_INDEX",
            "DROP_COLUMN",
        )
    },
    "obligations.0021_escalation": {
        "0025 gives the columns what the previous release writes, and both run together": (
            "ban-drop-default",
        ),
        "a few rows for each commitment that runs, which one task writes once an hour: a moment's lock": (
            "adding-foreign-key-constraint",
            "constraint-missing-not-valid",
            "disallowed-unique-constraint",
            "require-concurrent-index-creation",
            "ADD_UNIQUE",
            "CREATE_INDEX",
        ),
        "the one that takes its place holds as much for rows of the previous release": (
            "ban-drop-constraint",
        ),
    },
    "obligations.0026_deliveries_in_turn": {
        "one statement: where it fails, what it left is no index yet, and is dropped by hand before the next try": (
            "prefer-robust-stmts",
        ),
    },
    "obligations.0032_drafts_of_answers": {
        "the one that takes its place holds as much for rows of the previous release": (
            "ban-drop-constraint",
        ),
        "drafts are few, and go when they are sent: a moment's lock": ("constraint-missing-not-valid",),
    },
    "obligations.0033_words_of_statement_translations": {
        "of a table that the previous release has not, where few rows stand yet": (
            "adding-field-with-default",
            "DROP_COLUMN",
        )
    },
    "obligations.0035_statements_in_time": {
        "one statement: where it fails, what it left is no index yet, and is dropped by hand before the next try": (
            "prefer-robust-stmts",
        ),
    },
}
# What is no question of one migration: numbers are 64 bits wide, and text has its longest length in the model.
SQUAWK_LEFT_OUT = (
    "prefer-text-field",
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
)


def with_values(sql: str, values: Any) -> str:
    """The statement with its values in it, as the driver writes them; Django asks a connection for that."""
    return sql % tuple(adapt(value).getquoted().decode() for value in values) if values else sql


def statements(state: ProjectState, migration: Migration) -> list[str]:
    """The SQL of a migration, as it would be run; the state goes on to after it."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(state, editor, collect_sql=True)
    return list(editor.collected_sql)


def new_migrations() -> Iterator[tuple[Migration, list[str]]]:
    """Those that the previous release did not have, with their SQL."""
    connections["default"].__dict__["pg_version"] = OLDEST_POSTGRESQL  # else a server is asked
    connection.ops.compose_sql = with_values  # type: ignore[method-assign]
    pgtrigger.migrations.transaction = SimpleNamespace(atomic=lambda **_of: nullcontext())  # so is here
    loader = MigrationLoader(None)
    plan = [key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf)]
    is_new = {key: key[0] in RELEASED and key[1] > RELEASED[key[0]] for key in plan}
    state = ProjectState()
    # Those of the release come first: once models are made of a state, each step of it takes long.
    for key in sorted(is_new, key=is_new.__getitem__):
        migration = loader.graph.nodes[key]
        if is_new[key]:
            yield migration, statements(state, migration)
        else:
            migration.mutate_state(state, preserve=False)


def by_squawk(migration: Migration, sql: list[str]) -> Iterator[tuple[str, str]]:
    """Findings as rule and sentence. Django runs a migration in one transaction, but where it says otherwise."""
    options = ["--reporter", "json", "--pg-version", "15.0", "--stdin-filepath", f"{migration}.sql"]
    options += [f"--exclude={','.join(SQUAWK_LEFT_OUT)}"] + ["--assume-in-transaction"] * migration.atomic
    squawk = Path(sys.executable).with_name("squawk")
    # The timeout is set on the connection: normalization_tracker/running/kind.py.
    text = "\n".join(["SET lock_timeout = '5s';", "SET statement_timeout = '1h';", *sql])
    done = subprocess.run([squawk, *options], input=text, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"squawk: {done.stderr}")
    for one in json.loads(done.stdout or "[]"):
        yield one["rule_name"], one["message"]


class Offline(MigrationLinter):  # type: ignore[misc]
    """The linter without what asks a server."""

    def __init__(self) -> None:
        self.sql_analyser_class, self.exclude_migration_tests = PostgresqlAnalyser, []


def by_django(migration: Migration, sql: list[str]) -> Iterator[tuple[str, str]]:
    errors, _ignored, warnings = analyse_sql_statements(PostgresqlAnalyser, sql)
    more_errors, _ignored, more_warnings = Offline().analyse_data_migration(migration)
    for one in (*errors, *warnings, *more_errors, *more_warnings):
        yield one.code, one.message


def main() -> int:
    django.setup()
    excused = {(name, rule) for name, why in EXCUSED.items() for rules in why.values() for rule in rules}
    used, wrong, count = set(), 0, 0
    for migration, sql in new_migrations():
        count += 1
        for rule, message in (*by_squawk(migration, sql), *by_django(migration, sql)):
            used.add((str(migration), rule))
            if (str(migration), rule) not in excused:
                wrong += 1
                print(f"{migration}: {rule}: {message}")
    for name, rule in sorted(excused - used):
        wrong += 1
        print(f"{name}: {rule} is excused and not found: take the excuse away")
    print(f"{count} migrations since the previous release, {wrong} findings")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
