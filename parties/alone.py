"""Work that one process does at a time, on whichever machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(work: str) -> Iterator[bool]:
    """Whether no other process does this work now, on any machine. It may when the block, or this process, has ended.

    The lock is held by a transaction of a connection of its own, which a pooler gives to nobody else meanwhile.
    """
    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [work])
            yield cursor.fetchone()[0]
    finally:
        holder.close()
