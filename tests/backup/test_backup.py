"""A filled system is backed up and brought into an empty one: everything holds there, or it says what does not."""

import contextlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.conf import settings as given_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from agreement.ledger import enter, witness
from agreement.models import ChainHead
from normalization_tracker.backup import BackupError, layout, programs, proof
from normalization_tracker.backup.layout import Manifest
from normalization_tracker.backup.restore import put_witness, reasons_against
from normalization_tracker.backup.take import forget, take
from obligations import heartbeats
from obligations.commands.evidence_store import set_mark
from obligations.files import mark, store
from obligations.files.mark import Mark
from obligations.models import Deployment, Evidence, Obligation, Statement
from parties.access import PUBLIC_VIEWER
from parties.models import User
from tests import make
from tests.ledger.data import a_ledger

NOW = timezone.now()
MEDIATOR = "mediator@trial.invalid"
pytestmark = pytest.mark.django_db(transaction=True)


def said(command: str, *arguments: Any) -> str:
    """What the command says, also where it ends with an error."""
    out = StringIO()
    try:
        call_command(command, *map(str, arguments), stdout=out, stderr=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


@contextmanager
def files_in(folder: Path) -> Iterator[None]:
    """Evidence and witness of this process lie there."""
    options = {"location": str(folder / "evidence")}
    evidence = {"evidence": {"BACKEND": "obligations.files.store.LocalFiles", "OPTIONS": options}}
    with override_settings(
        LEDGER_WITNESS=str(folder / "heads.jsonl"), STORAGES=given_settings.STORAGES | evidence
    ):
        yield


@contextmanager
def database(template: str = "template1") -> Iterator[None]:
    """Another database for this process, thrown away at the end of the block."""
    own = connection.settings_dict["NAME"]
    name = f"{own}_{'filled' if template == own else 'empty'}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        # A thread of a server that an earlier test had may still have a connection.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template]
        )
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def once(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with two `backups` of a filled system, and its files as they were later still (`here`)."""
    folder = tmp_path_factory.mktemp("backup")
    (folder / "here").mkdir()
    with (
        django_db_blocker.unblock(),
        database(template=connection.settings_dict["NAME"]),
        files_in(folder / "here"),
    ):
        accord = a_ledger(folder)
        mediator = User.objects.get(email=MEDIATOR)
        make.evidence_file(Obligation.objects.get(code="RA-1"), mediator)
        (folder / "factor").write_text(make.factor(mediator))
        set_mark(Deployment.this())
        for second in range(2):
            enter(agreement_id=accord.pk, actor=PUBLIC_VIEWER, now=NOW, command="note", subject="a note")
            witness.write_heads(NOW)
            done = take(folder / "backups", NOW + timedelta(seconds=second))
            assert done.copied == 1 - second, "evidence that is there already is not copied again"
        enter(agreement_id=accord.pk, actor=PUBLIC_VIEWER, now=NOW, command="note", subject="a later note")
        witness.write_heads(NOW)
    return folder


@pytest.fixture
def backups(once: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(once / "backups", tmp_path / "backups"))


def newest(folder: Path) -> Path:
    return folder / layout.names(folder)[-1]


def evidence_in(folder: Path) -> Path:
    (path,) = (path for path in (folder / "evidence").rglob("*") if path.is_file())
    return path


def test_what_was_backed_up_holds_in_another_system(once: Path, tmp_path: Path) -> None:
    backups = once / "backups"
    manifest = layout.read(backups, newest(backups).name)
    with database(), files_in(tmp_path):
        told = said("restore", backups)
        assert told.splitlines()[-1] == "ready: 10 entries of the ledger, 1 files of evidence, no difference"
        assert witness.heads_in(ChainHead) == manifest.ledger
        assert Statement.objects.count() == 3
        assert store.is_whole(Evidence.objects.get().sha256)
        assert mark.read() == Mark(manifest.deployment, Evidence.objects.get().key)
        client = Client()
        client.post("/account/login/", {"login": MEDIATOR, "password": make.PASSWORD})
        assert "_auth_user_id" not in client.session
        client.post("/account/login/second/", {"code": make.code((once / "factor").read_text())})
        assert client.session["_auth_user_id"] == str(User.objects.get(email=MEDIATOR).pk)
        a_newer_witness_leads_to_the_command_that_puts_the_break_on_record(once, manifest)
        store.remove(Evidence.objects.get().sha256)
        assert [*proof.faults(manifest)] == [
            f"evidence: the bytes of {Evidence.objects.get().key} are missing or changed."
        ]


def a_newer_witness_leads_to_the_command_that_puts_the_break_on_record(
    once: Path, manifest: Manifest
) -> None:
    shutil.copy(once / "here" / "heads.jsonl", witness.place())
    lost, command = proof.faults(manifest)
    assert "entry 9 (1) were seen, by a witness or a seal, and are not there now" in lost
    assert "manage.py ledgerrestored --reason" in command
    assert "The break is on record" in said("ledgerrestored", "--reason", "The disk failed.")
    assert [*proof.faults(manifest)] == []


def test_a_witness_that_is_there_is_kept(once: Path, tmp_path: Path) -> None:
    backup = newest(once / "backups")
    manifest = layout.read(once / "backups", backup.name)
    with files_in(tmp_path):
        put_witness(backup, manifest)
        assert witness.place().read_bytes() == (backup / "witness.jsonl").read_bytes()
        witness.place().write_text("a newer one")
        put_witness(backup, manifest)
        assert witness.place().read_text() == "a newer one"


def rewritten(backup: Path, **changed: Any) -> None:
    """The manifest says something else."""
    said = json.loads((backup / "manifest.json").read_text())
    (backup / "manifest.json").write_text(json.dumps(said | changed))


def test_a_restore_that_fails_leaves_the_database_empty(backups: Path, tmp_path: Path) -> None:
    backup = newest(backups)
    dump = backup / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-100])
    files = layout.read(backups, backup.name).files | {"database.dump": layout.file_at(dump)}
    rewritten(backup, files={name: asdict(file) for name, file in files.items() if file})
    with database(), files_in(tmp_path):
        assert said("restore", backups).startswith("pg_restore: error: "), "what is in it can be listed"
        assert connection.introspection.table_names() == []


def test_what_is_not_empty_and_what_is_of_a_newer_version_is_refused(
    backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewritten(newest(backups), migrations=["obligations.9999_later"])
    monkeypatch.setattr(programs, "server_version", lambda: "9.6")
    with files_in(tmp_path):
        store.put("0" * 64, BytesIO(b"another's"))
        told = said("restore", backups)
        assert sum(1 for _ in store.stored(NOW + timedelta(days=3650))) == 1, "nothing was added"
    assert "A newer version of this software made it (0.1.0, with obligations.9999_later)" in told
    assert "It is of PostgreSQL 18" in told
    assert "tables: name an empty one." in told
    assert "another deployment's, or has files that the backup does not name" in told


def test_no_key_of_a_session_is_in_a_backup(once: Path) -> None:
    dump = newest(once / "backups") / "database.dump"
    program = programs.program("pg_restore", programs.major_of(programs.server_version()))
    held = subprocess.run([program, "--list", dump], capture_output=True, text=True, check=True).stdout
    assert "TABLE DATA public parties_user " in held
    assert "TABLE DATA public django_session " not in held
    assert "TABLE DATA public usersessions_usersession " not in held


def test_a_whole_folder_is_called_whole(once: Path) -> None:
    told = said("verifybackup", once / "backups")
    assert told == f"2 backups are whole, the newest {newest(once / 'backups').name}.\n"


def unreadable(folder: Path) -> None:
    dump = newest(folder) / "database.dump"
    dump.write_bytes(b"PGDMP" + dump.read_bytes()[50:])
    files = layout.read(folder, newest(folder).name).files | {"database.dump": layout.file_at(dump)}
    rewritten(newest(folder), files={name: asdict(file) for name, file in files.items() if file})


def changed(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))


def no_file(folder: Path) -> None:
    (newest(folder) / "witness.jsonl").unlink()
    (newest(folder) / "witness.jsonl").mkdir()


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "witness no file": (no_file, "witness.jsonl cannot be read: Is a directory."),
    "evidence gone": (lambda folder: evidence_in(folder).unlink(), " is missing."),
    "evidence changed": (lambda folder: changed(evidence_in(folder)), "was changed: its digest is not that"),
    "dump changed": (lambda folder: changed(newest(folder) / "database.dump"), "database.dump was changed"),
    "dump unreadable": (unreadable, "database.dump cannot be read. pg_restore: "),
    "witness cut": (
        lambda folder: (newest(folder) / "witness.jsonl").write_bytes(b""),
        "has 0 bytes, and the",
    ),
    "no manifest": (lambda folder: (newest(folder) / "manifest.json").unlink(), "manifest.json is missing."),
    "half a manifest": (
        lambda folder: (newest(folder) / "manifest.json").write_text('{"format": 1'),
        "is no manifest of a backup",
    ),
    "another format": (lambda folder: rewritten(newest(folder), format=2), "the format 2, and this version"),
    "a file more": (lambda folder: (newest(folder) / "more").touch(), "is not named by the manifest"),
    "a file beside": (lambda folder: (folder / "notes.txt").touch(), "notes.txt belongs to no backup."),
    "left half-made": (lambda folder: (folder / "x.part").mkdir(), "left by a backup that was interrupted"),
    "evidence of none": (
        lambda folder: shutil.copy(evidence_in(folder), folder / "evidence" / "copy"),
        "copy belongs to no backup.",
    ),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_wrong_with_a_folder_is_named(backups: Path, spoilt: str) -> None:
    spoil, told = SPOILT[spoilt]
    spoil(backups)
    answer = said("verifybackup", backups)
    assert told in answer
    assert answer.endswith(" faults in 2 backups.")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(field=st.sampled_from([one.name for one in fields(Manifest)]), value=ANYTHING)
@example(field="postgresql", value="eighteen")
@example(field="evidence", value={"../../../etc/passwd": 1})
@example(field="files", value={"../database.dump": {"sha256": "0" * 64, "size": 1}})
@example(field="taken_at", value="yesterday")
def test_whatever_a_manifest_says_is_told_in_sentences(once: Path, field: str, value: Any) -> None:
    with TemporaryDirectory() as place:
        folder = Path(shutil.copytree(once / "backups", Path(place) / "backups"))
        rewritten(newest(folder), **{field: value})
        said("verifybackup", folder)
        with files_in(folder), contextlib.suppress(BackupError):
            manifest = layout.read(folder, newest(folder).name)
            assert [*reasons_against(manifest)], "the database has tables"


def test_the_newest_are_kept_with_the_evidence_that_they_name(backups: Path) -> None:
    older, newer = layout.names(backups)
    assert forget(backups, 1) == [older]
    assert layout.names(backups) == [newer]
    assert evidence_in(backups).exists()
    rewritten(backups / newer, evidence={})
    shutil.copytree(backups / newer, backups / older)
    forget(backups, 1)
    assert not any(path.is_file() for path in (backups / "evidence").rglob("*"))


def test_a_backup_without_the_programs_says_what_to_install_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "server_version", lambda: "99.1")
    with files_in(tmp_path):
        told = said("backup", tmp_path / "backups")
    assert "PostgreSQL 99 and wants pg_dump of the same version" in told
    assert "apt-get install postgresql-client-99" in told
    assert list((tmp_path / "backups").iterdir()) == []
    assert heartbeats.BACKUP not in heartbeats.ages()


def test_evidence_that_is_lost_is_named_and_the_rest_backed_up(tmp_path: Path) -> None:
    with files_in(tmp_path):
        made = make.evidence_file(make.obligation())
        store.remove(made.sha256)
        told = said("backup", tmp_path / "backups")
    assert told.endswith(f"without these, whose bytes are missing or changed:\n{made.sha256}")
    (name,) = layout.names(tmp_path / "backups")
    assert layout.read(tmp_path / "backups", name).missing == [made.sha256]
    assert heartbeats.ages()[heartbeats.BACKUP] < timedelta(minutes=5)


def test_no_two_backups_are_made_in_one_folder_at_once(tmp_path: Path) -> None:
    with layout.locked(tmp_path):
        assert "Another backup is being made" in said("backup", tmp_path)
