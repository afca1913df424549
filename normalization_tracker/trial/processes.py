"""Processes that do not outlive the one that started them, also when that one is killed.

Linux tells a child that its parent died (PR_SET_PDEATHSIG), which covers the processes started here. Their own children
are covered by a guard: a shell in a session of its own that reads a pipe, and ends the process groups it was last told
of when the pipe closes. The kernel closes it however the parent ended.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

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
