"""Tokens with a name, a scope and a key; those that were made before keep on working, and may write as they did."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import parties.keys


def carry_over(apps: Any, schema_editor: Any) -> None:
    """Into our table, with the instant at which each was made. The library's own stays, empty: it still migrates it."""
    before, after = apps.get_model("knox", "AuthToken"), apps.get_model("parties", "ApiToken")
    for token in before.objects.all():
        after.objects.create(
            digest=token.digest,
            token_key=token.token_key,
            user_id=token.user_id,
            expiry=token.expiry,
            key=parties.keys.random_key(),
            name="made before",
            scope="write",
        )
        after.objects.filter(pk=token.digest).update(created=token.created)
    before.objects.all().delete()


def let_accounts_go(apps: Any, schema_editor: Any) -> None:
    """Take the foreign key to accounts from the table that stays empty: nothing that empties accounts knows of it."""
    connection, table = schema_editor.connection, apps.get_model("knox", "AuthToken")._meta.db_table
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table)
    for name, constraint in constraints.items():
        if constraint["foreign_key"]:
            schema_editor.execute(schema_editor._delete_fk_sql(apps.get_model("knox", "AuthToken"), name))


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0002_longer_names"),
        ("knox", "0009_extend_authtoken_field"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="session_epoch",
            field=models.CharField(blank=True, default="", editable=False, max_length=12),
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("digest", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("token_key", models.CharField(db_index=True, max_length=25)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("expiry", models.DateTimeField(blank=True, null=True)),
                (
                    "key",
                    models.CharField(
                        default=parties.keys.random_key,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="key",
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                (
                    "scope",
                    models.CharField(
                        choices=[("read", "read"), ("write", "read and write")],
                        default="read",
                        max_length=8,
                        verbose_name="scope",
                    ),
                ),
                ("last_used_at", models.DateTimeField(blank=True, null=True, verbose_name="last used at")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="auth_token_set",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "API token",
                "verbose_name_plural": "API tokens",
                "ordering": ["-created", "key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ("read", "write"))), name="api_token_scope_known"
                    )
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RunPython(let_accounts_go, migrations.RunPython.noop),
    ]
