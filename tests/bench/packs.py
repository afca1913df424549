"""How long a pack of 1,642 obligations takes: to plan, to load, to write out and to load again.

    python -m tests.bench packs [--obligations 1642]

The pack is made here, of every kind of time limit, with calendars, gates and events; it stands beside the first pack.
It works in a database of its own, on the server of DATABASE_URL, or on an embedded one where that is not set.
"""

import argparse
import datetime as dt
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from tests.bench.database import own_database

T = TypeVar("T")
OHRID = Path(__file__).parents[2] / "agreement" / "packs" / "ohrid-2023"
PARTIES = ("coast", "delta", "hills", "plain")
ARTICLES = 60
LIMITS: tuple[dict[str, Any], ...] = (
    {"rule": "none"},
    {"rule": "fixed", "date": "2024-06-30", "expected_due": "2024-06-30"},
    {"rule": "days_after", "days": 90, "trigger": "T-1"},
    {"rule": "working_days_after", "working_days": 20, "trigger": "T-2"},
    {"rule": "months_after", "months": 6, "trigger": "T-3"},
    {"rule": "weeks_before", "weeks": 2, "trigger": "T-4"},
    {"rule": "immediate", "trigger": "T-5"},
    {"rule": "end_of_period", "period": "2024-Q4"},
    {"rule": "recurring", "rrule": "FREQ=MONTHLY;INTERVAL=3", "first": "2023-03-31"},
    {"rule": "days_after", "days": 30, "after": "PA-0"},
)


def made(obligations: int, code: str = "basin-2022") -> dict[str, Any]:
    """A pack as plain values."""
    start = dt.date(2022, 3, 1)
    return {
        "format": 1,
        "agreement": agreement(code),
        "actors": [
            *(
                {"code": c, "name": c.title(), "role": "party", "mark": n % 6 + 1}
                for n, c in enumerate(PARTIES)
            ),
            {"code": "panel", "name": "Panel", "role": "facilitator", "mark": 5},
        ],
        "groups": [{"code": "households", "label": "Households"}],
        "calendars": [
            {
                "code": party,
                "name": f"Days off of {party.title()}",
                "party": party,
                "library": library,
                "years": [2020, 2040],
            }
            for party, library in zip(PARTIES, ("KE", "UG", "TZ", "RW"), strict=True)
        ],
        "triggers": [
            {"code": f"T-{n}", "label": f"Phase {n} begins", "date": str(start + dt.timedelta(days=40 * n))}
            for n in range(1, 13)
        ],
        "instruments": [instrument(start)],
        "events": [
            {
                "code": f"EV-{n}",
                "date": str(start + dt.timedelta(days=n)),
                "precision": "day",
                "title": f"Meeting {n} of the panel",
                "touches": [f"PA-{n * 7 % obligations}"],
                "source": "minutes of the panel",
            }
            for n in range(min(obligations, 200))
        ],
        "obligations": [obligation(n, obligations) for n in range(obligations)],
    }


def agreement(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "title": "Agreement on the use of the basin",
        "short_title": "Basin 2022",
        "as_of": "2026-01-31",
        "time_zone": "Africa/Nairobi",
        "counting": "eu-1182-71",
        "due_soon_days": 30,
        "review_every": {"months": 6},
    }


def instrument(start: dt.date) -> dict[str, Any]:
    return {
        "code": "main",
        "kind": "agreement",
        "title": "Agreement on the use of the basin",
        "short_title": "Agreement",
        "date": str(start),
        "positions": [{"party": party, "position": "signed", "date": str(start)} for party in PARTIES],
        "provisions": [
            {"anchor": f"art_{n}", "label": f"Article {n}", "heading": f"Matter {n}"} for n in range(ARTICLES)
        ],
    }


def obligation(n: int, obligations: int) -> dict[str, Any]:
    limit = LIMITS[n % len(LIMITS)]
    kind = (
        "recurring" if limit["rule"] == "recurring" else "standing" if limit["rule"] == "none" else "one_off"
    )
    entry: dict[str, Any] = {
        "code": f"PA-{n}",
        "instrument": "main",
        "provision": f"art_{n * ARTICLES // obligations}",
        "title": f"Carry out measure {n} of the plan",
        "summary": f"Measure {n} is carried out as the plan describes it, and told to the panel within the time set. "
        * 2,
        "kind": kind,
        "obligors": sorted({PARTIES[n % 4], PARTIES[n % 3]}),
        "beneficiaries": ["households", PARTIES[(n + 1) % 4]],
        "deadline": limit,
        "tags": [f"chapter_{n % 9}", "water"],
        "indicators": [f"Measure {n} is told to the panel", f"Its works {n} are finished"],
        "confidence": "verified",
    }
    if n % 5 == 4:
        entry["gates"] = [{"obligation": f"PA-{n - 1}"}]
    return entry


def loaded(obligations: int) -> Any:
    """The agreement of such a pack, loaded."""
    from agreement.models import Agreement
    from agreement.packs.read import read_pack
    from obligations.packs.load import load_pack
    from parties.access import PUBLIC_VIEWER

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pack.yaml"
        file.write_text(json.dumps(made(obligations)))
        pack = read_pack(file)
    load_pack(pack=pack, actor=PUBLIC_VIEWER, now=dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC))
    return Agreement.objects.get(code=pack.agreement.code)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--obligations", type=int, default=1_642)
    options = parser.parse_args()
    with own_database(), tempfile.TemporaryDirectory() as folder:
        measure(options.obligations, Path(folder))


def timed(what: str, run: Callable[[], T]) -> T:
    """The time that passes, and of it what this process works itself: the rest is the database, or a busy machine."""
    started, worked = time.perf_counter(), time.process_time()
    result = run()
    passed, own = time.perf_counter() - started, time.process_time() - worked
    print(f"{what:<28} {passed:>7.2f} s, of which {own:>6.2f} s at work here", flush=True)
    return result


def measure(obligations: int, folder: Path) -> None:
    from django.core.management import call_command

    file = folder / "pack.yaml"
    file.write_text(json.dumps(made(obligations)))
    out = folder / "written"

    def run(*words: str) -> str:
        with (folder / "said").open("w+") as said:
            call_command(*words, stdout=said)
            said.seek(0)
            return said.read().splitlines()[-1]

    run("loadpack", str(OHRID))
    print(f"{obligations:,} obligations, in a file of {file.stat().st_size:,} bytes")
    said = [
        timed("plan of the first load", lambda: run("loadpack", "--plan", str(file))),
        timed("first load", lambda: run("loadpack", "--apply", str(file))),
        timed("plan where nothing changes", lambda: run("loadpack", "--plan", str(file))),
        timed("export", lambda: run("exportpack", "basin-2022", str(out))),
        timed("plan of what was exported", lambda: run("loadpack", "--plan", str(out))),
        timed("load of what was exported", lambda: run("loadpack", "--apply", str(out))),
    ]
    values = made(obligations)
    for number, entry in enumerate(values["obligations"]):
        entry["title"] += " again"
        if number % len(LIMITS) == 2:
            entry["deadline"] = entry["deadline"] | {"days": 91}
    values["obligations"] = values["obligations"][:-100]
    values["events"] = []
    file.write_text(json.dumps(values))
    said += [
        timed("plan where all changes", lambda: run("loadpack", "--plan", str(file))),
        timed("load where all changes", lambda: run("loadpack", "--apply", str(file))),
    ]
    print(*said, sep="\n")


if __name__ == "__main__":
    main()
