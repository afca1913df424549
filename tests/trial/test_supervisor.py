"""The supervisor with real processes: nothing outlives it, and what crashes comes back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest

from normalization_tracker.trial import TrialError
from normalization_tracker.trial.children import Service, Supervisor, group_members, signal_group
from tests.trials import ROOT, processes_of, wait_for

Said = list[tuple[str, str]]


def shell(name: str, script: str, **options: object) -> Service:
    return Service(name, ["/bin/sh", "-c", script], **options)  # type: ignore[arg-type]


@pytest.fixture
def said() -> Said:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: Said) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path / "logs", lambda name, message: said.append((name, message)))
    yield supervisor
    supervisor.stop()


def running(supervisor: Supervisor, name: str) -> int:
    pid = supervisor.pid_of(name)
    assert pid is not None
    return pid


def test_kill_of_the_supervisor_leaves_neither_children_nor_grandchildren(tmp_path: Path) -> None:
    stubborn = "trap '' TERM INT HUP; sleep 600 & sleep 600"
    store = "trap 'echo written > store-was-asked; exit' INT; while :; do sleep 0.05; done"
    command = [sys.executable, "-m", "tests.trial.supervised", str(tmp_path / "logs")]
    scripts = [f"cd {tmp_path}; {script}" for script in (stubborn, store)]
    supervised = subprocess.Popen(
        [*command, *scripts], cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True
    )
    assert supervised.stdout
    assert supervised.stdout.readline() == b"started\n"
    wait_for(lambda: len(processes_of(tmp_path)) >= 5, "supervisor, guard, two services and a grandchild run")

    supervised.kill()
    supervised.wait()

    wait_for(lambda: not processes_of(tmp_path), "all processes of the folder are gone", patience=10)
    assert (tmp_path / "store-was-asked").exists(), "a store is interrupted, so that it can write"


def test_a_crashed_service_is_started_again_after_a_pause(supervisor: Supervisor, said: Said) -> None:
    supervisor.start(shell("worker", "sleep 600"))
    first = running(supervisor, "worker")
    signal_group(first, SIGKILL)
    now = time.monotonic()
    wait_for_crash(supervisor, now)

    supervisor.check(now + 0.9)
    assert supervisor.pid_of("worker") is None, "a second has not passed"
    supervisor.check(now + 1.1)

    assert running(supervisor, "worker") != first
    assert said[0][0] == "worker"
    assert said[0][1].startswith("crashed (Killed), again in 1 s; see ")
    assert said[1] == ("worker", f"started again, pid {supervisor.pid_of('worker')}")


def test_the_pause_grows_while_a_service_keeps_crashing(supervisor: Supervisor, said: Said) -> None:
    supervisor.start(shell("worker", "exit 3"))
    start = time.monotonic()
    for turn in range(7):
        wait_for_crash(supervisor, start + turn * 31)
        supervisor.check(start + turn * 31 + 31)
    pauses = [message.split()[5] for _, message in said if message.startswith("crashed (exit 3)")]
    assert pauses == ["1", "2", "4", "8", "16", "30", "30"]


def test_what_a_crashed_service_started_does_not_go_on(supervisor: Supervisor) -> None:
    supervisor.start(shell("worker", "sleep 600 & sleep 600"))
    leader = running(supervisor, "worker")
    wait_for(lambda: len(group_members(leader)) == 3, "the service started two others")
    os.kill(leader, SIGKILL)
    wait_for_crash(supervisor, time.monotonic())

    wait_for(lambda: not alive(group_members(leader)), "its group is gone", patience=10)


def wait_for_crash(supervisor: Supervisor, now: float) -> None:
    def seen() -> bool:
        supervisor.check(now)
        return supervisor.pid_of("worker") is None

    wait_for(seen, "the crash of the worker is seen")


def alive(pids: list[int]) -> list[int]:
    states = {pid: Path(f"/proc/{pid}/stat") for pid in pids}
    return [pid for pid, stat in states.items() if stat.exists() and ") Z" not in stat.read_text()]


def test_stop_asks_in_reverse_order_and_waits(supervisor: Supervisor, said: Said, tmp_path: Path) -> None:
    order = tmp_path / "order"
    for name in ("first", "second"):
        supervisor.start(
            shell(
                name,
                f"trap 'echo {name} >> {order}; exit' TERM; touch {order}-{name}; while :; do sleep 0.05; done",
            )
        )
        wait_for((tmp_path / f"order-{name}").exists, f"{name} listens")

    supervisor.stop()

    assert order.read_text().split() == ["second", "first"]
    assert said == [("second", "stopped"), ("first", "stopped")]


def test_a_service_that_ignores_the_request_is_killed(supervisor: Supervisor, tmp_path: Path) -> None:
    script = f"trap '' TERM; touch {tmp_path}/ready; while :; do sleep 0.05; done"
    supervisor.start(shell("stubborn", script, grace=0.5))
    leader = running(supervisor, "stubborn")
    wait_for((tmp_path / "ready").exists, "it ignores the request from here on")

    supervisor.stop()

    wait_for(lambda: not alive(group_members(leader)), "it is gone", patience=10)


def test_a_service_that_ends_while_it_starts_is_named_with_its_last_words(supervisor: Supervisor) -> None:
    supervisor.start(shell("web", "echo the disk is full; exit 1", is_ready=lambda pid: False))
    with pytest.raises(
        TrialError, match=r"^web stopped while it started: the disk is full \(all of it in .*web\.log\)$"
    ):
        supervisor.wait_until_ready("web")


def test_a_service_that_never_gets_ready_is_named(supervisor: Supervisor) -> None:
    supervisor.start(shell("web", "sleep 600", is_ready=lambda pid: False, patience=0.2))
    with pytest.raises(TrialError, match=r"^web is not ready after 0 s: it said nothing"):
        supervisor.wait_until_ready("web")


def test_a_program_that_is_missing_is_named(supervisor: Supervisor) -> None:
    with pytest.raises(TrialError, match=r"^worker cannot be started: .*no-such-program"):
        supervisor.start(Service("worker", ["/no-such-program"]))


def test_a_long_log_is_set_aside_when_its_service_starts(supervisor: Supervisor) -> None:
    log = supervisor.log_of("worker")
    log.write_bytes(b"x" * 5_000_001)
    supervisor.start(shell("worker", "sleep 600"))
    assert log.stat().st_size == 0
    assert log.with_suffix(".log.1").stat().st_size == 5_000_001


def test_services_hear_the_signals_that_a_background_job_ignores(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        supervisor.start(shell("store", "exec sleep 600", stop_with=signal.SIGINT))
    finally:
        signal.signal(signal.SIGINT, before)
    ignored = Path(f"/proc/{running(supervisor, 'store')}/status").read_text()
    mask = int(ignored.partition("SigIgn:")[2].split()[0], 16)
    assert not mask & 1 << (signal.SIGINT - 1)
    assert not mask & 1 << (SIGTERM - 1)
