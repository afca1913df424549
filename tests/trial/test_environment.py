"""What a trial's environment is made of, before anything is started."""

import os
from pathlib import Path

import pytest
from dotenv import dotenv_values

from normalization_tracker.trial import TrialError
from normalization_tracker.trial.environment import PUBLISHED, Trial, prepare, publish
from tests.trials import free_port


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {"DATA_DIR": str(folder / "data"), "PORT": str(free_port()), **more}


def close(trial: Trial) -> None:
    """As the end of the process does."""
    trial.lock.close()


def test_servers_that_the_environment_names_are_not_started(tmp_path: Path) -> None:
    own = {
        "DATABASE_URL": "postgresql://user:secret@db.example/name",
        "REDIS_URL": "redis://q.example:6379/0",
    }
    given = environment(tmp_path, **own)
    trial = prepare(given)
    assert (trial.cluster, trial.broker) == (None, None)
    assert given.items() >= own.items()
    assert not list(trial.data.glob("postgres*"))
    close(trial)


def test_secrets_are_made_once(tmp_path: Path) -> None:
    first, second = environment(tmp_path), environment(tmp_path)
    close(prepare(first))
    close(prepare(second))
    for name in set(PUBLISHED) - {"SITE_ADDRESS"}:  # the port is another one
        assert first[name] == second[name]
    assert len(first["SECRET_KEY"]) >= 50
    for file in ("secret-key", "postgres-password"):
        assert (tmp_path / "data" / file).stat().st_mode & 0o777 == 0o600


def test_two_trials_have_different_secrets(tmp_path: Path) -> None:
    first, second = environment(tmp_path / "one"), environment(tmp_path / "two")
    close(prepare(first))
    close(prepare(second))
    assert first["SECRET_KEY"] != second["SECRET_KEY"]
    assert first["DATABASE_URL"] != second["DATABASE_URL"]


def test_other_commands_read_what_was_published_letter_by_letter(tmp_path: Path) -> None:
    odd = r"""postgresql://user:it's "#$HOME\n%2F@host/name"""
    given = environment(tmp_path, DATABASE_URL=odd)
    trial = prepare(given)
    publish(trial, given)
    assert dotenv_values(trial.env_file) == {name: given[name] for name in PUBLISHED}
    assert trial.env_file.stat().st_mode & 0o777 == 0o600
    close(trial)


def test_a_second_trial_in_the_folder_is_refused_with_the_firsts_pid(tmp_path: Path) -> None:
    trial = prepare(environment(tmp_path))
    with pytest.raises(TrialError, match=rf"already runs on {trial.data} \(pid {os.getpid()}\)"):
        prepare(environment(tmp_path))
    close(trial)
    close(prepare(environment(tmp_path)))


def test_a_relative_folder_means_the_folder_that_the_command_was_given_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {**environment(tmp_path), "DATA_DIR": "here"}
    close(prepare(given))
    assert given["DATA_DIR"] == str(tmp_path / "here")
