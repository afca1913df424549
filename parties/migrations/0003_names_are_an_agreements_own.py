"""What an actor is called, and its mark, are its agreement's own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0002_beside_the_models"),
    ]

    operations = [
        migrations.AddField(
            model_name="party",
            name="of",
            field=models.SlugField(
                blank=True, db_index=False, max_length=60, verbose_name="agreement that calls it so"
            ),
        ),
        migrations.AlterField(
            model_name="party",
            name="code",
            field=models.SlugField(max_length=60, verbose_name="code"),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.UniqueConstraint(fields=("of", "code"), name="party_code_once"),
        ),
    ]
