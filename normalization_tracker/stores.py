"""Where data lies, from the environment: in which databases, and in which storage evidence is kept."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from parties.replica import PRIMARY, REPLICA

# Compiling these queries takes longer than running them: measured, dashboards of 20,000 commitments take half the time.
# And what is counted is read from an index alone, where a page of it is not thought to cost four times another's; its
# groups are hashed, where there is room for them. A statement that is kept (`parties/prepared.py`) keeps its plan too:
# of large agreements the server would work it out at every call, three times longer than a list takes to read.
PLANNER = "-c jit=off -c random_page_cost=1.1 -c work_mem=16MB -c plan_cache_mode=force_generic_plan"


def databases(env: Env, pooler: str) -> dict[str, Any]:
    """Django's DATABASES. A pooler, where there is one, stands before both."""
    names = {PRIMARY: "DATABASE_URL"} | ({REPLICA: "REPLICA_URL"} if env.str("REPLICA_URL", "") else {})
    found = {
        alias: env.dj_db_url(name, conn_max_age=60, conn_health_checks=True) for alias, name in names.items()
    }
    for one in found.values():
        if pooler:
            one |= {"DISABLE_SERVER_SIDE_CURSORS": True}
        else:
            one.setdefault("OPTIONS", {}).setdefault("options", PLANNER)
    if REPLICA in found:
        found[REPLICA]["TEST"] = {"MIRROR": PRIMARY}
    return found


LOCAL, S3 = "local", "s3"


# Seconds that a store elsewhere may say nothing, and how often it is asked.
PATIENCE, ATTEMPTS = 15, 2
# The same, where it is only asked whether it is there.
SIGN_OF_LIFE = 2


def evidence_storages(env: Env, data_dir: Path) -> dict[str, Any]:
    """Entries of Django's STORAGES: `evidence`, and where that is elsewhere `evidence-probe`, which says at once."""
    made = {"evidence": evidence_storage(env, data_dir)}
    if env.str("EVIDENCE_STORAGE", LOCAL) == S3:
        made["evidence-probe"] = evidence_storage(env, data_dir, patience=SIGN_OF_LIFE, attempts=1)
    return made


def evidence_storage(
    env: Env, data_dir: Path, patience: float = PATIENCE, attempts: int = ATTEMPTS
) -> dict[str, Any]:
    """An entry of Django's STORAGES, by `EVIDENCE_STORAGE`. Opens no connection."""
    kind = env.str("EVIDENCE_STORAGE", LOCAL)
    if kind == LOCAL:
        folder = env.str("EVIDENCE_DIR", "") or str(data_dir / "evidence")
        return {"BACKEND": "obligations.files.store.LocalFiles", "OPTIONS": {"location": folder}}
    if kind == S3:
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": s3_options(env, patience, attempts)}
    raise ImproperlyConfigured(f"EVIDENCE_STORAGE is {kind!r}: choose `{LOCAL}` or `{S3}`.")


def s3_options(env: Env, patience: float, attempts: int) -> dict[str, Any]:
    bucket = env.str("EVIDENCE_S3_BUCKET", "")
    if not bucket:
        raise ImproperlyConfigured("EVIDENCE_STORAGE is `s3`: name the bucket in EVIDENCE_S3_BUCKET.")
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config  # in the extra `s3` alone

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
        # One part of a large file in memory at a time, and no threads beside those of the server.
        "transfer_config": TransferConfig(use_threads=False),
        # Only what every store that speaks S3 understands; a slow one is given up.
        "client_config": Config(
            s3={"addressing_style": env.str("EVIDENCE_S3_ADDRESSING", "auto")},
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=min(3, patience),
            read_timeout=patience,
            retries={"total_max_attempts": attempts},
        ),
    }
    return {name: value for name, value in options.items() if value is not None} | fixed
