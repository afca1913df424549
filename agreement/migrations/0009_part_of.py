"""An actor can be part of another."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreement", "0008_observations"),
        ("parties", "0003_names_are_an_agreements_own"),
    ]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="part_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.party",
            ),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="parties",
            field=models.ManyToManyField(
                related_name="agreements",
                through="agreement.Participation",
                through_fields=("agreement", "party"),
                to="parties.party",
            ),
        ),
    ]
