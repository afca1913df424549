"""Accounts are named by a random key: their number would tell how many there are, and be guessed."""

from typing import Any

from django.db import migrations, models

from parties.keys import random_key


def give_keys(apps: Any, schema_editor: Any) -> None:
    users = apps.get_model("parties", "User")
    for user in users.objects.filter(key__isnull=True).only("pk"):
        users.objects.filter(pk=user.pk).update(key=random_key())


class Migration(migrations.Migration):
    dependencies = [("parties", "0003_api_tokens")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="key",
            field=models.CharField(editable=False, max_length=12, null=True, verbose_name="key"),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="key",
            field=models.CharField(
                default=random_key, editable=False, max_length=12, unique=True, verbose_name="key"
            ),
        ),
    ]
