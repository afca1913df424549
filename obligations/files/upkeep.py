"""Whether what is kept is what was handed in: every row has its bytes, and no bytes stay that no row needs.

The sweep deletes, and so it is careful. It touches what the store itself made, at places made of a hash, in a store
that bears this deployment's mark, and only where no row needed a file on two nights. It stops where the store knows
more than the database, which was restored from a backup then, and goes on when a person has said so
(`manage.py confirmevidence`).
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.commands.evidence import remove_unless_needed
from obligations.commands.evidence_store import is_behind, set_mark
from obligations.files import mark, store
from obligations.files.mark import Mark
from obligations.files.store import Stored
from obligations.models import Deployment, Evidence, Orphan

logger = logging.getLogger(__name__)
# An upload is done, or has failed, long before.
GRACE = timedelta(days=1)
# From one night to the next, however long either sweep took.
A_NIGHT = timedelta(hours=20)
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Lost:
    """Evidence whose bytes are missing or are not those that were handed in."""

    key: str
    sha256: str


def sweep(now: datetime) -> int:
    """Remove what no row has needed for two nights, and halves that a crash left; how many files were.

    Where it must not, it removes nothing and keeps the reason for /healthz.
    """
    deployment = Deployment.this()
    orphans: list[Stored] = []
    if not (stopped := reason_to_stop(deployment, now)):
        orphans = list(unneeded(now - GRACE))
        stopped = newer_than_the_record(orphans, deployment)
    if stopped != deployment.evidence_stopped:
        Deployment.objects.filter(pk=deployment.pk).update(evidence_stopped=stopped)
    if stopped:
        logger.error("The store of evidence was not swept. %s", stopped)
        return 0
    removed = sum(remove(one) for one in unneeded_before(orphans, now))
    if removed:
        logger.warning("Removed %d stored files that no evidence needed for two nights.", removed)
    return removed


def reason_to_stop(deployment: Deployment, now: datetime) -> str:
    """Why this deployment must not delete anything in the store; empty where it may."""
    try:
        found = mark.read() or adopted(deployment, now)
    except Exception as error:  # whatever a storage raises
        logger.exception("The mark in the store of evidence could not be read or written.")
        return _("The store does not answer (%(error)s).") % {"error": type(error).__name__}
    if found is None:
        return _("The store bears no mark of this deployment: is it the right folder or bucket?")
    if found.deployment != deployment.key:
        return _("The store bears the mark of another deployment.")
    if is_behind(found):
        return _("The store knows evidence that the database does not: was it restored from a backup?")
    return ""


def adopted(deployment: Deployment, now: datetime) -> Mark | None:
    """The mark, set where the store never had one and holds nothing of a kind with ours that no row knows."""
    if deployment.evidence_marked_at is not None or any(unneeded(now)):
        return None
    made = set_mark(deployment)
    Deployment.objects.filter(pk=deployment.pk).update(evidence_marked_at=now)
    return made


def unneeded(before: datetime) -> Iterator[Stored]:
    """What the store made before the instant and no row names, and halves of files."""
    files = store.stored(before)
    while batch := list(islice(files, BATCH)):
        hashes = {one.sha256 for one in batch}
        known = set(Evidence.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
        yield from (one for one in batch if one.is_half or one.sha256 not in known)


def newer_than_the_record(orphans: Sequence[Stored], deployment: Deployment) -> str:
    """Why to stop where files without a row were written after the newest row; empty where none was, or a person knows.

    A crash can leave such a file, and so can a database that was restored: nobody but a person can tell.
    """
    newest = Evidence.objects.filter(kind=Evidence.Kind.FILE).order_by("-uploaded_at").first()
    instants = [newest.uploaded_at if newest else None, deployment.evidence_confirmed_at]
    known = max((at for at in instants if at is not None), default=None)
    newer = sum(not one.is_half and (known is None or one.written_at > known) for one in orphans)
    if not newer:
        return ""
    return ngettext(
        "%(count)d stored file is newer than the newest evidence on record: was the database restored?",
        "%(count)d stored files are newer than the newest evidence on record: was the database restored?",
        newer,
    ) % {"count": newer}


@transaction.atomic
def unneeded_before(orphans: Sequence[Stored], now: datetime) -> list[Stored]:
    """Those that were without a row on an earlier night too; the others are remembered for the next one."""
    paths = {one.path for one in orphans}
    Orphan.objects.exclude(path__in=paths).delete()
    Orphan.objects.bulk_create([Orphan(path=path, seen_at=now) for path in paths], ignore_conflicts=True)
    ripe = set(Orphan.objects.filter(seen_at__lte=now - A_NIGHT).values_list("path", flat=True))
    return [one for one in orphans if one.path in ripe]


def remove(stored: Stored) -> bool:
    if not stored.is_half:
        return remove_unless_needed(stored.sha256)
    store.storage().delete(stored.path)
    return True


def confirm(now: datetime) -> int:
    """A person says that the store is this deployment's, as it is: it is marked anew, and swept again from tonight on.

    Returns how many files no row needs: they are removed when that is so on two nights.
    """
    deployment = Deployment.this()
    Orphan.objects.all().delete()
    set_mark(deployment)
    Deployment.objects.filter(pk=deployment.pk).update(
        evidence_marked_at=now, evidence_confirmed_at=now, evidence_stopped=""
    )
    return sum(1 for _one in unneeded(now))


def lost() -> Iterator[Lost]:
    """Every file's evidence whose bytes cannot be had as they were handed in; each stored file is read once."""
    last, whole = "", True
    rows = Evidence.objects.filter(kind=Evidence.Kind.FILE).order_by("sha256", "key")
    for key, sha256 in rows.values_list("key", "sha256").iterator():
        if sha256 != last:
            last, whole = sha256, store.is_whole(sha256)
        if not whole:
            yield Lost(key, sha256)
