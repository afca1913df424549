"""Writing the ledger: each command enters what it changed, in its own transaction."""

from datetime import datetime
from typing import Any

from agreement.models import LedgerEntry
from parties.access import Viewer


def enter(
    *,
    agreement_id: int | None,
    actor: Viewer,
    now: datetime,
    command: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> LedgerEntry:
    """Write one entry, in the transaction of the change that it records. Accounts belong to no agreement: None."""
    return LedgerEntry.objects.create(
        agreement_id=agreement_id,
        actor_id=actor.user_id,
        at=now,
        command=command,
        subject=subject,
        before=before or {},
        after=after or {},
        reason=reason,
    )
