import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("obligations", "0025_what_the_previous_release_writes"),
    ]

    operations = [
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                models.F("webhook"),
                models.OrderBy(models.F("position"), nulls_first=True),
                models.OrderBy(models.F("part")),
                models.OrderBy(models.F("id")),
                condition=models.Q(("given_up_at", None), ("sent_at", None)),
                name="delivery_in_turn",
            ),
        ),
    ]
