"""An obligation can have a target, means of verification, and other provisions that demand the same."""

import django.contrib.postgres.fields
from typing import Any

from django.db import migrations, models

from agreement.migrations import _watch_functions as watched

JOINS = "obligations_obligation_also_under"


def watch(apps: Any, schema_editor: Any) -> None:
    watched.watch(schema_editor, JOINS, "obligations.obligation_also_under")


def unwatch(apps: Any, schema_editor: Any) -> None:
    watched.unwatch(schema_editor, JOINS)


class Migration(migrations.Migration):
    dependencies = [
        ("agreement", "0007_positions_and_texts"),
        ("obligations", "0006_clocks"),
    ]

    operations = [
        migrations.AddField(
            model_name="obligation",
            name="also_under",
            field=models.ManyToManyField(
                blank=True,
                related_name="also_obligations",
                to="agreement.provision",
                verbose_name="other provisions",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="means_of_verification",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=500),
                blank=True,
                default=list,
                size=None,
                verbose_name="means of verification",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="target",
            field=models.JSONField(blank=True, null=True, verbose_name="target"),
        ),
        migrations.RunPython(watch, unwatch),
    ]
