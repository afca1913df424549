"""The nightly sweep of evidence deletes nothing of others, and nothing that a restored database may still want."""

import os
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from obligations.commands import evidence as commands
from obligations.files import mark, store, upkeep
from obligations.files.intake import examine
from obligations.models import Deployment, Evidence
from tests import make

pytestmark = pytest.mark.django_db
ORPHAN = "0" * 64
NIGHT = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """A store of the test's own."""
    options = {"BACKEND": "obligations.files.store.LocalFiles", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"evidence": options}
    return tmp_path


@pytest.fixture
def made(folder: Path) -> Evidence:
    """Evidence in a store that was swept once, and so bears the mark."""
    kept = make.evidence_file(make.obligation())
    assert upkeep.sweep(timezone.now()) == 0
    assert mark.read() == mark.Mark(Deployment.this().key, kept.key)
    return kept


def files(folder: Path) -> set[str]:
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return found - {mark.PLACE}


def lay(folder: Path, path: str, age: timedelta = timedelta(days=9000)) -> None:
    """A file that somebody wrote there so long ago."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"somebody's")
    then = (timezone.now() - age).timestamp()
    os.utime(place, (then, then))


def nights(count: int, since: datetime | None = None) -> int:
    """Sweeps of so many nights; how many files they removed."""
    first = since or timezone.now() + NIGHT
    return sum(upkeep.sweep(first + night * NIGHT) for night in range(count))


def stopped() -> str:
    return Deployment.this().evidence_stopped


def test_what_no_row_needed_on_two_nights_is_removed(folder: Path, made: Evidence) -> None:
    lay(folder, store.place_of(ORPHAN))
    half = f"{store.place_of('1' * 64)}.x8y_z123.part"
    lay(folder, half)
    assert nights(1) == 0
    assert nights(1, timezone.now() + NIGHT + timedelta(hours=1)) == 0, "it is still the same night"
    assert files(folder) == {store.place_of(made.sha256), store.place_of(ORPHAN), half}
    assert nights(1, timezone.now() + 2 * NIGHT) == 2
    assert files(folder) == {store.place_of(made.sha256)}
    assert stopped() == ""


def test_what_a_row_needed_in_between_begins_anew(folder: Path, made: Evidence) -> None:
    content = b"Handed in later."
    sha256 = examine(BytesIO(content), "later.txt").sha256
    lay(folder, store.place_of(sha256))
    nights(1)
    make.evidence_file(made.obligation, content=content)
    assert nights(3) == 0
    assert store.is_whole(sha256)


@pytest.mark.parametrize(
    "path",
    [
        "backup.dump",
        "backups/2026-01-01.tar.gz",
        ORPHAN,
        f"00/{ORPHAN}",
        f"ff/ff/{ORPHAN}",
        f"00/00/{ORPHAN}.bak",
        f"00/00/{ORPHAN[:-1]}",
        "00/00/tmpabcdefgh.part",
        f"deeper/00/00/{ORPHAN}",
    ],
)
def test_what_the_store_did_not_make_is_left_alone(folder: Path, made: Evidence, path: str) -> None:
    lay(folder, path)
    assert nights(3) == 0
    assert path in files(folder)
    assert stopped() == ""


@pytest.mark.parametrize("said", ["", "no mark", '{"deployment": "another", "newest": ""}', "[]"])
def test_a_store_without_our_mark_is_not_swept_and_health_says_so(
    folder: Path, made: Evidence, said: str
) -> None:
    lay(folder, store.place_of(ORPHAN))
    (folder / mark.PLACE).write_text(said)
    assert nights(3) == 0
    assert store.place_of(ORPHAN) in files(folder)
    assert "mark" in stopped()


def test_a_store_that_lost_its_mark_is_not_adopted_again(folder: Path, made: Evidence) -> None:
    (folder / mark.PLACE).unlink()
    assert nights(2) == 0
    assert "is it the right folder or bucket?" in stopped()


def test_a_store_with_files_of_others_is_not_adopted(folder: Path) -> None:
    lay(folder, store.place_of(ORPHAN))
    assert nights(3) == 0
    assert (mark.read(), files(folder)) == (None, {store.place_of(ORPHAN)})
    assert "no mark of this deployment" in stopped()


def test_a_mark_that_was_put_right_goes_on_by_itself(folder: Path, made: Evidence) -> None:
    mine = mark.read()
    assert mine
    (folder / mark.PLACE).unlink()
    nights(1)
    mark.write(mine)
    nights(1)
    assert stopped() == ""


def test_the_mark_names_the_newest_evidence_that_was_committed(
    made: Evidence, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        later = make.evidence_file(made.obligation, content=b"Later.")
    assert mark.read() == mark.Mark(Deployment.this().key, later.key)


def test_a_database_older_than_the_store_stops_the_sweep_until_a_person_confirms(
    folder: Path, made: Evidence, django_capture_on_commit_callbacks: Any
) -> None:
    mark.write(mark.Mark(Deployment.this().key, "committed-and-lost-again"))
    lay(folder, store.place_of(ORPHAN))
    assert nights(3) == 0
    assert "was it restored from a backup?" in stopped()
    with django_capture_on_commit_callbacks(execute=True):
        make.evidence_file(made.obligation, content=b"After the restore.")
    assert nights(3) == 0, "an upload does not make it forget"
    said = StringIO()
    call_command("confirmevidence", stdout=said)
    assert "No evidence needs 1 of its files" in said.getvalue()
    assert stopped() == ""
    assert store.place_of(ORPHAN) in files(folder)
    assert nights(1) == 0
    assert nights(1, timezone.now() + 2 * NIGHT) == 1


def test_files_newer_than_the_newest_row_stop_it_too(folder: Path, made: Evidence) -> None:
    lay(folder, store.place_of(ORPHAN), age=timedelta())
    assert nights(3, timezone.now() + 2 * NIGHT) == 0
    assert "1 stored file is newer than the newest evidence on record" in stopped()
    assert store.place_of(ORPHAN) in files(folder)
    call_command("confirmevidence", stdout=StringIO())
    assert nights(2, timezone.now() + 2 * NIGHT) == 1


def test_a_store_that_does_not_answer_is_told(made: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ConnectionError("no route")

    monkeypatch.setattr(mark, "read", fail)
    assert nights(1) == 0
    assert "does not answer (ConnectionError)" in stopped()


def test_an_upload_that_fails_removes_nothing_that_lay_there_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"Of another deployment."
    sha256 = examine(BytesIO(content), "x.txt").sha256
    store.put(sha256, BytesIO(content))

    def fail(**_: Any) -> None:
        raise RuntimeError("the ledger is gone")

    monkeypatch.setattr(commands, "enter", fail)
    with pytest.raises(RuntimeError):
        make.evidence_file(make.obligation(), content=content)
    assert store.is_whole(sha256)
