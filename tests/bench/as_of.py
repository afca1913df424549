"""How long the compliance dashboard and its rows take as of another day, beside today.

    python -m tests.bench as_of [--commitments 100000] [--statements 1000000] [--rounds 3]

Prints the seconds of each page, round by round, and how many times as long another day takes. It works in a database of
its own, on the server of DATABASE_URL, or on an embedded one where that is not set.
"""

import argparse
import statistics
import time

from tests.bench.database import own_database
from tests.bench.sweep import run

FILL = """
INSERT INTO parties_party (code, name, mark) VALUES ('alpha', 'Alpha', 1), ('beta', 'Beta', 2);
INSERT INTO agreement_agreement (code, title, short_title, time_zone, convention, due_soon_days, review_months,
    footnote, naming, groups, synonyms, pack_digest, notice, sign_off, pack_sign_off)
    VALUES ('bench', 'Bench', 'Bench', 'Europe/Brussels', 'calendar', 30, 6, '', '{}', '[]', '[]', '', '', '{}', '{}');
INSERT INTO agreement_instrument (agreement_id, code, kind, title, short_title, derived_from, source, note, place,
    in_pack)
    SELECT id, 'main', 'agreement', 'Main', '', '', '', '', 0, true FROM agreement_agreement;
INSERT INTO agreement_provision (instrument_id, anchor, label, heading, place, in_pack)
    SELECT i.id, 'art_' || n, 'Article ' || n, '', n, true FROM agreement_instrument i, generate_series(1, 40) AS n;
INSERT INTO obligations_obligation (agreement_id, provision_id, code, title, summary, kind, rule, terms, beneficiaries,
    beneficiary_codes, tags, confidence, confidence_note, source, place, in_pack)
    SELECT a.id, p.id, 'B-' || n, 'Bench', '', 'one_off', 'fixed', '{"date": "2024-06-30"}', '{}', '{}', '{}',
    'verified', '', '', n, true
    FROM agreement_agreement a, generate_series(1, %(commitments)s / 2) AS n
    JOIN agreement_provision p ON p.place = 1 + n %% 40;
INSERT INTO obligations_terms (obligation_id, rule, terms, convention, recorded_at, known_since)
    SELECT id, rule, terms, 'calendar', '2023-03-18', '1900-01-01' FROM obligations_obligation;
INSERT INTO obligations_commitment (agreement_id, obligation_id, party_id, share, place, in_pack, life, clock, due_on,
    due_at, in_time_until, flag_at, cycle)
    SELECT o.agreement_id, o.id, p.id, '', 0, true, 'active', 'dated', d.day, d.day + interval '1 day', d.day,
    d.day + interval '1 day', 1
    FROM obligations_obligation o, parties_party p, LATERAL (SELECT date '2023-06-01' + o.place %% 1500 AS day) d;
INSERT INTO obligations_clockspan (commitment_id, known_from, known_until, from_day, until_day, life, clock, due_on,
    due_at, in_time_until)
    SELECT c.id, k.known_from, k.known_until, s.from_day, s.until_day, 'active',
    CASE WHEN s.from_day < '2023-01-01' THEN 'pending' ELSE 'dated' END,
    CASE WHEN s.from_day < '2023-01-01' THEN NULL ELSE c.due_on - k.less END,
    CASE WHEN s.from_day < '2023-01-01' THEN NULL ELSE c.due_at - k.less * interval '1 day' END,
    CASE WHEN s.from_day < '2023-01-01' THEN NULL ELSE c.due_on - k.less END
    FROM obligations_commitment c,
    (VALUES (timestamptz '1900-01-01', timestamptz '2024-05-01', 1),
        (timestamptz '2024-05-01', timestamptz '9999-12-31', 0)) AS k (known_from, known_until, less),
    (VALUES (date '1900-01-01', date '2023-03-18'), (date '2023-03-18', date '9999-12-31')) AS s (from_day, until_day);
INSERT INTO obligations_statement (key, agreement_id, commitment_id, kind, by_id, level, not_assessable, conduct,
    effective_on, recorded_at, reason, source, import_key, tier, first_tier)
    SELECT lpad(to_hex(c.id * 64 + n), 12, '0'), c.agreement_id, c.id, f.kind,
    CASE WHEN f.kind = 'claim' THEN c.party_id END, (c.id * 7 + n * 5) %% 4,
    false, '', f.day, f.day + interval '30 hours', 'Seen.', '', '',
    f.tier, f.tier
    FROM obligations_commitment c, generate_series(1, %(each)s) AS n,
    LATERAL (SELECT CASE WHEN (c.id + n) %% 11 = 0 THEN 'mediators' ELSE 'public' END AS tier,
        CASE WHEN n %% 2 = 0 THEN 'claim' ELSE 'finding' END AS kind,
        date '2023-04-01' + ((c.id * 31 + n * 137) %% 1200)::int AS day) f;
"""
PAGES = {"dashboard": "/compliance/", "rows": "/commitments/"}
DAYS = {
    "today": "",
    "as of 2024-10-01": "as_of=2024-10-01",
    "known on 2024-03-01": "as_of=2024-10-01&known_at=2024-03-01",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--commitments", type=int, default=100_000)
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with own_database():
        measure(options.commitments, options.statements, options.rounds)


def measure(commitments: int, statements: int, rounds: int) -> None:
    from django.test import Client, override_settings

    print(f"filling {commitments:,} commitments with {statements:,} statements", flush=True)
    run(FILL, {"commitments": commitments, "each": statements // commitments})
    run("VACUUM ANALYZE")
    taken: dict[tuple[str, str], list[float]] = {}
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(
        PUBLIC_READING=True, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False, STORAGES=plain
    ):
        client = Client()
        for number in range(1, rounds + 1):
            for page, path in PAGES.items():
                for day, query in DAYS.items():
                    started = time.perf_counter()
                    answer = client.get(f"{path}?agreement=bench&{query}")
                    seconds = time.perf_counter() - started
                    assert answer.status_code == 200, answer.status_code
                    taken.setdefault((page, day), []).append(seconds)
                    print(f"round {number}: {page:<10} {day:<20} {seconds:6.2f} s", flush=True)
    for page in PAGES:
        today = statistics.median(taken[page, "today"])
        for day in DAYS:
            median = statistics.median(taken[page, day])
            print(f"median: {page:<10} {day:<20} {median:6.2f} s, {median / today:.2f} times today's")


if __name__ == "__main__":
    main()
