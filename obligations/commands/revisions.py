"""Revisions of what is seen are only added to, so that no writer waits for another; here they are summed."""

from django.db import connection, transaction

# Rows that are left as they are: to sum them is a change as well, for all who kept an answer.
FEW = 500
SPARE = """
SELECT count(*) - count(DISTINCT (agreement_id, mask)) FROM obligations_revision
"""
# What somebody else sums at the same time is left to them.
SUM_UP = """
WITH summed AS (
    DELETE FROM obligations_revision WHERE id IN (SELECT id FROM obligations_revision FOR UPDATE SKIP LOCKED)
    RETURNING agreement_id, mask, changes, commitments
)
INSERT INTO obligations_revision (agreement_id, mask, changes, commitments)
SELECT agreement_id, mask, sum(changes), sum(commitments) FROM summed GROUP BY agreement_id, mask
"""


def sum_up(few: int = FEW) -> None:
    """One row for each agreement and mask, where there are many more. Safe at any time, side by side."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SPARE)
        (spare,) = cursor.fetchone()
        if spare > few:
            cursor.execute(SUM_UP)
