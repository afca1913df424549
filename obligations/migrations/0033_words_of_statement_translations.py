"""What statements say in other languages, found by its words as they themselves are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("obligations", "0032_drafts_of_answers"),
        ("agreement", "0019_words_sooner"),
    ]

    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE obligations_statementtranslation ADD COLUMN words tsvector"
                " GENERATED ALWAYS AS (search_words(text, 'A')) STORED"
            ],
            ["ALTER TABLE obligations_statementtranslation DROP COLUMN words"],
        ),
    ]
