"""How fast what is read is answered, beside one statement that gives fifty rows as JSON, and at three sizes.

    python -m tests.bench read [--sizes 1000,100000,1000000] [--rounds 3] [--seconds 3]

Each list is asked by `wrk` over 4 and 16 connections, round by round, from a web server as the project starts it, with
all that every request passes. "uncached" lists are asked with a host of its own in each request, so that no answer is
kept; that changes neither statement nor plan. Prints requests a second, the milliseconds of half of them, and the
percentage of the reference; then the time of single pages, again and first after something changed, when nothing that
was counted is kept, and their queries; then which targets hold. It works in a database
of its own, on the server of DATABASE_URL, or on an embedded one where that is not set.
"""

import argparse
import os
import statistics
import time
from dataclasses import dataclass, field
from typing import Any

from tests.bench.database import own_database
from tests.bench.driven import HOSTS, Asked, Speed, drive, read, require_wrk, server

CONNECTIONS = (4, 16)
AGAIN, FIRSTS = 7, 3  # how often a single page is asked: again, and first after a change
FIXED, REFERENCE = "fixed bytes", "one json_agg"
FIRST, LAST, KEPT, SAME = "list, first page", "list, last page", "list, kept answer", "list, 304"
OVERDUE, AS_OF = "overdue, first page", "list as of a day"
DASHBOARD, DESK, DASHBOARD_THEN = "dashboard", "desk", "dashboard as of a day"
DAY = "as_of=2025-06-01"
LIST = "/api/v1/commitments/?limit=50"


@dataclass(slots=True)
class Figures:
    """What was measured at one size."""

    speeds: dict[tuple[str, int], Speed] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    # Of the first after something changed, which finds nothing kept.
    anew: dict[str, float] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="1000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    require_wrk()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.bench.served", "PUBLIC_READING": "1"}
    os.environ["ALLOWED_HOSTS"] = f"localhost,127.0.0.1,{HOSTS}"
    with own_database():
        measure([int(size) for size in options.sizes.split(",")], options.rounds, options.seconds)


def measure(sizes: list[int], rounds: int, seconds: int) -> None:
    from tests import make
    from tests.bench.copies import ALONE, Copier, differences, make_alone

    print(f"making {ALONE:,} commitments by commands", flush=True)
    agreement = make_alone()
    mediator = make.user("desk@bench.invalid", "mediator", agreement)  # type: ignore[arg-type]
    token, copier, found = make.token(mediator), Copier(), {}
    for size in sorted(sizes):
        started = time.perf_counter()
        copier.up_to(size)
        wrong = differences(size)
        taken = time.perf_counter() - started
        print(
            f"\n{size:,} commitments: filled in {taken:.0f} s; the drift check finds {len(wrong)}", flush=True
        )
        found[size] = at(token, mediator, rounds, seconds)
        table(found[size])
    targets(found)


def at(token: str, mediator: Any, rounds: int, seconds: int) -> Figures:
    figures = Figures()
    with server() as address:
        lists = lists_of(token)
        taken: dict[tuple[str, int], list[Speed]] = {}
        for _round in range(rounds):
            for name, asked in lists.items():
                for connections in CONNECTIONS:
                    speed = drive(address, asked, connections, seconds)
                    taken.setdefault((name, connections), []).append(speed)
        figures.speeds = {key: median(speeds) for key, speeds in taken.items()}
        single(address, mediator, figures)
    return figures


def median(speeds: list[Speed]) -> Speed:
    return Speed(
        statistics.median(one.per_second for one in speeds),
        statistics.median(one.milliseconds for one in speeds),
    )


def lists_of(token: str) -> dict[str, Asked]:
    from obligations.models import Commitment

    keys = Commitment.objects.order_by("-pk").values_list("pk", flat=True)
    return {
        FIXED: Asked("/bench/fixed"),
        REFERENCE: Asked("/bench/json-agg"),
        FIRST: Asked(LIST, fresh=True),
        LAST: Asked(f"{LIST}&after={keys[50]}", fresh=True),
        KEPT: Asked(LIST),
        SAME: Asked(LIST, {"If-None-Match": ""}),
        OVERDUE: Asked(f"{LIST}&timeliness=overdue", fresh=True),
        "breaches, first page": Asked("/api/v1/breaches/?limit=50", fresh=True),
        "periods, first page": Asked("/api/v1/periods/?limit=50", fresh=True),
        AS_OF: Asked(f"{LIST}&{DAY}", fresh=True),
        "list of a mediator": Asked(LIST, {"Authorization": f"Token {token}"}, fresh=True),
    }


