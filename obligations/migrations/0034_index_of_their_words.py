from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("obligations", "0033_words_of_statement_translations"),
    ]

    operations = [
        migrations.RunSQL(
            [
                # What a try left that failed is no index, and would be taken for one.
                "DROP INDEX CONCURRENTLY IF EXISTS statement_translation_words",
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS statement_translation_words"
                " ON obligations_statementtranslation USING gin (words)",
            ],
            ["DROP INDEX CONCURRENTLY IF EXISTS statement_translation_words"],
        ),
    ]
