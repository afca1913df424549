"""What is noted beside the record, and in no ledger: who read confidences, and which mail left."""

from collections.abc import Iterable
from datetime import UTC, datetime

from agreement.models import ConfidenceRead
from parties.confidences import Confidence
from parties.models import SentMail


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


def note_mail(*, to: Iterable[str], subject: str, failed: str, now: datetime) -> None:
    """Note a message to each who was to get it; `failed` is empty where a mail server took it."""
    SentMail.objects.bulk_create(
        SentMail(at=now, to=one[:320], subject=subject[:300], failed=failed[:500]) for one in to
    )
