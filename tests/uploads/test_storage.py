"""Where evidence is kept, by the settings: a folder by default, or what speaks S3."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.test import Client
from environs import Env

from normalization_tracker.evidence_storage import evidence_storage
from obligations.files import store, upkeep
from obligations.files.mark import PLACE
from tests import make
from tests.uploads import samples
from tests.uploads.fake_s3 import FakeS3

S3 = {
    "EVIDENCE_STORAGE": "s3",
    "EVIDENCE_S3_BUCKET": "bucket",
    "EVIDENCE_S3_ENDPOINT": "https://store.example.org",
    "EVIDENCE_S3_ACCESS_KEY": "key",
    "EVIDENCE_S3_SECRET_KEY": "secret",
    "EVIDENCE_S3_REGION": "eu-central-1",
}


def asked(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> dict[str, Any]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return evidence_storage(Env(), Path("/data"))


def test_by_default_it_is_a_folder_outside_of_what_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    made = storages.create_storage(asked(monkeypatch, {}))
    assert made.path("ab/cd/x") == "/data/evidence/ab/cd/x"
    with pytest.raises(ValueError, match="no address"):
        made.url("ab/cd/x")


def test_s3_is_asked_for_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    made: Any = storages.create_storage(asked(monkeypatch, S3))
    assert type(made).__name__ == "S3Storage"
    assert (made.bucket_name, made.endpoint_url) == ("bucket", "https://store.example.org")
    assert (made.default_acl, made.file_overwrite, made.region_name) == (None, True, "eu-central-1")


@pytest.mark.parametrize("variables", [{"EVIDENCE_STORAGE": "s3"}, {"EVIDENCE_STORAGE": "tape"}])
def test_a_store_that_cannot_be_is_named_at_the_start(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    with pytest.raises(ImproperlyConfigured, match="EVIDENCE_STORAGE"):
        asked(monkeypatch, variables)


@pytest.fixture
def s3(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeS3]:
    with FakeS3() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = S3 | {"EVIDENCE_S3_ENDPOINT": server.address, "EVIDENCE_S3_PREFIX": "kept"}
        settings.STORAGES = settings.STORAGES | {"evidence": asked(monkeypatch, told)}
        yield server
        server.shutdown()


@pytest.mark.django_db
def test_evidence_goes_to_s3_and_comes_back_through_the_server(s3: FakeS3, settings: Any) -> None:
    settings.PUBLIC_READING = True
    made = make.evidence_file(make.obligation(), content=samples.PDF)
    make.evidence_file(made.obligation, content=samples.PDF)
    assert s3.objects == {f"kept/{store.place_of(made.sha256)}": samples.PDF}
    assert s3.signed[0].startswith("AWS4-HMAC-SHA256 Credential=key/")
    answer = Client().get(f"/obligations/accord/O-1/evidence/{made.key}/file/")
    assert b"".join(answer) == samples.PDF
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db
def test_s3_is_swept_and_checked_as_a_folder_is(s3: FakeS3) -> None:
    made = make.evidence_file(make.obligation(), content=samples.PDF)
    own = f"kept/{store.place_of(made.sha256)}"
    mark = f"kept/{PLACE}"
    tonight = datetime(2026, 6, 1, tzinfo=UTC)
    assert upkeep.sweep(tonight) == 0
    s3.objects[f"kept/{store.place_of('0' * 64)}"] = b"nobody's"
    s3.objects["kept/backups/2026.dump"] = b"somebody's"
    s3.objects["elsewhere/file"] = b"somebody's"
    assert upkeep.sweep(s3.written_at + timedelta(hours=1)) == 0
    assert upkeep.sweep(tonight) == 0
    assert upkeep.sweep(tonight + timedelta(days=1)) == 1
    assert set(s3.objects) == {own, mark, "kept/backups/2026.dump", "elsewhere/file"}
    assert list(upkeep.lost()) == []
    del s3.objects[own]
    assert [one.key for one in upkeep.lost()] == [made.key]


@pytest.mark.django_db
def test_s3_with_the_mark_of_another_is_not_swept(s3: FakeS3) -> None:
    make.evidence_file(make.obligation(), content=samples.PDF)
    s3.objects[f"kept/{PLACE}"] = b'{"deployment": "another", "newest": ""}'
    s3.objects[f"kept/{store.place_of('0' * 64)}"] = b"the other's"
    for night in range(3):
        assert upkeep.sweep(datetime(2026, 6, 1 + night, tzinfo=UTC)) == 0
    assert len(s3.objects) == 3


@pytest.mark.django_db
def test_evidence_in_s3_that_cannot_be_had_is_503(s3: FakeS3, settings: Any) -> None:
    settings.PUBLIC_READING = True
    made = make.evidence_file(make.obligation(), content=samples.PDF)
    address = f"/obligations/accord/O-1/evidence/{made.key}/file/"
    whole = dict(s3.objects)
    s3.objects.clear()
    assert Client(raise_request_exception=False).get(address).status_code == 503
    s3.objects.update(whole)
    assert b"".join(Client().get(address)) == samples.PDF
