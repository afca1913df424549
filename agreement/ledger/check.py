"""The nightly verification: its result is kept, and the heads of a ledger that is whole are written down."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from agreement.ledger.verify import Fault, Verification, verify
from agreement.ledger.witness import WitnessError, write_down
from agreement.ledger.witnessed import share, share_file
from agreement.models import LedgerCheck


def check(started_at: datetime, clock_now: Callable[[], datetime]) -> LedgerCheck:
    """Verify everything and keep the result. `clock_now` gives the instant at which it came to its end."""
    with suppress(WitnessError):  # the verification names that
        share_file(started_at)
    done = verify()
    note(done, clock_now())
    newest = LedgerCheck.objects.order_by("-finished_at").values_list("pk", flat=True)
    LedgerCheck.objects.exclude(pk__in=list(newest[: LedgerCheck.MOST])).delete()
    return LedgerCheck.objects.create(
        started_at=started_at,
        finished_at=clock_now(),
        entries=done.entries,
        rows=done.rows,
        faults=[told(fault) for fault in done.faults],
        witness=done.witness,
    )


def told(fault: Fault) -> dict[str, Any]:
    """As it is kept; with the head that was seen, so that later verifications go by it, too."""
    seen = {"seen": [fault.seen.chain, fault.seen.position, fault.seen.hash]} if fault.seen else {}
    return {"agreement": fault.agreement, "what": fault.what, **seen}


def note(done: Verification, now: datetime) -> None:
    """Write down the heads where nothing is wrong; that this could not be done is a fault too."""
    if done.is_good:
        try:
            write_down(done.heads, now)
            share(done.heads, now)
        except WitnessError as error:
            done.faults.append(Fault("", str(error)))
