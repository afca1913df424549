"""The words of rows by the functions of `agreement`, which were replaced."""

from django.db import migrations

from agreement.migrations import _words as words


class Migration(migrations.Migration):
    dependencies = [
        ("agreement", "0004_words_in_more_forms"),
        ("obligations", "0002_beside_the_models"),
    ]

    operations = [words.anew(table, *made_of) for table, made_of in words.OF_OBLIGATIONS.items()]
