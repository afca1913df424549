"""The sweep: flags what became overdue, in batches, until nothing is left.

One batch is one statement, its entries in the ledger, and one transaction. The statement locks rows that can be flagged
and that nobody else has locked, commitments and the times that recurring ones are due, marks them and opens their
breaches. The marker on the locked row is what lets several sweeps run at once: a row that another one marked no longer
matches when its lock comes free. Who is told of it reads the ledger (`obligations.delivery`).
"""

from datetime import datetime

from django.db import connection, transaction

from agreement.ledger import enter
from obligations.commands import turns
from obligations.deadlines.moment import STILL
from obligations.models import SweepRun
from obligations.status.reading import MEDIATORS_BIT
from parties.access import Viewer

BATCH = 5_000
WORKER = Viewer()

FLAG_A_BATCH = """
WITH due AS (
    SELECT id FROM obligations_commitment
    WHERE overdue_since IS NULL AND flag_at <= %(now)s AND life = 'active'
    ORDER BY flag_at, id
    LIMIT %(batch)s
    FOR UPDATE SKIP LOCKED
), due_again AS (
    SELECT period.id FROM obligations_period AS period
    JOIN obligations_commitment AS owed ON owed.id = period.commitment_id
    WHERE period.overdue_since IS NULL AND period.flag_at <= %(now)s AND owed.life = 'active'
    ORDER BY period.flag_at, period.id
    LIMIT %(batch)s
    -- The commitment too: whoever records a finding locks it first, and then its periods.
    FOR UPDATE OF period SKIP LOCKED
    FOR KEY SHARE OF owed SKIP LOCKED
), marked_commitments AS (
    UPDATE obligations_commitment AS c SET overdue_since = c.flag_at
    FROM due WHERE c.id = due.id
    RETURNING c.agreement_id, c.id AS commitment_id, NULL::bigint AS period_id, c.cycle, c.overdue_since,
        c.opening_statement_id, c.undone_statement_id, c.opening_reading_id
), marked_periods AS (
    UPDATE obligations_period AS o SET overdue_since = o.flag_at
    FROM due_again, obligations_commitment AS c WHERE o.id = due_again.id AND c.id = o.commitment_id
    RETURNING c.agreement_id, o.commitment_id, o.id AS period_id, o.cycle, o.overdue_since,
        o.opening_statement_id, o.undone_statement_id, o.opening_reading_id
), marked AS (
    SELECT * FROM marked_commitments UNION ALL SELECT * FROM marked_periods
), opened AS (
    INSERT INTO obligations_breach
        (agreement_id, commitment_id, period_id, cycle, overdue_since, opened_at, outcome,
        opening_statement_id, undone_statement_id, opening_reading_id)
    SELECT agreement_id, commitment_id, period_id, cycle, overdue_since, %(now)s, '',
        opening_statement_id, undone_statement_id, opening_reading_id
    FROM marked
    ON CONFLICT DO NOTHING
    RETURNING id, agreement_id, commitment_id
), revised AS (
    -- Mediators see when a breach was flagged.
    INSERT INTO obligations_revision (agreement_id, mask, changes)
    SELECT DISTINCT agreement_id, %(mediators)s::bigint, 1 FROM opened
)
SELECT (SELECT count(*) FROM marked), agreement_id, count(DISTINCT commitment_id), array_agg(id ORDER BY id)
FROM opened GROUP BY agreement_id
UNION ALL SELECT (SELECT count(*) FROM marked), NULL, 0, '{}'
ORDER BY 2
"""


def flag_batch(now: datetime, batch: int) -> int:
    """Flag at most `batch` commitments, and as many times that others are due, in a transaction; how many it were."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FLAG_A_BATCH, {"now": now, "batch": batch, "mediators": MEDIATORS_BIT})
        found: list[tuple[int, int | None, int, list[int]]] = cursor.fetchall()
        for _marked, agreement_id, commitments, breaches in found:
            if agreement_id is not None:
                enter(
                    agreement_id=agreement_id,
                    actor=WORKER,
                    now=now,
                    command="flag_overdue",
                    subject=f"{commitments} commitments",
                    after={"breaches": breaches},
                )
    return found[0][0]


# Breaches as audiences see them: of most commitments just what is flagged above, but for hidden findings.
LOCK_A_BATCH = """
SELECT id FROM obligations_commitment WHERE id IN (
    SELECT commitment_id FROM obligations_breachstatus
    WHERE NOT is_told AND known_until = %(still)s AND closed_at IS NULL AND overdue_since <= %(now)s
        AND shown_from <= %(now)s AND shown_until > %(now)s
    ORDER BY overdue_since LIMIT %(batch)s
) FOR UPDATE SKIP LOCKED
"""


def tell_batch(now: datetime, batch: int = BATCH) -> int:
    """Enter which breaches opened, and for whom, of at most `batch` commitments, in a transaction; of how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK_A_BATCH, {"now": now, "batch": batch, "still": STILL})
        keys = [key for (key,) in cursor.fetchall()]
        if keys:
            turns.turn(keys, now, opens=True)
    return len(keys)


def sweep(now: datetime, batch: int = BATCH) -> int:
    """Flag all that is overdue at `now`; how many clocks it were. What is already flagged stays as it is."""
    total = 0
    while flagged := flag_batch(now, batch):
        total += flagged
    while tell_batch(now, batch):
        pass
    return total


def record_run(started_at: datetime, finished_at: datetime, flagged: int) -> None:
    """Note that a sweep came to its end: the pages show how fresh the flags are."""
    SweepRun.objects.create(started_at=started_at, finished_at=finished_at, flagged=flagged)
