"""What an open breach says of its end is refused."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreement", "0012_powers"),
        ("obligations", "0025_periods_without_a_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at__isnull", False),
                    models.Q(
                        ("closing_reading__isnull", True),
                        ("closing_statement__isnull", True),
                        ("days_late__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="breach_open_has_no_end",
            ),
        ),
    ]
