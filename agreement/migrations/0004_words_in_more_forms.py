"""The words of rows also by their Serbian stems, and dj as the đ that it is written for."""

from django.db import migrations

from agreement.migrations import _words as words


class Migration(migrations.Migration):
    dependencies = [("agreement", "0003_beside_the_models")]

    operations = [
        *words.REPLACED,
        *(words.anew(table, *made_of) for table, made_of in words.OF_AGREEMENTS.items()),
    ]
