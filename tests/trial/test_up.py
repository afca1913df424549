"""`manage.py up` where it refuses to start, and where it is ended before it has. A whole life: test_life.py."""

import shlex
import socket
from pathlib import Path

from tests.trials import UP, RunningTrial, processes_of, refusal, wait_for


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
