"""The embedded servers: private, durable, and able to start after whatever a crash left."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from kombu.connection import Connection

from normalization_tracker.trial import TrialError, files, postgres
from normalization_tracker.trial.broker import Broker
from normalization_tracker.trial.files import NOBODY, socket_folder
from normalization_tracker.trial.postgres import Cluster
from tests.servers import serving


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path / "postgres", socket_folder(tmp_path), "secret")


@pytest.fixture
def reachable_folder() -> Iterator[Path]:
    """A private folder whose way there is open, unlike that of pytest's own temporary folders."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        data = Path(folder) / "data"
        data.mkdir(mode=0o700)
        yield data


def ask(cluster: Cluster, question: str) -> object:
    """The one value of the answer, asked as the application does."""
    connection = psycopg2.connect(cluster.url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


@contextmanager
def served(cluster: Cluster) -> Iterator[None]:
    with serving(cluster.data.parent, cluster.prepare()):
        cluster.ensure_database()
        yield


def test_data_survives_a_restart(cluster: Cluster) -> None:
    with served(cluster):
        ask(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
    with served(cluster):
        assert ask(cluster, "SELECT answer FROM kept") == 42


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One server for all that do nothing to it but ask."""
    folder = tmp_path_factory.mktemp("running")
    cluster = Cluster(folder / "postgres", socket_folder(folder), "secret")
    with served(cluster):
        yield cluster


def test_the_server_is_what_a_production_server_is(running: Cluster) -> None:
    assert ask(running, "SHOW fsync") == "on"
    assert ask(running, "SHOW listen_addresses") == ""
    assert ask(running, "SHOW server_encoding") == "UTF8"
    assert ask(running, "SELECT upper('ž')") == "Ž"
    assert ask(running, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_a_wrong_password_is_refused(running: Cluster) -> None:
    stranger = Cluster(running.data, running.sockets, "another")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        ask(stranger, "SELECT 1")
    with pytest.raises(TrialError, match=r"refused the connection: .*password authentication failed"):
        stranger.ensure_database()


def test_only_the_owner_can_open_the_data_and_the_socket(running: Cluster) -> None:
    for folder in (running.data, running.sockets):
        assert folder.stat().st_mode & 0o077 == 0


def test_a_server_that_still_runs_is_waited_for_and_then_named(
    running: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PATIENCE", 0.2)
    with pytest.raises(TrialError, match=r"^Another PostgreSQL \(pid \d+\) still uses "):
        running.prepare()


def test_a_lock_that_names_a_stranger_stops_nothing(cluster: Cluster) -> None:
    with served(cluster):
        lock = (cluster.data / "postmaster.pid").read_text()
    theirs = lock.replace(lock.splitlines()[0], str(os.getpid()), 1)
    (cluster.data / "postmaster.pid").write_text(theirs)
    with served(cluster):
        assert ask(cluster, "SELECT 1") == 1


def test_a_half_made_folder_is_made_anew(cluster: Cluster) -> None:
    part = cluster.data.with_name("postgres.part")
    part.mkdir()
    (part / "PG_VERSION").write_text("18\n")
    with served(cluster):
        assert ask(cluster, "SELECT 1") == 1
    assert not part.exists()


def test_a_folder_of_a_version_that_is_not_installed_is_refused(cluster: Cluster) -> None:
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(TrialError, match="was written by PostgreSQL 9, and 18"):
        cluster.prepare()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
class TestAsRoot:
    def test_nobody_takes_over_where_namespaces_are_forbidden(
        self, reachable_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(files, "NAMESPACE", ("false",))
        program, folder = Path("/bin/true"), reachable_folder
        account = files.account_for(program, folder)
        assert account.user == NOBODY
        assert folder.stat().st_uid == NOBODY

    def test_one_line_names_the_way_out_where_nobody_cannot_either(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(files, "NAMESPACE", ("false",))
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        folder = closed / "data"
        folder.mkdir()
        with pytest.raises(TrialError, match=r"as root, .*Set DATABASE_URL to a PostgreSQL of your own"):
            files.account_for(Path("/bin/true"), folder)


def connected(broker: Broker) -> Any:
    return Connection(broker.url)  # type: ignore[no-untyped-call]


def test_queued_work_survives_a_restart(tmp_path: Path) -> None:
    broker = Broker(tmp_path / "valkey", socket_folder(tmp_path))
    with serving(tmp_path, broker.prepare()), connected(broker) as connection:
        connection.SimpleQueue("work").put({"what": "sweep"})
    with serving(tmp_path, broker.prepare()), connected(broker) as connection:
        assert connection.SimpleQueue("work").get(timeout=5).payload == {"what": "sweep"}


def test_a_stranger_on_the_socket_is_not_taken_for_the_broker(tmp_path: Path) -> None:
    broker = Broker(tmp_path / "valkey", socket_folder(tmp_path))
    with serving(tmp_path, broker.prepare()):
        is_ready = broker.prepare().is_ready
        assert not is_ready(os.getpid())


def test_a_long_path_gets_its_sockets_under_the_temporary_folder(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    data.mkdir()
    folder = socket_folder(data)
    try:
        assert len(str(folder / ".s.PGSQL.5432")) <= 103
        assert folder.stat().st_mode & 0o777 == 0o700
        assert socket_folder(data) == folder, "the next start finds it again"
    finally:
        folder.rmdir()


def test_a_folder_that_somebody_prepared_under_the_temporary_folder_is_refused(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    data.mkdir()
    folder = socket_folder(data)
    folder.chmod(0o777)
    try:
        with pytest.raises(TrialError, match="is not a private folder of this user"):
            socket_folder(data)
    finally:
        folder.rmdir()
