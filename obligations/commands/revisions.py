"""Rows that are only added to, so that no writer waits for another: revisions of what is seen, and tallies. They are
summed here.
"""

from django.db import connection, transaction

from obligations.models import TALLIES, Revision, Tally

# Rows that are left as they are.
FEW = 500
# By table: the columns in which rows are alike, and the one that is a sum.
SUMS = {Revision._meta.db_table: ("agreement_id, mask", "changes")} | {
    tally._meta.db_table: (tally.alike(), "n") for tally in TALLIES
}
SPARE = "SELECT (SELECT count(*) FROM {table}) - (SELECT count(*) FROM (SELECT 1 FROM {table} GROUP BY {alike}) AS x)"
# What somebody else sums at the same time is left to them.
SUM_UP = """
WITH summed AS (
    DELETE FROM {table} WHERE id IN (SELECT id FROM {table} FOR UPDATE SKIP LOCKED) RETURNING {alike}, {n}
)
INSERT INTO {table} ({alike}, {n}) SELECT {alike}, sum({n}) FROM summed GROUP BY {alike} HAVING sum({n}) <> 0
"""


def sum_up(few: int = FEW) -> None:
    """One row for each kind, where there are many more. Safe at any time, side by side."""
    for table, (alike, n) in SUMS.items():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SPARE.format(table=table, alike=alike))
            (spare,) = cursor.fetchone()
            if spare > few:
                cursor.execute(SUM_UP.format(table=table, alike=alike, n=n))


def wrong(tally: type[Tally]) -> int:
    """How many numbers of a tally are not those of the statuses."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({tally.missing()}) AS wrong")
        (number,) = cursor.fetchone()
    return int(number)


def mend() -> int:
    """Give the tallies what they lack; how many numbers were wrong. Statuses that are written meanwhile are counted by
    those who write them.
    """
    added = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for tally in TALLIES:
            # Another that mends would add the same; those who write statuses need not wait.
            cursor.execute(f"LOCK TABLE {tally._meta.db_table} IN SHARE UPDATE EXCLUSIVE MODE")
            cursor.execute(f"INSERT INTO {tally._meta.db_table} ({tally.alike()}, n) {tally.missing()}")
            added += cursor.rowcount
    return added
