"""The bytes of evidence: once each, whole, and none left where something failed."""

import os
import threading
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from agreement.ledger import enter
from obligations.commands import Refused
from obligations.commands import evidence as commands
from obligations.files import store
from obligations.models import Evidence
from parties.access import Tier
from tests import make
from tests.trials import wait_for

pytestmark = pytest.mark.django_db
BYTES = b"Seen on site.\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """A store of the test's own."""
    options = {"BACKEND": "obligations.files.store.LocalFiles", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"evidence": options}
    return tmp_path


def kept(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_is_stored_under_its_hash_for_the_server_alone(folder: Path) -> None:
    made = make.evidence_file(make.obligation(), content=BYTES)
    place = folder / made.sha256[:2] / made.sha256[2:4] / made.sha256
    assert place.read_bytes() == BYTES
    assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_same_bytes_are_stored_once_and_nobody_is_told(folder: Path) -> None:
    owed = make.obligation()
    hidden = make.evidence_file(owed, tier=Tier.MEDIATORS)
    shown = make.evidence_file(owed, make.representative())
    assert hidden.sha256 == shown.sha256
    assert len(kept(folder)) == 1


def failing(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError("the ledger is gone")


def test_what_fails_after_storing_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "enter", failing)
    with pytest.raises(RuntimeError):
        make.evidence_file(make.obligation())
    assert (Evidence.objects.count(), kept(folder)) == (0, [])


def test_what_fails_leaves_the_bytes_that_another_row_needs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make.evidence_file(make.obligation())
    monkeypatch.setattr(commands, "enter", failing)
    with pytest.raises(RuntimeError):
        make.evidence_file(made.obligation, title="Another")
    assert store.is_whole(made.sha256)


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_fails_takes_nothing_from_one_of_the_same_bytes_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed = make.obligation()
    actor = make.a_mediator()

    def beside() -> None:
        make.evidence_file(owed, actor=actor)
        connection.close()

    other = threading.Thread(target=beside)

    def fails_while_the_other_waits(**entry: Any) -> Any:
        if threading.current_thread() is other:
            return enter(**entry)
        other.start()
        wait_for(somebody_waits, "the other upload at the lock of the hash")
        raise RuntimeError("the ledger is gone")

    monkeypatch.setattr(commands, "enter", fails_while_the_other_waits)
    with pytest.raises(RuntimeError):
        make.evidence_file(owed, actor=actor)
    other.join()
    assert [store.is_whole(one.sha256) for one in Evidence.objects.all()] == [True]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


def test_a_store_that_fails_is_told_in_a_sentence_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(Refused, match="could not be stored"):
        make.evidence_file(make.obligation())
    assert (Evidence.objects.count(), kept(folder)) == (0, [])


def test_the_check_names_evidence_whose_bytes_are_missing_or_changed(folder: Path) -> None:
    owed = make.obligation()
    whole = make.evidence_file(owed)
    changed = make.evidence_file(owed, content=b"One thing.")
    missing = make.evidence_file(owed, content=b"Another thing.")
    make.evidence_link(owed)
    (folder / store.place_of(changed.sha256)).write_bytes(b"Something else.")
    store.remove(missing.sha256)
    said = StringIO()
    with pytest.raises(CommandError, match="2 of 3 files"):
        call_command("verifyevidence", stderr=said)
    assert {line.split(":")[0] for line in said.getvalue().splitlines()} == {changed.key, missing.key}
    assert whole.key not in said.getvalue()


def test_the_check_is_content_with_what_is_whole() -> None:
    make.evidence_file(make.obligation())
    said = StringIO()
    call_command("verifyevidence", stdout=said)
    assert "All 1 files" in said.getvalue()
