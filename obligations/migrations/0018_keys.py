from django.db import migrations, models

import parties.keys

# The first twelve digits of a random UUID, in letters and figures of `parties.keys.ALPHABET`.
KEY = "substr(translate(replace(gen_random_uuid()::text, '-', ''), '01', 'gh'), 1, 12)"


def keyed(model: str) -> list[migrations.SeparateDatabaseAndState | migrations.AlterField]:
    """A random key for each row that is there. The rows are append-only: the database refuses to change them, and takes
    a default that it works out for each of them anew."""
    table = f"obligations_{model}"
    field = models.CharField(
        default=parties.keys.random_key, editable=False, max_length=12, verbose_name="key"
    )
    unique = models.CharField(
        default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name="key"
    )
    add = migrations.RunSQL(
        f"ALTER TABLE {table} ADD COLUMN key varchar(12) NOT NULL DEFAULT {KEY};"
        f"ALTER TABLE {table} ALTER COLUMN key DROP DEFAULT;",
        f"ALTER TABLE {table} DROP COLUMN key;",
    )
    return [
        migrations.SeparateDatabaseAndState(
            database_operations=[add], state_operations=[migrations.AddField(model, "key", field)]
        ),
        migrations.AlterField(model, "key", unique),
    ]


class Migration(migrations.Migration):
    dependencies = [("obligations", "0017_statements_to_publish")]

    operations = [
        *keyed("gateopening"),
        *keyed("occurrence"),
        *keyed("reading"),
        *keyed("release"),
    ]
