"""A process with wrong settings does not start, and says in words which and what to do."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from normalization_tracker import checks
from tests.trials import ROOT


def said(check: Any) -> str:
    return " ".join(" ".join(wrong) for wrong in check())


@pytest.mark.parametrize(
    ("check", "setting", "value", "words"),
    [
        (checks.secret_key, "SECRET_KEY", "short", "50 random characters"),
        (checks.secret_key, "SECRET_KEY", "a" * 60, "50 random characters"),
        (checks.redis_url, "REDIS_URL", "http://host:6379/0", "redis://host:6379/0"),
        (checks.redis_url, "REDIS_URL", "host:6379", "redis://host:6379/0"),
        (checks.redis_url, "REDIS_URL", "rediss://host:6379/0", "ssl_cert_reqs=required"),
        (checks.redis_url, "REDIS_URL", "rediss://host/0?ssl_cert_reqs=none", "ssl_cert_reqs=required"),
        (
            checks.redis_url,
            "REDIS_URL",
            "rediss://host/0?ssl_cert_reqs=required&ssl_check_hostname=false",
            "verified",
        ),
        (checks.allowed_hosts, "ALLOWED_HOSTS", [], "tracker.example.org"),
        (checks.sweep_seconds, "SWEEP_SECONDS", 9, "10 or more"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    settings: Any, check: Any, setting: str, value: object, words: str
) -> None:
    assert said(check) == ""
    setattr(settings, setting, value)
    assert setting in said(check)
    assert words in said(check)


def test_sentinels_that_could_know_no_primary_are_named(settings: Any) -> None:
    settings.REDIS_SENTINELS = ["sentinel:26379"]
    settings.REDIS_URL = "redis+socket:///run/valkey.sock?virtual_host=0"
    assert "REDIS_SENTINELS is set" in said(checks.redis_url)
    settings.REDIS_URL = "redis://:password@tracker/0"
    assert said(checks.redis_url) == ""


@pytest.mark.parametrize("url", ["redis://host:6379/0", "rediss://host/0?ssl_cert_reqs=required"])
def test_what_is_right_is_let_through(settings: Any, url: str) -> None:
    settings.REDIS_URL = url
    assert said(checks.redis_url) == ""


@pytest.mark.parametrize("name", ["LEDGER_WITNESS", "EVIDENCE_DIR"])
def test_a_folder_that_cannot_be_written_is_named(
    settings: Any, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file" / "below"
    (tmp_path / "file").touch()
    settings.LEDGER_WITNESS = str((blocked if name == "LEDGER_WITNESS" else tmp_path) / "heads.jsonl")
    options = {"location": str(blocked if name == "EVIDENCE_DIR" else tmp_path)}
    evidence = {"BACKEND": "obligations.files.store.LocalFiles", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"evidence": evidence}
    assert said(checks.folders).startswith(f"{name} cannot be written: {blocked}")
    monkeypatch.setattr(os, "access", lambda *_: False)
    settings.STORAGES = settings.STORAGES | {"evidence": evidence | {"OPTIONS": {"location": str(tmp_path)}}}
    settings.LEDGER_WITNESS = str(tmp_path / "heads.jsonl")
    assert "LEDGER_WITNESS" in said(checks.folders), "no right to write"
    assert "EVIDENCE_DIR" in said(checks.folders)


def test_a_file_in_a_folders_place_and_a_folder_in_a_files_cannot_be_written(
    settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    options = {"location": str(tmp_path / "file")}
    evidence = {"BACKEND": "obligations.files.store.LocalFiles", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"evidence": evidence}
    settings.LEDGER_WITNESS = str(tmp_path)
    assert "LEDGER_WITNESS" in said(checks.folders)
    assert "EVIDENCE_DIR" in said(checks.folders)
    settings.LEDGER_WITNESS = str(tmp_path / "file" / "heads.jsonl")
    assert "LEDGER_WITNESS" in said(checks.folders)


GRANIAN = ["granian", "--interface", "wsgi", "--port", "0", "normalization_tracker.wsgi:application"]
COMMANDS = {
    "web": ["-c", "import normalization_tracker.wsgi"],
    "image": ["-m", "normalization_tracker.running.checked", *GRANIAN],
    "worker": ["-m", "celery", "--app", "normalization_tracker", "worker", "--pool", "solo"],
    "beat": ["-m", "celery", "--app", "normalization_tracker", "beat", "--schedule", "{}/s", "--pidfile", ""],
    "migrate": ["manage.py", "migrate"],
}


@pytest.mark.parametrize(
    ("process", "name", "value"),
    [
        *((process, "SECRET_KEY", "short") for process in COMMANDS),
        ("web", "DATABASE_URL", ""),
        ("image", "DATABASE_URL", ""),
        ("worker", "SWEEP_SECONDS", "soon"),
        ("worker", "REDIS_URL", "http://x"),
        ("worker", "REDIS_SENTINELS", "host/path"),
        ("web", "REPLICA_URL", "mysql://x@h/db"),
        ("web", "REPLICA_LAG_SECONDS", "0"),
        ("beat", "REDIS_URL", "http://x"),
        ("web", "DATABASE_URL", "mysql://x@h/db"),
        ("worker", "DATABASE_URL", "mysql://x@h/db"),
    ],
)
def test_no_process_starts_with_it_and_no_traceback_is_shown(
    process: str, name: str, value: str, tmp_path: Path
) -> None:
    environment = os.environ | {name: value}
    command = [part.format(tmp_path) for part in COMMANDS[process]]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode != 0
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_with_right_settings_it_becomes_the_command_that_it_was_given() -> None:
    command = ["-m", "normalization_tracker.running.checked", sys.executable, "-c", "raise SystemExit(7)"]
    assert subprocess.run([sys.executable, *command], cwd=ROOT, timeout=120).returncode == 7


def test_the_image_starts_its_web_server_so() -> None:
    (started,) = re.findall(r"^CMD (.+?\])$", (ROOT / "Dockerfile").read_text(), re.DOTALL | re.MULTILINE)
    command = json.loads(started.replace("\\\n", ""))
    assert command[:4] == ["python", "-m", "normalization_tracker.running.checked", "granian"]


def test_the_tests_themselves_start_rightly() -> None:
    assert len(django_settings.SECRET_KEY) >= 50


@pytest.mark.django_db
def test_a_database_of_another_version_is_refused_before_anything_is_changed() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("obligations", "0026_breach_open_has_no_end")
    done = set(recorder.applied_migrations())
    with pytest.raises(CommandError) as refused:
        call_command("migrate", "--no-input", verbosity=0)
    (line,) = str(refused.value).splitlines()
    assert "obligations.0026_breach_open_has_no_end is no migration of this one" in line
    assert "name an empty database in DATABASE_URL" in line
    assert set(recorder.applied_migrations()) == done


def test_a_secret_can_stand_in_a_file_and_one_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("of-a-file-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789\n")
    show = "from normalization_tracker import settings; print(settings.SECRET_KEY)"
    said = {}
    for name in ("key", "none"):
        surroundings = os.environ | {"SECRET_KEY_FILE": str(tmp_path / name)}
        done = subprocess.run(
            [sys.executable, "-c", show], env=surroundings, cwd=ROOT, capture_output=True, text=True
        )
        said[name] = done.stdout + done.stderr
    assert said["key"] == (tmp_path / "key").read_text()
    assert f"SECRET_KEY_FILE is {tmp_path}/none, which cannot be read" in said["none"]


def test_each_container_is_given_the_secrets_that_it_reads() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for name, service in services.items():
        read = [value for key, value in service.get("environment", {}).items() if key.endswith("_FILE")]
        given = [f"/run/secrets/{secret}" for secret in service.get("secrets", [])]
        assert set(read) <= set(given), name
