"""How fast a whole list is taken away, as lines of JSON, as CSV and as a workbook, and what that takes of memory.

    python -m tests.bench export [--commitments 100000] [--rounds 3]

A web server as the project starts it is asked for all commitments, round by round, as anybody. Prints rows a second
from the first byte asked to the last one read, and the memory of the server's worker before and after, and its most.
It works in a database of its own, on the server of DATABASE_URL, or on an embedded one where that is not set.
"""

import argparse
import io
import os
import statistics
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import IO

from tests.bench.database import own_database
from tests.bench.driven import HOSTS, server
from tests.bench.read import said

TARGETS = {"ndjson": 50_000, "csv": 100_000, "xlsx": 8_000}  # rows a second
FLAT = 64  # MB that a worker may have more in the end
PART = 1024 * 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--commitments", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.bench.served", "PUBLIC_READING": "1"}
    os.environ["ALLOWED_HOSTS"] = f"localhost,127.0.0.1,{HOSTS}"
    with own_database():
        measure(options.commitments, options.rounds)


def measure(commitments: int, rounds: int) -> None:
    from obligations.api.base.files import AT_ONCE
    from tests.bench.copies import Copier, make_alone

    make_alone()
    copier, before, speeds = Copier(), 0, dict[str, list[float]]()
    with server() as address:
        worker = youngest_child(os.getpid())
        # A workbook of more rows is a worker's.
        for number_of, forms in ((min(AT_ONCE, commitments), ("xlsx",)), (commitments, ("ndjson", "csv"))):
            print(f"filling {number_of:,} commitments", flush=True)
            copier.up_to(number_of)
            take(address, "csv", limit=500)
            before = before or memory(worker)
            for form in forms * rounds:
                seconds, size, rows = take(address, form)
                assert rows == number_of, rows
                speeds.setdefault(form, []).append(rows / seconds)
                print(
                    f"{form:<7}{rows / seconds:>10,.0f} rows/s {size / 1e6:>7.1f} MB;"
                    f" the worker has {memory(worker)} MB",
                    flush=True,
                )
        for form, least in TARGETS.items():
            said(f"{form}: {least:,} rows/s", statistics.median(speeds[form]), least, "rows/s")
        more = memory(worker) - before
        said(f"no more than {FLAT} MB of memory beside {before} MB before", more, FLAT, "MB", at_most=True)
        print(f"the most that the worker ever had: {memory(worker, 'VmHWM')} MB")


def take(address: str, form: str, limit: int = 0) -> tuple[float, int, int]:
    """The seconds that a file takes, its bytes and its rows."""
    asked = f"{address}/api/v1/commitments/?format={form}" + (f"&limit={limit}" if limit else "")
    # Kept in memory: a disk that the reader writes to would be measured, too.
    started, parts = time.perf_counter(), []
    with urllib.request.urlopen(asked, timeout=600) as answer:
        while part := answer.read(PART):
            parts.append(part)
    seconds, content = time.perf_counter() - started, b"".join(parts)
    return seconds, len(content), rows_in(io.BytesIO(content), form)


def rows_in(file: IO[bytes], form: str) -> int:
    if form == "xlsx":
        with zipfile.ZipFile(file) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
            return sheet.read().count(b"<row ") - 1
    return sum(1 for _line in file) - (form == "csv")


def youngest_child(pid: int) -> int:
    """The process at the end of the line that begins with the children of one: the worker of the server."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return youngest_child(int(children[-1])) if children else pid


def memory(pid: int, what: str = "VmRSS") -> int:
    """In MB, as the kernel counts it."""
    line = next(one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith(what))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main()
