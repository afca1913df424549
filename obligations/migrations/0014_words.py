"""The words of obligations, statements and evidence, as `agreement` 0008 says; and the index that finds the newest."""

from django.db import migrations


def column(table: str, index: str, words: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ADD COLUMN words tsvector GENERATED ALWAYS AS ({words}) STORED",
            f"CREATE INDEX {index} ON {table} USING gin (words)",
        ],
        [f"ALTER TABLE {table} DROP COLUMN words"],
    )


class Migration(migrations.Migration):
    dependencies = [("agreement", "0008_words"), ("obligations", "0013_first_tiers")]

    operations = [
        column(
            "obligations_obligation",
            "obligation_words",
            "search_words(code || ' ' || title, 'A') || search_words(summary, 'B') || search_words(source, 'D')",
        ),
        column(
            "obligations_statement",
            "statement_words",
            "search_words(reason, 'A') || search_words(source, 'C')",
        ),
        column(
            "obligations_evidence",
            "evidence_words",
            "search_words(title, 'A') || search_words(quote, 'B')"
            " || search_words(origin || ' ' || file_name || ' ' || url, 'C')",
        ),
        migrations.RunSQL(
            ["CREATE INDEX statement_recorded ON obligations_statement (recorded_at DESC, id DESC)"],
            ["DROP INDEX statement_recorded"],
        ),
    ]
