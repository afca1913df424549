"""A web server as the project starts it, asked by `wrk` as fast as it answers.

`wrk` can give each request a host of its own: an answer is kept under its whole address, so it is in no cache then, and
neither the statement nor its plan differs.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.trials import ROOT, free_port, wait_for

MISSING = "wrk is not in PATH: install it (on Debian: apt-get install wrk), and run this again."
HOSTS = ".bench.invalid"
THREADS = 4  # as the image has
SCRIPT = f"""
local path, fresh, headers, asked = "/", false, {{}}, 0
function init(args)
    path, fresh = args[1], args[2] == "fresh"
    for place = 3, #args - 1, 2 do headers[args[place]] = args[place + 1] end
    math.randomseed(os.time())
    asked = math.random(1, 1000) * 1000000
end
function request()
    if fresh then
        asked = asked + 1
        headers["Host"] = "h" .. asked .. "{HOSTS}"
    end
    return wrk.format("GET", path, headers)
end
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """An address that is asked: `fresh` where no answer to it may be kept."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Speed:
    per_second: float
    milliseconds: float


def require_wrk() -> str:
    return shutil.which("wrk") or sys.exit(MISSING)


@contextmanager
def server() -> Iterator[str]:
    """Granian with one worker on the database of this process. Gives its address."""
    from django.db import connection

    port, name = free_port(), connection.settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}")),
        "DJANGO_SETTINGS_MODULE": "tests.bench.served",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws"]
    command += [
        "--workers",
        "1",
        "--blocking-threads",
        str(THREADS),
        "normalization_tracker.wsgi:application",
    ]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(lambda: ended(process) or answers(f"{address}/livez"), "the web server answers")
            if ended(process):
                log.seek(0)
                raise SystemExit(f"the web server ended:\n{log.read().decode()}")
            yield address
        finally:
            process.terminate()
            process.wait(30)


def ended(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


def answers(address: str) -> bool:
    try:
        return read(address)[0] == 200
    except OSError:
        return False


def read(address: str, headers: dict[str, str] | None = None) -> tuple[int, str, bytes]:
    """The status, the ETag and the body."""
    request = urllib.request.Request(address, headers=headers or {})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.status, answer.headers.get("ETag") or "", answer.read()


def drive(address: str, asked: Asked, connections: int, seconds: int) -> Speed:
    """How many requests a second are answered, and in how many milliseconds half of them."""
    headers = dict(asked.headers)
    if "If-None-Match" in headers:  # of the present quarter of an hour
        headers["If-None-Match"] = read(address + asked.path)[1]
    else:
        read(address + asked.path, headers)  # what is counted once is counted before
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "ask.lua"
        script.write_text(SCRIPT)
        words = [
            asked.path,
            "fresh" if asked.fresh else "same",
            *(w for pair in headers.items() for w in pair),
        ]
        command = [
            require_wrk(),
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "--timeout",
            "30s",
            "--latency",
        ]
        done = subprocess.run(
            [*command, "-s", str(script), address, "--", *words], capture_output=True, text=True, check=True
        )
    said = done.stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{asked.path} was not answered:\n{said}")
    return speed_in(said)


def speed_in(said: str) -> Speed:
    half, unit = re.findall(r"50%\s+([\d.]+)(us|ms|s)\b", said)[0]
    times = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    return Speed(float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0]), float(half) * times[unit])
