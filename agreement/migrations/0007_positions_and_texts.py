"""Positions are dated and sourced, events touch provisions, and texts tell their language and where they can be read."""

from typing import Any

from django.db import migrations, models

from agreement.migrations import _watch_functions as watched

TOUCHED = "agreement_event_provisions"


def watch(apps: Any, schema_editor: Any) -> None:
    watched.watch(schema_editor, TOUCHED, "agreement.event_provisions")


def unwatch(apps: Any, schema_editor: Any) -> None:
    watched.unwatch(schema_editor, TOUCHED)


class Migration(migrations.Migration):
    dependencies = [
        ("agreement", "0006_what_the_data_is"),
        ("parties", "0002_beside_the_models"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="position",
            options={
                "ordering": [
                    "party__name",
                    models.OrderBy(models.F("since"), descending=True, nulls_last=True),
                ],
                "verbose_name": "position",
                "verbose_name_plural": "positions",
            },
        ),
        migrations.RemoveConstraint(
            model_name="position",
            name="position_once",
        ),
        migrations.AddField(
            model_name="agreement",
            name="topics",
            field=models.JSONField(blank=True, default=list, verbose_name="names of topics"),
        ),
        migrations.AddField(
            model_name="calendar",
            name="names",
            field=models.JSONField(blank=True, default=dict, verbose_name="other names of days"),
        ),
        migrations.AddField(
            model_name="event",
            name="provisions",
            field=models.ManyToManyField(
                blank=True, related_name="touched_by", to="agreement.provision", verbose_name="provisions"
            ),
        ),
        migrations.AddField(
            model_name="instrument",
            name="language",
            field=models.CharField(blank=True, max_length=16, verbose_name="language of the text"),
        ),
        migrations.AddField(
            model_name="instrument",
            name="official_text",
            field=models.CharField(blank=True, max_length=500, verbose_name="address of the official text"),
        ),
        migrations.AddField(
            model_name="position",
            name="source",
            field=models.CharField(blank=True, max_length=500, verbose_name="source"),
        ),
        migrations.AlterField(
            model_name="instrument",
            name="kind",
            field=models.CharField(
                choices=[
                    ("agreement", "agreement"),
                    ("annex", "annex"),
                    ("declaration", "declaration"),
                    ("earlier_agreement", "earlier agreement"),
                    ("plan", "plan"),
                    ("decision", "decision"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="position",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signed", "signed"),
                    ("accepted", "accepted"),
                    ("reservations", "has reservations"),
                    ("upheld", "upholds the text without reservations"),
                    ("disputed", "disputed"),
                ],
                max_length=16,
                verbose_name="position",
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.UniqueConstraint(
                fields=("instrument", "party", "since"), name="position_once_a_day", nulls_distinct=False
            ),
        ),
        migrations.RunPython(watch, unwatch),
    ]
