import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("obligations", "0034_index_of_their_words"),
    ]

    operations = [
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="statement",
            index=models.Index(fields=["effective_on", "recorded_at", "key"], name="statement_in_time"),
        ),
    ]
