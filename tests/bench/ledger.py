"""How many commands a second many threads enter in one chain, and how fast that chain is verified.

    python -m tests.bench ledger [--threads 32] [--processes 1] [--commands 5000] [--commitments 400]
        [--kind claim|finding] [--durable]

Each command is a real `record_claim` or `record_finding`, in a transaction and on a connection of its thread. All are
of one agreement, and so of one chain. The threads are shared out among the processes, as a deployment's are among its
web servers: Python runs one thread of a process at a time. Prints commands a second, what Python worked on each and how
long each took, and then what `verifyledger` says. It works in a
database of its own, on the server of DATABASE_URL, or on an embedded one where that is not set: one that does not wait
for the disk, unless `--durable` is given.
"""

import argparse
import multiprocessing
import statistics
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from tests.bench.database import own_database


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--processes", type=int, default=1, help="among which the threads are shared out")
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
    command, number = commands_of(options.kind, options.commitments), options.processes
    connection.close()  # none is shared with a process that is forked
    forked = multiprocessing.get_context("fork")
    said = forked.SimpleQueue()

    def work(first: int) -> None:
        said.put(done(command, range(first, options.commands, number), options.threads // number))

    processes = [forked.Process(target=work, args=(first,)) for first in range(number)]
    started = time.perf_counter()
    for process in processes:
        process.start()
    parts = [said.get() for _process in processes]
    seconds = time.perf_counter() - started
    taken, worked = [one for part, _worked in parts for one in part], sum(worked for _part, worked in parts)
    assert len(taken) == options.commands, "a process ended before its commands"
    print(
        f"{len(taken):,} {options.kind}s by {options.threads} threads of {number} processes in {seconds:.1f} s:"
        f" {len(taken) / seconds:,.0f} commands/s; Python worked {1000 * worked / len(taken):.2f} ms on each, and it"
        f" took {1000 * statistics.median(taken):.0f} ms in the middle"
    )
    call_command("verifyledger")


def done(command: Callable[[int], Any], numbers: Iterable[int], threads: int) -> tuple[list[float], float]:
    """The seconds that each command took, by so many threads of this process, and those that it worked itself."""
    from django.db import connection

    waiting, taken, worked = iter(numbers), list[float](), time.process_time()

    def work() -> None:
        try:
            for number in waiting:
                started = time.perf_counter()
                command(number)
                taken.append(time.perf_counter() - started)
        finally:
            connection.close()

    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return taken, time.process_time() - worked


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
