"""A period that is only reviewed has no clock: what would say otherwise is refused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("obligations", "0024_periods_watched"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="occurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_on__isnull", False),
                    models.Q(
                        ("cycle", 1),
                        ("flag_at__isnull", True),
                        ("opening_reading__isnull", True),
                        ("opening_statement__isnull", True),
                        ("overdue_since__isnull", True),
                        ("undone_statement__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="occurrence_without_a_day_has_no_clock",
            ),
        ),
    ]
