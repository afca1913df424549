"""Evidence in a server that speaks S3: taken, given out, swept, backed up; and nothing half-done where it is away."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from environs import Env

from normalization_tracker.backup import layout
from normalization_tracker.backup.check import faults
from normalization_tracker.backup.restore import put_evidence
from normalization_tracker.backup.take import take
from normalization_tracker.stores import evidence_storage
from obligations.files import store, upkeep
from obligations.files.mark import PLACE
from obligations.models import Evidence
from tests import make
from tests.pages.desk_data import signed_in
from tests.uploads import samples
from tests.uploads.s3 import BUCKET, S3

pytestmark = pytest.mark.django_db
FORM = "/obligations/accord/O-1/evidence/file/"


@pytest.fixture
def s3(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """The store of this process, with less patience than in production."""
    server = S3()
    told = {
        "EVIDENCE_STORAGE": "s3",
        "EVIDENCE_S3_BUCKET": BUCKET,
        "EVIDENCE_S3_ENDPOINT": server.address,
        "EVIDENCE_S3_ACCESS_KEY": "key",
        "EVIDENCE_S3_SECRET_KEY": "secret",
        "EVIDENCE_S3_REGION": "eu-central-1",
        "EVIDENCE_S3_PREFIX": "kept",
        "EVIDENCE_S3_ADDRESSING": "path",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    made = evidence_storage(Env(), Path("/nowhere"), patience=0.5, attempts=1)
    settings.STORAGES = settings.STORAGES | {"evidence": made, "evidence-probe": made}
    settings.PUBLIC_READING = True
    yield server
    server.recover()
    if server.thread.is_alive():
        server.stop()


def key_of(made: Evidence) -> str:
    return f"kept/{store.place_of(made.sha256)}"


def address_of(made: Evidence) -> str:
    return f"/obligations/accord/O-1/evidence/{made.key}/file/"


def test_evidence_goes_to_s3_and_comes_back_through_the_server(s3: S3) -> None:
    made = make.evidence_file(make.obligation(), content=samples.PDF)
    assert s3.signed[-1].startswith("AWS4-HMAC-SHA256 Credential=key/")
    make.evidence_file(made.obligation, content=samples.PDF)
    assert s3.objects == {key_of(made): samples.PDF}
    answer = Client().get(address_of(made))
    assert b"".join(answer) == samples.PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert (
        s3.client.get_object_acl(Bucket=BUCKET, Key=key_of(made))["Grants"][0]["Permission"] == "FULL_CONTROL"
    )


def test_what_lies_in_s3_is_read_and_compared_with_what_was_handed_in(s3: S3) -> None:
    made = make.evidence_file(make.obligation(), content=samples.PDF)
    call_command("verifyevidence")
    s3.put(key_of(made), samples.PDF + b" ")
    with pytest.raises(CommandError, match="1 of 1 files are not as they were handed in"):
        call_command("verifyevidence")
    s3.remove(key_of(made))
    assert [one.key for one in upkeep.lost()] == [made.key]
    assert Client(raise_request_exception=False).get(address_of(made)).status_code == 503


def test_s3_is_swept_as_a_folder_is(s3: S3) -> None:
    made = make.evidence_file(make.obligation(), content=samples.PDF)
    tonight = timezone.now()
    assert upkeep.sweep(tonight) == 0
    strange = f"kept/{store.place_of('0' * 64)}"
    for key in (strange, "kept/backups/2026.dump", "elsewhere/file"):
        s3.put(key, b"somebody's")
    upkeep.confirm(tonight + timedelta(hours=1))
    assert [upkeep.sweep(tonight + timedelta(days=days)) for days in (0, 2, 3)] == [0, 0, 1]
    assert set(s3.objects) == {key_of(made), f"kept/{PLACE}", "kept/backups/2026.dump", "elsewhere/file"}


def test_s3_with_the_mark_of_another_is_not_swept(s3: S3) -> None:
    make.evidence_file(make.obligation(), content=samples.PDF)
    s3.put(f"kept/{PLACE}", b'{"deployment": "another", "newest": ""}')
    s3.put(f"kept/{store.place_of('0' * 64)}", b"the other's")
    assert [upkeep.sweep(timezone.now() + timedelta(days=days)) for days in (1, 2, 3)] == [0, 0, 0]
    assert len(s3.objects) == 3


def test_s3_is_backed_up_by_hash_and_brought_back(s3: S3, tmp_path: Path, transactional_db: None) -> None:
    made = make.evidence_file(make.obligation(), content=samples.PDF)
    now = timezone.now()
    assert take(tmp_path, now).copied == 1
    make.evidence_file(made.obligation, content=samples.png(), file_name="a.png")
    s3.asked.clear()
    later = take(tmp_path, now + timedelta(seconds=1))
    assert later.copied == 1
    assert f"GET /{BUCKET}/{key_of(made)}" not in s3.asked, "what is there is not fetched again"
    assert [*faults(tmp_path)] == []
    whole = s3.objects
    for key in whole:
        s3.remove(key)
    put_evidence(tmp_path, layout.read(tmp_path, later.name))
    assert s3.objects == {key: content for key, content in whole.items() if PLACE not in key}


def says_nothing(s3: S3) -> Callable[[str], None]:
    """Takes what is asked, and waits until the trouble is over."""

    def wait(method: str) -> None:
        s3.is_over.wait()

    return wait


TROUBLES: dict[str, Callable[[S3], Callable[[str], int | None]]] = {
    "fails": lambda s3: lambda method: 500,
    "denies": lambda s3: lambda method: 403,
    "says nothing": says_nothing,
    "is full": lambda s3: lambda method: 507 if method in ("PUT", "POST") else None,
}


@pytest.mark.parametrize("trouble", [*TROUBLES, "is away"])
def test_nothing_is_half_done_where_s3(s3: S3, trouble: str, caplog: pytest.LogCaptureFixture) -> None:
    made = make.evidence_file(make.obligation(), content=samples.PDF)
    before = s3.objects
    if trouble in TROUBLES:
        s3.trouble = TROUBLES[trouble](s3)
    else:
        s3.stop()
    client = signed_in(make.representative())
    sent = {"title": "M", "represents_on": "2024-01-10", "language": "en", "tier": "public"}
    answer = client.post(FORM, sent | {"file": BytesIO(samples.png())})
    assert answer.status_code == 503
    assert "The file could not be stored. Nothing was kept; try again later." in answer.content.decode()
    assert Evidence.objects.count() == 1
    if trouble != "is full":
        page = Client(raise_request_exception=False).get(address_of(made))
        assert (page.status_code, page["Retry-After"]) == (503, "10")
        assert "The store of files does not answer" in page.content.decode()
        health = Client().get("/healthz").json()
        assert health["store"] == "down"
        assert s3.address not in str(health), "who asks from outside learns no host"
    if trouble != "is away":
        s3.recover()
        assert (s3.objects, s3.unfinished) == (before, [])
        assert Client().get("/healthz").json()["store"] == "ok"
