"""How long search takes over a million statements, for words that all have, many have, few have and none has.

    python -m tests.bench search [--statements 1000000] [--rounds 3]

Prints milliseconds of the page as the public and as a mediator, and what the words cost when statements are inserted.
It works in a database of its own, on the server of DATABASE_URL, or on an embedded one where that is not set.
"""

import argparse
import re
import statistics
import time
from urllib.parse import quote

from tests.bench.as_of import FILL
from tests.bench.database import own_database
from tests.bench.sweep import run

# Statements get a text of some thirty words, of which the first are in all, and the others in ever fewer.
TEXT = """
'The municipality reported on the implementation of article ' || n %% 40 || ' in ' ||
(ARRAY['Mitrovica', 'Zvečan', 'Leposavić', 'Zubin Potok', 'Gračanica', 'Štrpce', 'Kamenicë'])[1 + n %% 7] ||
', where ' || n %% 97 || ' officers and ' || n %% 389 || ' judges returned. ' ||
CASE WHEN n %% 10 = 0 THEN 'The license plates were exchanged. ' ELSE '' END ||
CASE WHEN n %% 1000 = 0 THEN 'Energy corridors were discussed. ' ELSE '' END ||
CASE WHEN n %% 100000 = 0 THEN 'A hydroelectric dam is named. ' ELSE '' END ||
'Word' || md5((n %% 50000)::text) || ' was noted by the joint committee in its session.'
"""
SAY = f"""
INSERT INTO obligations_statement (%(columns)s)
SELECT c.agreement_id, c.id, 'finding', 1, false, '', d.day, d.day + interval '30 hours', {TEXT}, 'example.org/' || n,
    '', t.tier, t.tier, lpad(n::text, 12, '0')
FROM generate_series(%(first)s, %(last)s) AS n
JOIN (SELECT *, row_number() OVER () AS nth, count(*) OVER () AS all_of_them FROM obligations_commitment) c
    ON c.nth = 1 + n %% c.all_of_them,
LATERAL (SELECT date '2023-04-01' + (n * 137 %% 1200)::int AS day) d,
LATERAL (SELECT CASE WHEN n %% 11 = 0 THEN 'mediators' ELSE 'public' END AS tier) t
"""
COLUMNS = """agreement_id, commitment_id, kind, level, not_assessable, conduct, effective_on, recorded_at, reason,
source, import_key, tier, first_tier, key"""
QUERIES = {
    "all have": "municipality",
    "two that all have": "municipality committee",
    "one in ten": "plates",
    "one in a thousand": "corridors",
    "one in 100,000": "hydroelectric",
    "common, never together": "Štrpce Zvečan",
    "beginning of a word": "hydroel",
    "beginning of many": "off",
    "in quotes": '"joint committee in its session"',
    "left out": "corridors -plates",
    "a code": "B-77",
    "none has": "locomotive",
}
AS_BEFORE = "ALTER TABLE obligations_statement DROP COLUMN words; DROP INDEX statement_recorded;"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with own_database():
        measure(options.statements, options.rounds)


def measure(statements: int, rounds: int) -> None:
    from django.test import override_settings

    run(FILL, {"commitments": 1000, "each": 0})
    took = fill(1, statements)
    print(f"inserting {statements:,} statements: {took:.1f} s", flush=True)
    run("VACUUM ANALYZE")
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(
        PUBLIC_READING=True, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False, STORAGES=plain
    ):
        ask(rounds)
    few = statements // 20
    with_words = fill(statements + 1, statements + few)
    run(AS_BEFORE)
    without = fill(statements + few + 1, statements + 2 * few)
    print(f"inserting {few:,} more: {with_words:.1f} s with their words, {without:.1f} s without")


def fill(first: int, last: int) -> float:
    started = time.perf_counter()
    run(SAY % {"columns": COLUMNS, "first": first, "last": last})
    return time.perf_counter() - started


def ask(rounds: int) -> None:
    from django.test import Client

    from agreement.models import Agreement
    from tests import make

    clients = {"public": Client(), "mediator": Client()}
    clients["mediator"].force_login(make.mediator(of=Agreement.objects.get()))
    for name, text in QUERIES.items():
        line = []
        for who, client in clients.items():
            taken = []
            for _round in range(rounds):
                started = time.perf_counter()
                answer = client.get(f"/search/?q={quote(text)}")
                taken.append((time.perf_counter() - started) * 1000)
                assert answer.status_code == 200, answer.status_code
            [found] = re.findall(r">Statements ([^<]+)</a>", answer.content.decode())
            line.append(f"{who} {statistics.median(taken):6.0f} ms (worst {max(taken):5.0f}), {found}")
        print(f"{name:<24} {text:<36} {'; '.join(line)}", flush=True)


if __name__ == "__main__":
    main()
