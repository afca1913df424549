"""Which storage evidence is kept in, from the environment: a folder, or anything that speaks S3."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env

LOCAL, S3 = "local", "s3"


def evidence_storage(env: Env, data_dir: Path) -> dict[str, Any]:
    """An entry of Django's STORAGES, by `EVIDENCE_STORAGE`. Opens no connection."""
    kind = env.str("EVIDENCE_STORAGE", LOCAL)
    if kind == LOCAL:
        folder = env.str("EVIDENCE_DIR", "") or str(data_dir / "evidence")
        return {"BACKEND": "obligations.files.local.LocalFiles", "OPTIONS": {"location": folder}}
    if kind == S3:
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": s3_options(env)}
    raise ImproperlyConfigured(f"EVIDENCE_STORAGE is {kind!r}: choose `{LOCAL}` or `{S3}`.")


def s3_options(env: Env) -> dict[str, Any]:
    bucket = env.str("EVIDENCE_S3_BUCKET", "")
    if not bucket:
        raise ImproperlyConfigured("EVIDENCE_STORAGE is `s3`: name the bucket in EVIDENCE_S3_BUCKET.")
    from botocore.config import Config  # type: ignore[import-untyped]  # in the extra `s3` alone

    options = {
        "bucket_name": bucket,
        "location": env.str("EVIDENCE_S3_PREFIX", ""),
        "endpoint_url": env.str("EVIDENCE_S3_ENDPOINT", "") or None,
        "region_name": env.str("EVIDENCE_S3_REGION", "") or None,
        # Left out, they come from where AWS's own tools take them: variables, a profile, the machine's role.
        "access_key": env.str("EVIDENCE_S3_ACCESS_KEY", "") or None,
        "secret_key": env.str("EVIDENCE_S3_SECRET_KEY", "") or None,
    }
    fixed = {
        "default_acl": None,  # as private as the bucket
        "file_overwrite": True,  # the name is the hash of the content
        "max_memory_size": 2 * 1024 * 1024,
        # Only what every store that speaks S3 understands; a slow one is given up.
        "client_config": Config(
            s3={"addressing_style": env.str("EVIDENCE_S3_ADDRESSING", "auto")},
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=3,
            read_timeout=15,
            retries={"total_max_attempts": 2},
        ),
    }
    return {name: value for name, value in options.items() if value is not None} | fixed
