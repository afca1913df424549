"""How fast the sweep flags, beside one hand-written statement that does the same inserts in the same run.

    make bench      or      python -m tests.bench [--commitments 1000000] [--due 50000] [--rounds 3]

Prints flags a second for both, round by round, and the ratio of the medians. It works in a database of its own, on the
server of DATABASE_URL, or on an embedded one where that is not set.
"""

import argparse
import statistics
import time
from datetime import UTC, datetime
from typing import Any

from tests.bench.database import own_database

# Copies of the one obligation and the one commitment that there are, with other days.
FILL = """
INSERT INTO obligations_obligation ({obligation}) SELECT {obligation} FROM (
    SELECT copy.* FROM obligations_obligation o, generate_series(2, %(commitments)s) n,
    LATERAL jsonb_populate_record(o, jsonb_build_object(
        'id', nextval(pg_get_serial_sequence('obligations_obligation', 'id')), 'code', 'B-' || n, 'place', n)) copy
) copies;
INSERT INTO obligations_commitment ({commitment}) SELECT {commitment} FROM (
    SELECT copy.* FROM obligations_obligation o, obligations_commitment c,
    LATERAL (SELECT CASE WHEN o.place %% %(each)s = 0 THEN date '2024-01-01' ELSE date '2030-01-01' END AS day) d,
    LATERAL jsonb_populate_record(c, jsonb_build_object(
        'id', nextval(pg_get_serial_sequence('obligations_commitment', 'id')), 'secret', left(md5(o.id::text), 12),
        'obligation_id', o.id, 'due_on', d.day, 'due_at', d.day + interval '1 day', 'flag_at', d.day + interval '1 day'
    )) copy WHERE o.id <> c.obligation_id) copies;
"""

# The same rows, written by hand for this one state of the data: no locks, no batches, no conflict to expect.
BY_HAND = """
WITH marked AS (
    UPDATE obligations_commitment SET overdue_since = flag_at
    WHERE overdue_since IS NULL AND flag_at <= %(now)s AND life = 'active'
    RETURNING id, agreement_id, cycle, overdue_since
), opened AS (
    INSERT INTO obligations_breach (agreement_id, commitment_id, cycle, overdue_since, opened_at, outcome)
    SELECT agreement_id, id, cycle, overdue_since, %(now)s, '' FROM marked RETURNING id, agreement_id
)
INSERT INTO agreement_ledgerentry (agreement_id, at, command, subject, before, after, reason, request_id, content)
SELECT agreement_id, %(now)s, 'flag_overdue', '', '{}', jsonb_build_object('breaches', jsonb_agg(id)), '', '', ''
FROM opened GROUP BY agreement_id
"""

UNDO = """
DELETE FROM obligations_breach;
UPDATE obligations_commitment SET overdue_since = NULL WHERE overdue_since IS NOT NULL;
"""

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    options = parsed()
    with own_database():
        measure(options.commitments, options.due, options.rounds)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--commitments", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=50_000, help="how many of them are newly due")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def measure(commitments: int, due: int, rounds: int) -> None:
    from obligations.flagging import sweep
    from obligations.models import Commitment, Obligation
    from tests import make

    print(f"filling {commitments:,} commitments, {due:,} of them newly due", flush=True)
    agreement = make.agreement("bench", time_zone="UTC")
    make.mediator(of=agreement)
    make.commitment("B-1", of=agreement, days=30)
    columns = {"obligation": written(Obligation), "commitment": written(Commitment)}
    run(FILL.format(**columns), {"commitments": commitments, "each": commitments // due})
    run("VACUUM ANALYZE")
    rates: dict[str, list[float]] = {"sweep": [], "by hand": []}
    for number in range(1, rounds + 1):
        # Turn about, so that neither always comes first after the clean-up.
        for name in ("sweep", "by hand") if number % 2 else ("by hand", "sweep"):
            started = time.perf_counter()
            flagged = sweep(NOW) if name == "sweep" else by_hand()
            rates[name].append(flagged / (time.perf_counter() - started))
            print(
                f"round {number}: {name:<8} {flagged:,} flags, {rates[name][-1]:>10,.0f} flags/s", flush=True
            )
            clean_up()
    ours, theirs = (statistics.median(rates[name]) for name in ("sweep", "by hand"))
    print(f"median: sweep {ours:,.0f} flags/s, by hand {theirs:,.0f} flags/s, ratio {ours / theirs:.2f}")


def written(model: Any) -> str:
    """The columns of a model's table, but for those that the database makes of others."""
    return ", ".join(one.column for one in model._meta.concrete_fields if not one.generated)


def run(statements: str, values: dict[str, int] | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statements, values)


def by_hand() -> int:
    from django.db import connection, transaction

    from obligations.models import Breach

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BY_HAND, {"now": NOW})
    return Breach.objects.count()


def clean_up() -> None:
    run(UNDO)
    run("VACUUM ANALYZE obligations_commitment")


if __name__ == "__main__":
    main()
