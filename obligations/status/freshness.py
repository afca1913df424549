"""What an answer about commitments is of: it is the same as long as this is."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import get_language

from obligations.status.reading import bits_of
from parties.access import Viewer, agreements_of
from parties.prepared import run

# Days end at midnight in some zone, and no zone is off UTC by less than a quarter of an hour.
SLOT_SECONDS = 15 * 60
# The cache of what is worked out of commitments until something changes.
KEPT = "answers"
T = TypeVar("T")


def freshness_of(viewer: Viewer, now: datetime) -> str:
    """What the viewer can see of commitments, and until when, as a text that never leaves the server. One query."""
    bits, params = bits_of(viewer, "r")
    readable = "" if settings.PUBLIC_READING else "AND r.agreement_id = ANY(%s)"
    if readable:
        params = [*params, agreements_of(viewer.grants)]
    (found,) = run(REVISION.format(bits=bits, readable=readable), [now, *params])
    slot = int(now.timestamp()) // SLOT_SECONDS
    return repr((found, slot, [(grant.agreement_id, grant.reader) for grant in viewer.grants]))


def digest(fresh: str, *of: object) -> str:
    """A name for an answer to `of` in this language: it tells nothing, not even how often anything changed."""
    secret = settings.SECRET_KEY.encode()[: hashlib.blake2b.MAX_KEY_SIZE]
    return hashlib.blake2b(repr((fresh, get_language(), of)).encode(), digest_size=16, key=secret).hexdigest()


def until_it_changes(
    fresh: str, of: tuple[object, ...], work_out: Callable[[], T], seconds: int = SLOT_SECONDS
) -> T:
    """What is worked out of the commitments that a viewer can see: once as long as nothing changes.

    `seconds` are longer where no instant changes it.
    """
    named, kept = digest(fresh, *of), caches[KEPT]
    found: T | None = kept.get(named)
    if found is None:
        found = work_out()
        kept.set(named, found, seconds)
    return found


REVISION = """
SELECT sum(changes), (SELECT max(publish_at) FROM obligations_statement
    WHERE publish_at IS NOT NULL AND NOT (tier = 'public') AND publish_at <= %s)
FROM obligations_revision r WHERE (r.mask & {bits}) <> 0 {readable}
"""
