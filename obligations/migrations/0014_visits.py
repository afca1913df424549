"""A visit is one of the desk, or of the page of an obligation."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("obligations", "0013_points_of_a_meeting")]

    operations = [
        migrations.RemoveConstraint("deskvisit", "desk_visit_once"),
        migrations.RenameModel("DeskVisit", "Visit"),
        migrations.AlterModelOptions("visit", {"verbose_name": "visit", "verbose_name_plural": "visits"}),
        migrations.AddField(
            "visit",
            "obligation",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="obligations.obligation",
            ),
        ),
        migrations.AddConstraint(
            "visit",
            models.UniqueConstraint(
                fields=("user", "agreement", "obligation"), name="visit_once", nulls_distinct=False
            ),
        ),
    ]
