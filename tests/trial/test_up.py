"""`manage.py up` as a whole, with every process that it starts."""

import os
import shlex
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.effort import in_turn
from tests.trials import UP, RunningTrial, processes_of, running_trial, wait_for

COUNT = "from agreement.models import Agreement; print(Agreement.objects.count())"
# As a database of another version has it.
OF_BEFORE = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from normalization_tracker import roles
with roles.as_owner():
    MigrationRecorder(connection).record_applied("obligations", "0026_breach_open_has_no_end")
"""


def refusal(folder: Path, **environment: str) -> str:
    """What `up` says when it refuses to start: one line, and a non-zero exit."""
    trial = RunningTrial(folder, **environment)
    assert trial.process.wait(60) == 1
    assert len(trial.output.splitlines()) == 1, trial.output
    return trial.output


class TestRefusals:
    def test_a_taken_port_is_named_and_nothing_is_started(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            said = refusal(tmp_path, PORT=str(port))
        assert said.startswith(f"up: Port {port} on 127.0.0.1 is taken")
        assert not (tmp_path / "data" / "postgres").exists()
        assert not processes_of(tmp_path)

    def test_a_folder_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        said = refusal(tmp_path, DATA_DIR=str(tmp_path / "file" / "data"))
        assert said.startswith(f"up: {tmp_path}/file/data cannot be written (Not a directory): set DATA_DIR")
        assert not processes_of(tmp_path)

    def test_a_port_that_is_no_port_is_named(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, PORT="http").startswith("up: PORT=http is not a number from 1 to 65535")

    def test_an_address_of_another_machine_is_named(self, tmp_path: Path) -> None:
        said = refusal(tmp_path, HOST="192.0.2.1")
        assert said.startswith("up: HOST=192.0.2.1 is no address of this machine")

    def test_a_trial_that_is_switched_off_is_not_started(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, TRIAL="0").startswith("up: TRIAL is switched off")


def test_kill_of_make_stops_a_trial_that_is_still_starting(tmp_path: Path) -> None:
    make = ("/bin/sh", "-c", shlex.join(UP) + "; true")  # a parent that waits, as make does
    trial = RunningTrial(tmp_path, make, MAKELEVEL="1")
    wait_for(lambda: "postgres   running" in trial.output, "the first servers run")
    trial.process.kill()
    trial.process.wait()
    wait_for(lambda: not processes_of(trial.data), "every process of the trial is gone", patience=60)
    assert "up         stopping" in trial.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for a whole life: what follows happens to it in this order."""
    return tmp_path_factory.mktemp("trial")


def test_the_first_start_makes_accounts_and_ctrl_c_stops_everything(folder: Path) -> None:
    with running_trial(folder) as trial:
        assert trial.faults() == []
        roles = [account["role"] for account in trial.accounts]
        expected = ["administrator", "analyst", *["mediator"] * 2, "observer", *["representative"] * 2]
        assert sorted(roles) == expected
        for account in trial.accounts:
            assert account["password"] in trial.output
        for file in ("trial-accounts.json", "trial.env", "secret-key", "postgres-password"):
            assert (trial.data / file).stat().st_mode & 0o777 == 0o600

        assert "in 2 chains" in trial.manage("backup", str(folder / "backups"))
        assert refusal(folder).startswith(
            f"up: A trial already runs on {trial.data} (pid {trial.process.pid})"
        )
        assert trial.stop(signal.SIGINT) == 0

    assert not processes_of(trial.data)
    assert not (trial.data / "trial.env").exists(), "no command may find servers that are gone"


@pytest.fixture(scope="module")
def second(folder: Path) -> Iterator[RunningTrial]:
    with running_trial(folder) as trial:
        yield trial


def test_the_second_start_keeps_the_data_and_shows_no_password(second: RunningTrial) -> None:
    assert "schema     No migrations to apply." in second.output
    for account in second.accounts:
        assert account["email"] in second.output
        assert account["password"] not in second.output


@pytest.mark.parametrize("service", ["worker", *in_turn(["web", "beat", "valkey", "postgres"])])
def test_a_killed_service_is_started_again(second: RunningTrial, service: str) -> None:
    killed = second.pid_of(service)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: second.pid_of(service) != killed, f"{service} runs again")
    assert f"{service:<10} crashed (Killed), again in 1 s" in second.output
    wait_for(second.is_healthy, "the trial is healthy again")


def test_kill_of_the_supervisor_leaves_no_orphan(second: RunningTrial) -> None:
    assert len(processes_of(second.data)) > 7
    second.process.kill()
    second.process.wait()
    wait_for(lambda: not processes_of(second.data), "every process of the trial is gone", patience=30)


def test_the_start_after_a_kill_finds_everything_and_term_stops_it(folder: Path) -> None:
    with running_trial(folder) as third:
        assert third.is_healthy()
        assert third.manage("shell", "--command", COUNT).strip().endswith("1")
        third.manage("shell", "--command", OF_BEFORE)
        assert third.stop(signal.SIGTERM) == 0
    assert not processes_of(third.data)


def test_a_trial_of_another_version_is_told_so_in_one_line_and_not_touched(folder: Path) -> None:
    trial = RunningTrial(folder)
    accounts = (trial.data / "trial-accounts.json").read_bytes()
    assert trial.process.wait(60) == 1
    assert (
        f"Another version of this software made the trial in {trial.data}, and this one cannot read it. Nothing in it"
        " was changed: move that folder away, or name another one in DATA_DIR, and start again."
    ) in trial.output.splitlines()[-1]
    assert "schema" not in trial.output
    assert (trial.data / "trial-accounts.json").read_bytes() == accounts
    assert not processes_of(trial.data)
