"""`make previous`: the previous release beside this one, on real servers.

It makes and fills a database; this code backs that up and brings it into another one, with its own schema; the previous
release goes on working there; and this code finds ledger, evidence and derived columns whole. Takes minutes, and wants
the history of git, where the commit stands that .ci/previous-release names.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from tests.servers import embedded_postgres, embedded_valkey

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = Path(__file__).with_name("work.py")
COMMIT = ROOT / ".ci" / "previous-release"


class Failed(Exception):
    """What did not hold."""


def run(where: Path, *command: str, **environment: str) -> str:
    """What a command says there; Failed where it ends with an error."""
    done = subprocess.run(
        [sys.executable, *command], cwd=where, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise Failed(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


@contextmanager
def previous_release(folder: Path) -> Iterator[Path]:
    """The code of the previous release. Raises Failed where git does not have it."""
    commit, place = COMMIT.read_text().strip(), folder / "code"
    git = ["git", "-C", str(ROOT), "worktree"]
    made = subprocess.run([*git, "add", "--quiet", "--detach", place, commit], capture_output=True, text=True)
    if made.returncode:
        raise Failed(
            f"git does not have the previous release, {commit}: fetch the whole history. {made.stderr}"
        )
    try:
        yield place
    finally:
        subprocess.run([*git, "remove", "--force", place], check=True)


def environment_of(folder: Path, database: str, broker: str) -> dict[str, str]:
    """Of a deployment whose files are in the folder."""
    folder.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "DATABASE_URL": database,
        "REDIS_URL": broker,
        "DATA_DIR": str(folder),
        "SECRET_KEY": "of-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "testserver",
        "SITE_ADDRESS": "http://testserver",
        "DEBUG": "1",
        "PUBLIC_READING": "1",
        "HTTPS": "0",
        "RATE_ANONYMOUS": "",
    }


def another_database(url: str, name: str) -> str:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    connection.cursor().execute(f"CREATE DATABASE {name}")
    connection.close()
    return f"{url.rpartition('/')[0]}/{name}"


def side_by_side(folder: Path) -> None:
    with (
        previous_release(folder) as previous,
        embedded_postgres(folder) as database,
        embedded_valkey(folder) as broker,
    ):
        before = environment_of(folder / "before", database, broker)
        run(previous, "manage.py", "migrate", **before)
        run(previous, "manage.py", "loadpack", "agreement/packs/ohrid-2023", **before)
        run(previous, str(WORK), "first", **before)
        print("ok      the previous release makes and fills a database")
        backups = str(folder / "backups")
        run(ROOT, "manage.py", "backup", backups, **before)
        after = environment_of(folder / "after", another_database(database, "after"), broker)
        print(f"ok      restored: {run(ROOT, 'manage.py', 'restore', backups, **after).splitlines()[-1]}")
        run(previous, str(WORK), "second", **after)
        print("ok      the previous release works on the schema of this one")
        for command in ("verifyledger", "verifyevidence", "checkdrift"):
            print(f"ok      {run(ROOT, 'manage.py', command, **after).strip()}")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="previous-") as folder:
        try:
            side_by_side(Path(folder))
        except Failed as failed:
            print(f"FAILED  {failed}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
