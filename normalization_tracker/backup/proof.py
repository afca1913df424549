"""Whether all holds after a backup was brought in: ledger, evidence, derived columns. Nothing is mended."""

from collections.abc import Iterator

from django.utils import timezone

from agreement.ledger import verify
from agreement.ledger.restored import lost
from agreement.ledger.witness import WitnessError, missing
from normalization_tracker.backup.layout import Manifest
from obligations import drift
from obligations.files import upkeep

ON_RECORD = (
    "The backup is older than the witness. That stays for good, and one command puts it on record:"
    " manage.py ledgerrestored --reason 'Restored the backup of {taken_at}: ...'"
)


def faults(manifest: Manifest) -> Iterator[str]:
    """What does not hold, and what to do about it, a sentence each."""
    yield from of_ledger(manifest)
    wrong = [one.key for one in upkeep.lost()]
    if wrong:
        known = (
            f"; {len(manifest.missing)} were missing when the backup was taken" if manifest.missing else ""
        )
        yield f"evidence: the bytes of {', '.join(wrong)} are missing or changed{known}."
    done = drift.check(timezone.now(), timezone.now)
    if done.found:
        advice = " ".join(drift.advice(one["field"] for one in done.differences))
        yield f"drift: {done.found} differences in {done.checked} commitments. {advice}"


def of_ledger(manifest: Manifest) -> Iterator[str]:
    if missing(manifest.ledger):
        yield "ledger: what was its newest entry when the backup was taken is not there."
    try:
        gone = lost(timezone.now())
    except WitnessError as error:
        yield f"ledger: {error}"
        return
    if gone:
        yield from (f"ledger: {one}." for one in gone)
        yield ON_RECORD.format(taken_at=manifest.taken_at)
        return  # what the verification would say once more
    done = verify.check(timezone.now(), timezone.now)
    for fault in done.faults:
        yield (
            f"ledger: {fault['agreement']}: {fault['what']}"
            if fault["agreement"]
            else f"ledger: {fault['what']}"
        )
