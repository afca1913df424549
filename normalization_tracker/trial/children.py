"""The small supervisor: starts services in order, restarts what crashes, stops all in reverse order.

Its processes do not outlive it, also when it is killed. Linux tells a child that its parent died (PR_SET_PDEATHSIG),
which covers those started here. Their own children are covered by a guard: a shell in a session of its own that reads a
pipe, and ends the process groups it was last told of when that closes. The kernel closes it however the parent ended.
"""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM, Signals, strsignal

from normalization_tracker.trial import TrialError
from normalization_tracker.trial.files import make_folder

PR_SET_PDEATHSIG = 1
GUARD = """
now="|"
while IFS= read -r line; do now=$line; done
kill -s INT -- ${now#*|}
kill -s KILL -- ${now%|*}
"""


def tied_to_parent(when_it_dies: signal.Signals) -> Callable[[], None]:
    """What a child runs between fork and exec, to be sent the signal when the parent dies.

    The kernel watches the thread that forked, not the process: children are started from the main thread only.
    """
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def tie() -> None:
        for interrupt in (
            signal.SIGINT,
            signal.SIGTERM,
            signal.SIGHUP,
        ):  # a shell's background job ignores some
            signal.signal(interrupt, signal.SIG_DFL)
        if sys.platform == "linux":
            libc.prctl(PR_SET_PDEATHSIG, when_it_dies, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return tie


def ask_to_stop_with_parent() -> None:
    """Has this process sent TERM when its parent dies, on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def spawn(
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    user: int | None = None,
    when_parent_dies: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Starts the command in a session of its own (so that Ctrl-C reaches the parent alone), with output to the log."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            start_new_session=True,
            preexec_fn=tied_to_parent(when_parent_dies),
        )


def signal_group(leader: int, number: signal.Signals) -> None:
    """Signals all that is left of the group; its leader may be gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def group_members(leader: int) -> list[int]:
    """The processes of a group, on Linux; none elsewhere."""
    return [pid for pid in _all_processes() if _group_of(pid) == leader]


def _all_processes() -> Iterable[int]:
    with contextlib.suppress(FileNotFoundError):
        yield from (int(entry) for entry in os.listdir("/proc") if entry.isdigit())


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


class Guard:
    """Ends process groups when this process is gone: some are interrupted so that they can write, others killed."""

    def __init__(self) -> None:
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", GUARD],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def watch(self, *, kill: Collection[int], interrupt: Collection[int]) -> None:
        """Replaces what the guard would end. Groups are named by their leader's pid."""
        line = f"{_group_arguments(kill)}|{_group_arguments(interrupt)}\n"
        assert self._shell.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._shell.stdin.write(line.encode())
            self._shell.stdin.flush()

    def dismiss(self) -> None:
        """Nothing is left to guard. Once is enough; more does nothing."""
        assert self._shell.stdin is not None
        if not self._shell.stdin.closed:
            self.watch(kill=(), interrupt=())
            with contextlib.suppress(BrokenPipeError):
                self._shell.stdin.close()
            self._shell.wait()


def _group_arguments(leaders: Collection[int]) -> str:
    return " ".join(f"-{leader}" for leader in leaders)


FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a crashed service is started again
STEADY = 60.0  # a service that ran this many seconds has recovered: its next crash counts as the first
ERROR = re.compile(r"FATAL|Error\b|error:", re.ASCII)
LARGEST_LOG = 5_000_000  # bytes


def always_ready(pid: int) -> bool:
    return True


@dataclass(frozen=True)
class Service:
    """What to run.

    It is ready when ``is_ready``, asked with the pid of the very process that must serve, says yes, and its log has
    the ``last_words`` of a start.
    """

    name: str
    command: Sequence[str]
    is_ready: Callable[[int], bool] = always_ready
    last_words: str = ""
    user: int | None = None
    stop_with: Signals = SIGTERM
    is_store: bool = False  # keeps data: is asked to stop, where others are killed, when the supervisor dies
    patience: float = 30.0  # seconds to become ready
    grace: float = 10.0  # seconds to stop when asked, before it is killed


@dataclass
class Child:
    """A service and its present process; none while it waits to be started again."""

    service: Service
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    log_before: int = 0  # bytes of the log that earlier processes wrote
    crashes: int = 0
    due: float = 0.0


class Supervisor:
    """Keeps services running. Everything happens in the calling thread, which must be the main one."""

    def __init__(
        self, logs: Path, say: Callable[[str, str], None], environment: Mapping[str, str] | None = None
    ) -> None:
        self.logs = make_folder(logs)
        self._say = say
        self._environment = environment
        self._children: list[Child] = []
        self._guard = Guard()

    def start(self, service: Service) -> None:
        """Starts the service without waiting for it."""
        log = self.log_of(service.name)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        child = Child(service)
        self._children.append(child)
        self._spawn(child, time.monotonic())

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def pid_of(self, name: str) -> int | None:
        """The pid of a service that runs."""
        return next((c.process.pid for c in self._children if c.service.name == name and c.process), None)

    def wait_until_ready(self, *names: str) -> None:
        """Returns when the named services serve. Raises TrialError when one ends or is not ready in time."""
        for child in self._children:
            if child.service.name in names:
                self._wait_for(child)

    def report(self, *names: str) -> None:
        """Says of each named service that runs that it does."""
        for child in self._children:
            if child.service.name in names and child.process:
                self._say(child.service.name, f"running, pid {child.process.pid}")

    def check(self, now: float) -> None:
        """One round: notices what crashed, starts again what is due. ``now`` is a monotonic time."""
        for child in self._children:
            if child.process is None and child.due <= now:
                self._spawn(child, now)
                self._say(
                    child.service.name, f"started again, pid {child.process.pid if child.process else '?'}"
                )
            elif child.process is not None and child.process.poll() is not None:
                self._crashed(child, child.process, now)

    def stop(self) -> None:
        """Asks each service to stop, the last one started first, and waits; kills what does not within its grace."""
        for child in reversed(self._children):
            if child.process is not None:
                _stop(child.service, child.process)
                child.process = None
                self._say(child.service.name, "stopped")
        self._guard.dismiss()

    def _spawn(self, child: Child, now: float) -> None:
        service = child.service
        log = self.log_of(service.name)
        child.log_before = log.stat().st_size if log.exists() else 0
        try:
            child.process = spawn(
                service.command,
                log,
                environment=self._environment,
                user=service.user,
                when_parent_dies=SIGINT if service.is_store else SIGKILL,
            )
        except OSError as error:
            raise TrialError(f"{service.name} cannot be started: {error}") from error
        child.started = now
        self._tell_guard()

    def _tell_guard(self) -> None:
        running = [(child.service.is_store, child.process.pid) for child in self._children if child.process]
        self._guard.watch(
            kill=[pid for is_store, pid in running if not is_store],
            interrupt=[pid for is_store, pid in running if is_store],
        )

    def _wait_for(self, child: Child) -> None:
        service, process = child.service, child.process
        deadline = time.monotonic() + service.patience
        while process is not None and process.poll() is None and time.monotonic() < deadline:
            if service.is_ready(process.pid) and self._has_said(child, service.last_words):
                return
            time.sleep(0.05)
        ended = process is None or process.poll() is not None
        what = "stopped while it started" if ended else f"is not ready after {service.patience:.0f} s"
        log = self.log_of(service.name)
        raise TrialError(f"{service.name} {what}: {_reason(log, child.log_before)} (all of it in {log})")

    def _has_said(self, child: Child, words: str) -> bool:
        with self.log_of(child.service.name).open("rb") as log:
            log.seek(child.log_before)
            return words.encode() in log.read()

    def _crashed(self, child: Child, process: subprocess.Popen[bytes], now: float) -> None:
        signal_group(process.pid, SIGKILL)  # what it started itself must not go on beside its successor
        child.crashes = 1 if now - child.started > STEADY else child.crashes + 1
        pause = min(FIRST_PAUSE * 2 ** (child.crashes - 1), LONGEST_PAUSE)
        child.process, child.due = None, now + pause
        self._tell_guard()
        log = self.log_of(child.service.name)
        self._say(
            child.service.name, f"crashed ({_outcome(process.returncode)}), again in {pause:.0f} s; see {log}"
        )


def _stop(service: Service, process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(service.stop_with)
    try:
        process.wait(timeout=service.grace)
    except subprocess.TimeoutExpired:
        process.kill()
    signal_group(process.pid, SIGKILL)
    process.wait()


def _outcome(returncode: int) -> str:
    return f"exit {returncode}" if returncode >= 0 else strsignal(-returncode) or f"signal {-returncode}"


def _reason(log: Path, start: int) -> str:
    """What the log since ``start`` gives as the reason: the last line with an error in it, else the last line."""
    with log.open("rb") as file:
        file.seek(max(start, log.stat().st_size - 8192))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if ERROR.search(line)]
    return (errors or lines or ["it said nothing"])[-1]
