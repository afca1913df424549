"""How many commands a second many threads enter in one chain, and how fast that chain is verified.

    python -m tests.bench ledger [--threads 32] [--commands 5000] [--commitments 400] [--kind claim|finding] [--durable]

Each command is a real `record_claim` or `record_finding`, in a transaction and on a connection of its thread. All are
of one agreement, and so of one chain. Prints commands a second, and then what `verifyledger` says. It works in a
database of its own, on the server of DATABASE_URL, or on an embedded one where that is not set: one that does not wait
for the disk, unless `--durable` is given.
"""

import argparse
import itertools
import statistics
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.bench.database import own_database


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--commands", type=int, default=5_000)
    parser.add_argument("--commitments", type=int, default=400)
    parser.add_argument("--kind", choices=("claim", "finding"), default="claim")
    parser.add_argument("--durable", action="store_true", help="wait for the disk at each commit")
    options = parser.parse_args()
    with own_database():
        measure(options)


def measure(options: argparse.Namespace) -> None:
    from django.core.management import call_command
    from django.db import connection

    if options.durable:
        wait_for_the_disk()
    command = commands_of(options.kind, options.commitments)
    numbers, taken = itertools.count(), []
    lock = threading.Lock()

    def work() -> None:
        try:
            while (number := next(numbers)) < options.commands:
                started = time.perf_counter()
                command(number)
                with lock:
                    taken.append(time.perf_counter() - started)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(options.threads)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    print(
        f"{len(taken):,} {options.kind}s by {options.threads} threads in {seconds:.1f} s:"
        f" {len(taken) / seconds:,.0f} commands/s; each took {1000 * statistics.median(taken):.0f} ms in the middle"
    )
    call_command("verifyledger")


def wait_for_the_disk() -> None:
    """As a production server does."""
    from django.db import connection

    from tests.ledger.data import superuser

    with superuser() as cursor:
        cursor.connection.rollback()
        cursor.connection.autocommit = True
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"ALTER SYSTEM SET {setting} = on")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.connection.autocommit = False
    connection.close()


def commands_of(kind: str, commitments: int) -> Callable[[int], Any]:
    """The nth command: about one commitment after another."""
    from agreement.viewers import viewer_for
    from obligations.commands import record_claim, record_finding
    from obligations.models import Commitment
    from tests import make
    from tests.bench.packs import loaded
    from tests.ledger.data import take_over

    agreement = loaded(commitments)
    rows = Commitment.objects.filter(agreement=agreement, obligation__rule="days_after").order_by("pk")
    owed = list(rows.select_related("agreement", "obligation", "party"))  # as a page has them
    mediator = viewer_for(make.mediator(of=agreement))
    parties = {
        party.pk: viewer_for(make.representative(party, agreement))
        for party in agreement.parties.filter(participations__kind="party")
    }
    take_over()
    since = date(2024, 1, 1)

    def command(number: int) -> Any:
        commitment = owed[number % len(owed)]
        said: dict[str, Any] = {
            "commitment": commitment,
            "now": make.NOW + timedelta(seconds=number),
            "effective_on": since + timedelta(days=number % 700),
            "reason": f"The works of phase {number} are finished, as the minutes of the panel say.",
            "level": number % 4,
            "tier": "public",
        }
        if kind == "claim":
            return record_claim(actor=parties[commitment.party_id], **said)
        return record_finding(actor=mediator, **said)

    return command


if __name__ == "__main__":
    main()
