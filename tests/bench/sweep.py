"""How fast the sweep flags, beside one hand-written statement that does the same inserts in the same run.

    make bench      or      python -m tests.bench [--commitments 1000000] [--due 50000] [--rounds 3]

Prints flags a second for both, round by round, and the ratio of the medians. It works in a database of its own, on the
server of DATABASE_URL, or on an embedded one where that is not set.
"""

import argparse
import statistics
import time
from datetime import UTC, datetime

from tests.bench.database import own_database

FILL = """
INSERT INTO parties_party (code, name, mark) VALUES ('alpha', 'Alpha', 1);
INSERT INTO agreement_agreement (code, title, short_title, time_zone, convention, due_soon_days, review_months,
    footnote, naming, groups, synonyms, pack_digest, notice, sign_off, pack_sign_off)
    VALUES ('bench', 'Bench', 'Bench', 'UTC', 'calendar', 30, 6, '', '{}', '[]', '[]', '', '', '{}', '{}');
INSERT INTO agreement_instrument (agreement_id, code, kind, title, short_title, derived_from, source, note, place,
    in_pack)
    SELECT id, 'main', 'agreement', 'Main', '', '', '', '', 0, true FROM agreement_agreement;
INSERT INTO agreement_provision (instrument_id, anchor, label, heading, place, in_pack)
    SELECT id, 'art_1', 'Article 1', '', 0, true FROM agreement_instrument;
INSERT INTO parties_user (key, session_epoch, password, is_superuser, email, name, is_staff, is_active, date_joined)
    VALUES ('bench', '', '', false, 'mediator@bench.invalid', '', false, true, now());
INSERT INTO agreement_mandate (user_id, agreement_id, role, clearance)
    SELECT u.id, a.id, 'mediator', 'public' FROM parties_user u, agreement_agreement a;
INSERT INTO obligations_obligation (agreement_id, provision_id, code, title, summary, kind, rule, terms, beneficiaries,
    beneficiary_codes, tags, confidence, confidence_note, source, place, in_pack)
    SELECT a.id, p.id, 'B-' || n, 'Bench', '', 'one_off', 'fixed', '{}', '{}', '{}', '{}', 'verified', '', '', n, true
    FROM agreement_agreement a, agreement_provision p, generate_series(1, %(commitments)s) AS n;
INSERT INTO obligations_commitment (secret, agreement_id, obligation_id, party_id, share, place, in_pack, life, clock,
    due_on, due_at, flag_at, cycle)
    SELECT left(md5(o.id::text), 12), o.agreement_id, o.id, p.id, '', 0, true, 'active', 'dated', d.day,
    d.day + interval '1 day', d.day + interval '1 day', 1
    FROM obligations_obligation o, parties_party p,
    LATERAL (SELECT CASE WHEN o.place %% %(each)s = 0 THEN date '2024-01-01' ELSE date '2030-01-01' END AS day) d;
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

    print(f"filling {commitments:,} commitments, {due:,} of them newly due", flush=True)
    run(FILL, {"commitments": commitments, "each": commitments // due})
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
