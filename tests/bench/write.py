"""How long it takes to write much at once, and how long the database works on one finding.

    python -m tests.bench write [pack] [sheet] [trigger] [finding] [--hanging 10000] [--rows 1000] [--findings 300]

A pack of 1,600 commitments is loaded, a sheet of findings on a thousand of them is previewed, a trigger on which ten
thousand commitments hang gets its date, and findings are recorded one by one: of these, the time in the cursors'
`execute` is counted. Parts that are named are done alone. It works in a database of its own, on the server of
DATABASE_URL, or on an embedded one where that is not set.
"""

import argparse
import datetime as dt
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.database import own_database

COMMITMENTS = 1_600
WAITING = "T-LATER"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all of them where none is named")
    parser.add_argument("--hanging", type=int, default=10_000, help="commitments that hang on the trigger")
    parser.add_argument("--rows", type=int, default=1_000, help="of the sheet")
    parser.add_argument("--findings", type=int, default=300, help="that are recorded one by one")
    options = parser.parse_args()
    for name in options.parts or PARTS:
        with own_database():
            PARTS[name](options)


def of_commitments(number: int, code: str) -> dict[str, Any]:
    """A pack of so many commitments, of every kind of time limit; each obligation is owed by two parties."""
    from tests.bench import packs

    values = packs.made(number // 2, code)
    for place, entry in enumerate(values["obligations"]):
        entry["obligors"] = sorted(packs.PARTIES[(place + more) % 4] for more in (0, 1))
    return values


def load(values: dict[str, Any]) -> Any:
    from agreement.models import Agreement
    from agreement.packs.read import read_pack
    from obligations.packs.load import load_pack
    from parties.access import PUBLIC_VIEWER

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pack.yaml"
        file.write_text(json.dumps(values))
        pack = read_pack(file)
        load_pack(pack=pack, actor=PUBLIC_VIEWER, now=dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC))
    return Agreement.objects.get(code=pack.agreement.code)


def of_a_pack(options: argparse.Namespace) -> None:
    from tests.bench.packs import timed

    values = of_commitments(COMMITMENTS, "bench")
    timed(f"pack of {COMMITMENTS:,} commitments", lambda: load(values))


def of_a_sheet(options: argparse.Namespace) -> None:
    """Findings of every level on commitments of every kind, some of which were spoken of before."""
    from agreement.viewers import viewer_for
    from obligations.bulk.run import preview, record
    from obligations.bulk.sheet import Row
    from obligations.models import Commitment
    from tests import make
    from tests.bench.packs import timed

    agreement = load(of_commitments(COMMITMENTS, "bench"))
    viewer = viewer_for(make.mediator(of=agreement))
    owed = list(
        Commitment.objects.filter(agreement=agreement).select_related("obligation", "party").order_by("pk")
    )
    rows = []
    for number in range(options.rows):
        one = owed[number % len(owed)]
        measure = (
            {"conduct": "kept with incidents"}
            if one.obligation.has_conduct
            else {"level": str(number // 10 % 4)}
        )
        cells = {
            "obligation": one.obligation.code,
            "party": one.party.code,
            "effective_on": str(dt.date(2025, 1, 1) + dt.timedelta(days=number % 300)),
            "reason": f"Seen at visit {number}.",
            "tier": "public" if number % 3 else "parties",
        }
        rows.append(Row(number + 2, cells | measure, {}))
    result = timed(f"preview of {options.rows:,} rows", lambda: preview(agreement, rows, viewer, make.NOW))
    assert not result.wrong, result.wrong[0].errors
    done = timed(
        f"recording of {options.rows:,} rows",
        lambda: record(agreement=agreement, rows=rows, actor=viewer, now=make.NOW, shown=result.digest),
    )
    assert done.number_recorded == options.rows


def of_a_trigger(options: argparse.Namespace) -> None:
    from agreement.models import Trigger
    from agreement.viewers import viewer_for
    from normalization_tracker.celery import look_for_garbage_less
    from obligations.commands import set_trigger_date
    from obligations.commands.triggers import work_out_dates
    from tests import make
    from tests.bench.packs import timed

    values = of_commitments(options.hanging, "bench")
    values["triggers"].append({"code": WAITING, "label": "The last phase begins", "date": None})
    for place, entry in enumerate(values["obligations"]):
        entry.pop("gates", None)
        days = {"rule": "working_days_after", "working_days": 10 + place % 50, "trigger": WAITING}
        entry |= {"kind": "one_off", "deadline": days}
    agreement = load(values)
    trigger = Trigger.objects.get(agreement=agreement, code=WAITING)
    viewer = viewer_for(make.mediator(of=agreement))
    said: dict[str, Any] = {"trigger": trigger, "actor": viewer, "reason": "The panel met."}

    look_for_garbage_less()  # as the worker does, whose work this is

    def act(day: dt.date, now: dt.datetime) -> None:
        set_trigger_date(occurred_on=day, now=now, **said)
        work_out_dates(lambda: now)

    for later in (0, 1):  # the second one corrects the first
        day, now = dt.date(2026, 1, 15 + later), make.NOW + dt.timedelta(hours=later)
        timed(f"date of {options.hanging:,} commitments", partial(act, day, now))
    assert trigger.dates.count() == 2


def of_a_finding(options: argparse.Namespace) -> None:
    from django.db import connection

    from tests.bench.ledger import commands_of

    command = commands_of("finding", 400)
    taken: list[float] = []
    asked: list[int] = []
    for number in range(options.findings):
        seconds: list[float] = []
        with connection.execute_wrapper(counting(seconds)):
            command(number)
        taken.append(sum(seconds))
        asked.append(len(seconds))
    print(
        f"a finding: {1000 * statistics.median(taken):.2f} ms of the database,"
        f" {statistics.median(asked):.0f} statements in the middle"
    )


def counting(seconds: list[float]) -> Callable[..., Any]:
    """What takes the time of each statement into the list."""

    def around(execute: Callable[..., Any], *given: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*given)
        finally:
            seconds.append(time.perf_counter() - started)

    return around


PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "pack": of_a_pack,
    "sheet": of_a_sheet,
    "trigger": of_a_trigger,
    "finding": of_a_finding,
}

if __name__ == "__main__":
    main()
