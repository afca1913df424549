"""The functions that words are searched by give the same in a third of the time."""

from django.db import migrations

from agreement.migrations import _words as words


class Migration(migrations.Migration):
    dependencies = [("agreement", "0018_translations")]

    operations = [
        migrations.RunSQL([words.fold()], migrations.RunSQL.noop),
        migrations.RunSQL([words.WORDS], migrations.RunSQL.noop),
    ]
