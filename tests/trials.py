"""A trial in a process of its own, as `make run` starts it: real servers, a real worker, a real web server."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

ROOT = Path(__file__).resolve().parent.parent
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "HTTPS", "TRIAL", "MAKELEVEL")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UP = (sys.executable, "manage.py", "up")
PATIENCE = 300  # seconds, far above what anything here takes


def wait_for(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Returns as soon as the condition holds; fails the test when it still does not after the patience."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience:.0f} s: {what}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(folder: Path) -> set[int]:
    """The live processes that work in the folder, name it in their command, or carry it in their environment."""
    return {int(entry) for entry in os.listdir("/proc") if entry.isdigit() and _belongs(int(entry), folder)}


def _belongs(pid: int, folder: Path) -> bool:
    place = Path(f"/proc/{pid}")
    name = os.fsencode(folder)
    try:
        if place.joinpath("stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        said = place.joinpath("cmdline").read_bytes() + place.joinpath("environ").read_bytes()
        return name in said or name in os.fsencode(os.readlink(place / "cwd"))
    except OSError:
        return False


class RunningTrial:
    """`manage.py up` on the folder. Its output is kept in ``output``."""

    def __init__(self, folder: Path, command: Sequence[str] = UP, **environment: str) -> None:
        self.data = folder / "data"
        self.port = environment.pop("PORT", "") or str(free_port())
        self._output = folder / f"output-{time.monotonic_ns()}"
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        self.environment = {**inherited, "DATA_DIR": str(self.data), "PORT": self.port, **environment}
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def accounts(self) -> list[dict[str, str]]:
        accounts: list[dict[str, str]] = json.loads((self.data / "trial-accounts.json").read_text())
        return accounts

    def wait_until_ready(self) -> None:
        wait_for(
            lambda: "ready: http" in self.output or self.process.poll() is not None, "the trial is ready"
        )
        assert self.process.poll() is None, self.output

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return bytes(answer.read())

    def is_healthy(self) -> bool:
        return self.faults() == []

    def faults(self) -> list[str]:
        """What /healthz says is wrong."""
        try:
            self.get("/healthz")
        except HTTPError as error:
            return list(json.load(error).get("faults", ["it says no fault"]))
        except OSError as error:
            return [str(error)]
        return []

    def manage(self, *arguments: str) -> str:
        """What another management command in the same checkout says while the trial runs."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def pid_of(self, service: str) -> int:
        """The pid that the output named last for the service."""
        lines = [line for line in self.output.splitlines() if line.startswith(service) and "pid " in line]
        return int(lines[-1].rpartition("pid ")[2])

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """The exit code after the signal."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def running_trial(folder: Path, **environment: str) -> Iterator[RunningTrial]:
    """A trial that is ready, and stopped at the end of the block."""
    trial = RunningTrial(folder, **environment)
    try:
        trial.wait_until_ready()
        yield trial
    finally:
        if trial.process.poll() is None:
            trial.stop()


def refusal(folder: Path, **environment: str) -> str:
    """What `up` says when it refuses to start: one line, and a non-zero exit."""
    trial = RunningTrial(folder, **environment)
    assert trial.process.wait(60) == 1
    assert len(trial.output.splitlines()) == 1, trial.output
    return trial.output
