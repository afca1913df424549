"""PostgreSQL's own programs, of the server's major version.

An older one refuses, and a newer one writes what the server's own cannot read. They are looked for in PATH, where
Debian puts them, and in the wheel of a trial.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from normalization_tracker.backup import BackupError
from normalization_tracker.trial import TrialError, postgres


def server_version() -> str:
    """As the server of the default connection says it, such as 18.4."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0]).split()[0]


def major_of(version: str) -> int:
    """Of a version such as 18.4, or 19beta1."""
    found = re.match(r"\d+", version)
    if found is None:
        raise BackupError(f"{version!r} is no version of PostgreSQL.")
    return int(found[0])


def program(name: str, major: int) -> Path:
    """The program of that major version. Raises BackupError, which says what to install, where there is none."""
    found = {place: version for place in places(name, major) if (version := version_of(place))}
    for place, version in found.items():
        if version == major:
            return place
    others = ", ".join(f"{place} is of {version}" for place, version in found.items()) or "there is none"
    raise BackupError(
        f"The database is of PostgreSQL {major} and wants {name} of the same version: {others}. Install it (on Debian:"
        f" apt-get install postgresql-client-{major}) and have it in PATH."
    )


def places(name: str, major: int) -> Iterator[Path]:
    if in_path := shutil.which(name):
        yield Path(in_path)
    yield Path(f"/usr/lib/postgresql/{major}/bin", name)
    try:
        folders = postgres.programs()
    except TrialError:  # no trial was installed
        return
    if folder := folders.get(str(major)):
        yield folder / name


def version_of(program: Path) -> int | None:
    """The major version that a program says it has; None where there is no such program."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else None


def run(program: Path, *arguments: str, database: Mapping[str, Any] | None = None) -> None:
    """Run it, on the database of these settings where some are given. Raises BackupError with what it said.

    The password goes by the environment: other users of the machine can read a command.
    """
    command, environment = [str(program), *arguments], dict(os.environ)
    if database is not None:
        given, secret = DatabaseClient.settings_to_cmd_args_env(dict(database), ["--dbname"])
        command, environment = [str(program), *given[1:], *arguments], environment | (secret or {})
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise BackupError(" ".join(said[:3]) or f"{program.name} failed and did not say why.")
