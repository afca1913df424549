"""Statements whose plan a connection keeps."""

import pytest
from django.db import NotSupportedError, connection

from parties.prepared import run


@pytest.mark.django_db(transaction=True)
def test_a_connection_reads_on_after_the_type_of_a_column_changed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE kept AS SELECT 'begun'::varchar(5) AS word")
        assert run("SELECT word FROM kept", []) == [("begun",)]
        cursor.execute("ALTER TABLE kept ALTER word TYPE varchar(9)")
        with pytest.raises(NotSupportedError):
            run("SELECT word FROM kept", [])
        assert run("SELECT word FROM kept", []) == [("begun",)]
        cursor.execute("DROP TABLE kept")
