"""How far a piece of work is, told meanwhile: on a connection of its own, since nothing of the work is committed."""

import time

from django.db import connection

from obligations.models import Work

# Seconds between two times that it is told.
PAUSE = 0.5
TELL = f"""
UPDATE {Work._meta.db_table} SET done = %s, total = %s WHERE id = %s RETURNING cancel_asked_at IS NOT NULL
"""


class Cancelled(Exception):
    """Its owner wants it no more, or has closed the account: it ends here, and nothing of it is recorded."""


class Steps:
    """What `parties.progress` tells: counted, written down for the owner, and ended where they asked for that."""

    def __init__(self, work: Work) -> None:
        self.pk, self.done, self.total = work.pk, 0, work.total
        self.beside, self.told_at = connection.copy(), 0.0

    def __enter__(self) -> "Steps":
        return self

    def __exit__(self, *_: object) -> None:
        self.beside.close()

    def expect(self, steps: int) -> None:
        self.total = (self.total or 0) + steps
        self.tell()

    def step(self, number: int) -> None:
        self.done += number
        if time.monotonic() >= self.told_at + PAUSE:
            self.tell()

    def tell(self) -> None:
        """Raises Cancelled."""
        with self.beside.cursor() as cursor:
            cursor.execute(TELL, [self.done, self.total, self.pk])
            row = cursor.fetchone()
        self.told_at = time.monotonic()
        if row is None or row[0]:
            raise Cancelled
