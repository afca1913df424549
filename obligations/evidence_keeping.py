"""Whether what is kept is what was handed in: every row has its bytes, and no bytes stay that no row needs."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from obligations.commands.evidence import remove_unless_needed
from obligations.files import store
from obligations.models import Evidence

logger = logging.getLogger(__name__)
# An upload is done, or has failed, long before.
GRACE = timedelta(days=1)
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Lost:
    """Evidence whose bytes are missing or are not those that were handed in."""

    key: str
    sha256: str


def sweep(now: datetime) -> int:
    """Remove stored files older than a day that no row names, and halves that a crash left; how many were."""
    removed = 0
    for name, path in store.stored(before=now - GRACE):
        if HASH.fullmatch(name) and path == store.place_of(name):
            removed += remove_unless_needed(name)
        else:
            store.storage().delete(path)
            removed += 1
    if removed:
        logger.warning("Removed %d stored files that no evidence needs.", removed)
    return removed


def lost() -> Iterator[Lost]:
    """Every file's evidence whose bytes cannot be had as they were handed in; each stored file is read once."""
    last, whole = "", True
    rows = Evidence.objects.filter(kind=Evidence.Kind.FILE).order_by("sha256", "key")
    for key, sha256 in rows.values_list("key", "sha256").iterator():
        if sha256 != last:
            last, whole = sha256, store.is_whole(sha256)
        if not whole:
            yield Lost(key, sha256)
