"""Notes who read confidences. No act on the record, and in no ledger."""

from collections.abc import Iterable
from datetime import UTC, datetime

from agreement.models import ConfidenceRead
from parties.confidences import Confidence


def note_reads(*, user: int, read: Iterable[Confidence], now: datetime) -> None:
    """What an account was given that is in confidence. Side by side safe: the day's row keeps its first instant."""
    day = now.astimezone(UTC).date()
    ConfidenceRead.objects.bulk_create(
        [
            ConfidenceRead(
                user_id=user,
                agreement_id=one.agreement,
                confidant_id=one.confidant,
                what=one.what,
                day=day,
                first_at=now,
                last_at=now,
            )
            for one in sorted(read)
        ],
        update_conflicts=True,
        unique_fields=["user", "what", "day"],
        update_fields=["last_at"],
    )