def single(address: str, mediator: Any, figures: Figures) -> None:
    """Seconds of pages over HTTP, and the queries of each in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    anybody, signed_in = (Client(SERVER_NAME="127.0.0.1") for _one in range(2))
    signed_in.force_login(mediator)
    cookie = {"Cookie": f"sessionid={signed_in.cookies['sessionid'].value}"}
    pages: dict[str, tuple[str, Client, dict[str, str]]] = {
        DASHBOARD: ("/compliance/", anybody, {}),
        DASHBOARD_THEN: (f"/compliance/?{DAY}", anybody, {}),
        DESK: ("/desk/", signed_in, cookie),
        "rows of the dashboard": ("/commitments/", anybody, {}),
        "home": ("/", anybody, {}),
    }
    for name, (path, client, headers) in pages.items():
        anew = [timed(address + path, headers, is_first=True) for _time in range(FIRSTS)]
        figures.anew[name] = statistics.median(anew)
        figures.seconds[name] = statistics.median(timed(address + path, headers) for _time in range(AGAIN))
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        figures.queries[name] = len(queries)


def timed(address: str, headers: dict[str, str], is_first: bool = False) -> float:
    """The seconds of one request; the first one after something changed."""
    from agreement.models import Agreement
    from obligations.commands import statuses

    if is_first:
        statuses.revise(Agreement.objects.get().pk)
    started = time.perf_counter()
    assert read(address, headers)[0] == 200
    return time.perf_counter() - started


def table(figures: Figures) -> None:
    print(f"{'':<24}" + "".join(f"{number:>5} connections: p50, of ref." for number in CONNECTIONS))
    for name in dict.fromkeys(name for name, _connections in figures.speeds):
        line = f"{name:<24}"
        for connections in CONNECTIONS:
            speed = figures.speeds[name, connections]
            share = f"{percent(figures, name, connections):.0f} %"
            line += f"{speed.per_second:>10,.0f}/s {speed.milliseconds:>9.1f} ms {share:>7}"
        print(line)
    for name, seconds in figures.seconds.items():
        anew = f"{1000 * figures.anew[name]:>8,.0f} ms first after a change"
        print(f"{name:<24}{1000 * seconds:>8,.0f} ms {anew} {figures.queries[name]:>6} queries", flush=True)


def percent(figures: Figures, name: str, connections: int, of: str = REFERENCE) -> float:
    return 100 * figures.speeds[name, connections].per_second / figures.speeds[of, connections].per_second


def targets(found: dict[int, Figures]) -> None:
    """Which hold, of those that these sizes can say something about."""
    least, most = found[min(found)], found[max(found)]
    size = f"at {max(found):,}"
    print()
    for connections in CONNECTIONS:
        many = f"{connections} connections {size}"
        for name in (FIRST, LAST):
            said(f"{name}: 65 % of the reference, {many}", percent(most, name, connections), 65, "%")
        said(f"304 beside 200, {many}", percent(most, SAME, connections, FIRST), 100, "%")
        said(f"{KEPT}: 150 % of the reference, {many}", percent(most, KEPT, connections), 150, "%")
        said(f"{AS_OF}: a third of today's, {many}", percent(most, AS_OF, connections, FIRST), 100 / 3, "%")
        for name, _connections in (key for key in most.speeds if key[1] == connections):
            share = 100 * most.speeds[name, connections].per_second
            share /= least.speeds[name, connections].per_second
            said(f"{name}: half of what it is at {min(found):,}, {many}", share, 50, "%")
    for name, limit in {DASHBOARD: 0.5, DESK: 0.3}.items():
        said(f"{name} in {limit} s {size}", most.seconds[name], limit, "s", at_most=True)
        said(f"{name}, first after a change, in {limit} s {size}", most.anew[name], limit, "s", at_most=True)
    times = most.seconds[DASHBOARD_THEN] / most.seconds[DASHBOARD]
    said(f"{DASHBOARD_THEN}: three times today's {size}", times, 3, "times", at_most=True)
    same = all(one.queries == least.queries for one in found.values())
    print(f"{'holds' if same else 'FAILS'}  the same number of queries at every size")


def said(what: str, value: float, limit: float, unit: str, at_most: bool = False) -> None:
    holds = value <= limit if at_most else value >= limit
    print(f"{'holds' if holds else 'FAILS'}  {what}: {value:.2f} {unit}")


if __name__ == "__main__":
    main()
