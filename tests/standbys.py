"""A hot standby of an embedded PostgreSQL: made of a backup, streaming, paused, ended and begun again."""

import os
import subprocess
from contextlib import ExitStack
from pathlib import Path

import psycopg2

from normalization_tracker.trial.files import account_for
from normalization_tracker.trial.postgres import NAME, PORT, SUPERUSER, Cluster
from tests.servers import PASSWORD, serving
from tests.trials import wait_for


class Standby:
    def __init__(self, folder: Path, primary: Cluster) -> None:
        self.folder, self.primary = folder, primary
        # What is committed is written, as in a production: a standby can have it.
        self.ask(f"ALTER DATABASE {NAME} SET synchronous_commit = on", primary)
        sockets = folder / "sockets"
        sockets.mkdir(mode=0o700)
        data = folder / "postgres"
        data.mkdir(mode=0o700)
        account = account_for(primary.programs / "pg_basebackup", data)
        places = ["--host", str(primary.sockets), "--port", str(PORT), "--pgdata", str(data)]
        program = [*account.prefix, str(primary.programs / "pg_basebackup"), *places]
        subprocess.run(
            [*program, "--username", SUPERUSER, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"],
            check=True,
            user=account.user,
            group=account.user,
            env=os.environ | {"PGPASSWORD": PASSWORD},
        )
        self.cluster = Cluster(data, sockets, PASSWORD, durable=False)
        self.running = ExitStack()

    @property
    def url(self) -> str:
        return self.cluster.url

    def begin(self) -> None:
        self.running.enter_context(serving(self.folder, self.cluster.prepare()))

    def end(self) -> None:
        self.running.close()

    def pause(self) -> None:
        self.ask("SELECT pg_wal_replay_pause()")
        wait_for(lambda: self.ask("SELECT pg_get_wal_replay_pause_state()") == "paused", "replay is paused")

    def go_on(self) -> None:
        """Replay what there is by now."""
        self.ask("SELECT pg_wal_replay_resume()")
        self.follow()

    def follow(self) -> None:
        """Wait until it has all that was committed by now."""
        written = self.ask("SELECT pg_current_wal_lsn()", self.primary)
        wait_for(
            lambda: bool(self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{written}'")), "the standby follows"
        )

    def ask(self, sql: str, of: Cluster | None = None) -> object:
        at = of or self.cluster
        connection = psycopg2.connect(
            host=str(at.sockets), port=PORT, user=SUPERUSER, password=PASSWORD, dbname="postgres"
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                found = cursor.fetchone() if cursor.description else None
                return found[0] if found else None
        finally:
            connection.close()
