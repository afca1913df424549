"""Whether a follower and a webhook are told of everything, once and in order, while many write.

    python -m tests.bench stream [--statements 10000] [--writers 16] [--rows 1000]

So many writers record findings at once, and one more a sheet of findings in a single transaction. Meanwhile a follower
reads `/api/v1/changes/` of a web server on from its cursor, and a worker's loop tells a webhook, whose receiver is a
server as well. Prints what each was told, and for how long after the last commit. It works in a database of its own, on
the server of DATABASE_URL, or on an embedded one where that is not set.
"""

import argparse
import json
import os
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from tests.bench.database import own_database
from tests.bench.driven import HOSTS, server


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--rows", type=int, default=1_000, help="of the sheet")
    options = parser.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.bench.served", "PUBLIC_READING": "1"}
    os.environ |= {"ALLOWED_HOSTS": f"localhost,127.0.0.1,{HOSTS}", "RATE_ANONYMOUS": ""}
    os.environ |= {"WEBHOOKS_INSIDE": "1", "SITE_ADDRESS": "http://127.0.0.1"}
    with own_database():
        measure(options.statements // options.writers, options.writers, options.rows)


def measure(each: int, writers: int, rows: int) -> None:
    from django.utils import timezone

    from agreement.viewers import viewer_for
    from obligations.commands.webhooks import make_webhook
    from tests import make
    from tests.delivery.receiver import receiving

    mediator = viewer_for(make.mediator())
    owed = [make.commitment(f"O-{number}") for number in range(max(writers, 1) + 100)]
    with receiving() as receiver, server() as address:
        make_webhook(
            agreement=make.agreement(), url=receiver.url, kinds=(), actor=mediator, now=timezone.now()
        )
        follower, done = Follower(address), threading.Event()
        around = begun([follower.go_on, tell], done)
        began = time.perf_counter()
        acts = [partial(findings, one, each, mediator) for one in owed[:writers]]
        for thread in begun([*acts, partial(sheet, owed[writers:], rows, mediator)]):
            thread.join()
        seconds, total = time.perf_counter() - began, each * writers + rows
        print(f"{total:,} statements by {writers + 1} writers in {seconds:,.0f} s", flush=True)
        readers: dict[str, Callable[[], list[str]]] = {
            "the follower": follower.told,
            "the webhook": lambda: ids(receiver.came),
        }
        for name, told in readers.items():
            until(partial(has_all, told, total), name)
            print(
                f"{name} has all {time.perf_counter() - began - seconds:,.0f} s after the last commit",
                flush=True,
            )
        done.set()
        for thread in around:
            thread.join()
        wanted = all_there_is(mediator)
        assert len(wanted) == total, len(wanted)
        for name, told in readers.items():
            report(name, told(), wanted)


def begun(acts: Iterable[Callable[[], None]], over: threading.Event | None = None) -> list[threading.Thread]:
    """A thread each; where there is an `over`, each act is done again and again until then."""
    from django.db import connections

    def run(act: Callable[[], None]) -> None:
        try:
            act()
            while over is not None and not over.wait(0.2):
                act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,), daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    return threads


def findings(owed: Any, number: int, actor: Any) -> None:
    from django.utils import timezone

    from obligations.commands import record_finding
    from parties.access import Tier

    said = {"commitment": owed, "tier": Tier.PUBLIC, "effective_on": date(2025, 1, 1), "actor": actor}
    for turn in range(number):
        now = timezone.now()
        record_finding(level=turn % 3, reason=f"Seen at visit {turn}.", now=now, **said)


def sheet(owed: list[Any], number: int, actor: Any) -> None:
    """All in one transaction, that begins with the first of the others and commits when many of theirs are there."""
    from django.utils import timezone

    from obligations.bulk.run import preview, record
    from obligations.bulk.sheet import Row
    from tests import make

    rows = [
        Row(
            turn + 2,
            {
                "obligation": owed[turn % len(owed)].obligation.code,
                "party": owed[turn % len(owed)].party.code,
                "level": str(turn % 3),
                "effective_on": "2025-01-01",
                "reason": f"Seen at visit {turn}.",
                "tier": "public",
            },
            {},
        )
        for turn in range(number)
    ]
    shown = preview(make.agreement(), rows, actor, timezone.now())
    assert not shown.wrong, shown.wrong[0].errors
    record(agreement=make.agreement(), rows=rows, actor=actor, now=timezone.now(), shown=shown.digest)


class Follower:
    """Asks on from the cursor of the last answer."""

    def __init__(self, address: str) -> None:
        self.address, self.cursor = address, ""
        self.met: list[str] = []
        self.go_on()
        self.met.clear()

    def go_on(self) -> None:
        while True:
            after = f"&after={self.cursor}" if self.cursor else ""
            asked = f"{self.address}/api/v1/changes/?limit=500{after}"
            with urllib.request.urlopen(asked, timeout=60) as answer:
                page = json.load(answer)
            self.met += [one["id"] for one in page["results"]]
            self.cursor = page["cursor"]
            if page["next"] is None:
                return

    def told(self) -> list[str]:
        return list(self.met)


def tell() -> None:
    """What a worker does each minute."""
    from django.utils import timezone

    from obligations.delivery import webhooks

    webhooks.gather(timezone.now())
    webhooks.deliver(timezone.now)


def ids(came: list[tuple[str, dict[str, str], str]]) -> list[str]:
    return [headers["webhook-id"] for _path, headers, _said in list(came)]


def all_there_is(viewer: Any) -> list[str]:
    """Of statements, in the order of the commits."""
    from django.utils import timezone

    from obligations.delivery.stream import read

    places, found, more = dict[int, tuple[int, int]](), list[str](), True
    while more:
        page = read(viewer, timezone.now(), places, kinds=["statement"], limit=1_000)
        places, more = page.places, page.more
        found += [one.id for one in page.changes]
    return found


def has_all(told: Callable[[], list[str]], total: int) -> bool:
    return len(set(told())) >= total


def until(condition: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + 1_800
    while not condition():
        assert time.monotonic() < ends, f"{what} was not told of all"
        time.sleep(0.2)


def report(name: str, told: list[str], wanted: list[str]) -> None:
    once = list(dict.fromkeys(told))
    kept = "in the order of the commits" if once == wanted else "NOT IN ORDER, or not the same"
    print(f"{name}: {len(once):,} of {len(wanted):,}, {kept}, {len(told) - len(once)} twice", flush=True)
    assert once == wanted


if __name__ == "__main__":
    main()
