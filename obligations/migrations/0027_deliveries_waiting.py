import django.contrib.postgres.operations
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("obligations", "0026_deliveries_in_turn"),
    ]

    operations = [
        django.contrib.postgres.operations.RemoveIndexConcurrently(
            model_name="delivery",
            name="delivery_waiting",
        ),
    ]
