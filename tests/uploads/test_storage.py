"""Where evidence is kept, by the settings: a folder by default, or what speaks S3."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from environs import Env

from normalization_tracker.stores import evidence_storage

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
    assert not made.transfer_config.use_threads, "ten parts of 8 MB would be in memory for one file"


@pytest.mark.parametrize("variables", [{"EVIDENCE_STORAGE": "s3"}, {"EVIDENCE_STORAGE": "tape"}])
def test_a_store_that_cannot_be_is_named_at_the_start(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    with pytest.raises(ImproperlyConfigured, match="EVIDENCE_STORAGE"):
        asked(monkeypatch, variables)
