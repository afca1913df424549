"""Texts of packs in other languages, watched as what packs bring in is, and found by their words."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from agreement.migrations import _watch_functions as watched
from agreement.migrations import _words

TABLE = "agreement_translation"


def watch(apps: Any, schema_editor: Any) -> None:
    watched.watch(schema_editor, TABLE, "agreement.translation")


def unwatch(apps: Any, schema_editor: Any) -> None:
    watched.unwatch(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [
        ("agreement", "0017_readings_outlive_their_account"),
    ]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="languages",
            field=models.JSONField(
                blank=True, db_default=[], default=list, verbose_name="languages of its texts"
            ),
        ),
        migrations.CreateModel(
            name="Translation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=16, verbose_name="language")),
                ("source", models.TextField(verbose_name="text")),
                ("form", models.CharField(blank=True, max_length=16, verbose_name="grammatical case")),
                ("text", models.TextField(verbose_name="translation")),
                (
                    "agreement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="agreement.agreement",
                    ),
                ),
            ],
            options={
                "verbose_name": "translation",
                "verbose_name_plural": "translations",
                "ordering": ["agreement_id", "language", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("agreement"),
                        models.F("language"),
                        models.Func(models.F("source"), function="md5"),
                        models.F("form"),
                        name="translation_once",
                    )
                ],
            },
        ),
        _words.column(TABLE, "translation_words", "search_words(text, 'A')"),
        migrations.RunPython(watch, unwatch),
    ]
