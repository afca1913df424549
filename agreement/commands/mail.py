"""The mail that left: to whom what went when, and whether it failed. What it said is not noted."""

from collections.abc import Iterable
from datetime import datetime

from parties.models import SentMail


def note_mail(*, to: Iterable[str], subject: str, failed: str, now: datetime) -> None:
    """Note a message to each who was to get it; `failed` is empty where a mail server took it. It tells no ledger."""
    SentMail.objects.bulk_create(
        SentMail(at=now, to=one[:320], subject=subject[:300], failed=failed[:500]) for one in to
    )
