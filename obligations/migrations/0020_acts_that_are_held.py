from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("obligations", "0019_no_tier_by_default")]

    operations = [
        migrations.AlterField(
            "proposal",
            "command",
            models.CharField(
                choices=[
                    ("record_finding", "finding"),
                    ("waive", "waiver"),
                    ("open_gate", "opening of a gate"),
                    ("release", "publication"),
                    ("record_answer", "answer"),
                    ("withdraw_statement", "withdrawal"),
                ],
                max_length=24,
                verbose_name="command",
            ),
        ),
    ]
