"""The nightly verification: its result is kept, and the heads of a ledger that is whole are written down."""

from collections.abc import Callable
from datetime import datetime

from agreement.ledger.verify import Fault, Verification, verify
from agreement.ledger.witness import WitnessError, write_down
from agreement.models import LedgerCheck


def check(started_at: datetime, clock_now: Callable[[], datetime]) -> LedgerCheck:
    """Verify everything and keep the result. `clock_now` gives the instant at which it came to its end."""
    done = verify()
    note(done, clock_now())
    newest = LedgerCheck.objects.order_by("-finished_at").values_list("pk", flat=True)
    LedgerCheck.objects.exclude(pk__in=list(newest[: LedgerCheck.KEPT])).delete()
    return LedgerCheck.objects.create(
        started_at=started_at,
        finished_at=clock_now(),
        entries=done.entries,
        rows=done.rows,
        faults=[{"agreement": one.agreement, "what": one.what} for one in done.faults],
    )


def note(done: Verification, now: datetime) -> None:
    """Write down the heads where nothing is wrong; that this could not be done is a fault too."""
    if done.is_good:
        try:
            write_down(done.heads, now)
        except WitnessError as error:
            done.faults.append(Fault("", str(error)))
