"""Drafts: kept, and gone. They are private, so they enter no ledger."""

from datetime import datetime
from typing import Any

from django.db import transaction

from agreement.models import Agreement
from obligations.models import Commitment, Draft, Statement
from parties.access import Viewer


@transaction.atomic
def save_draft(
    *,
    kind: Draft.Kind,
    agreement: Agreement,
    actor: Viewer,
    now: datetime,
    content: dict[str, Any],
    commitment: Commitment | None = None,
    statement: Statement | None = None,
) -> Draft:
    """Keep what somebody typed, in place of an earlier draft of the same form; a sheet stands for itself."""
    kept = {"agreement": agreement, "content": content, "saved_at": now}
    of: dict[str, Any] = {
        "user_id": actor.user_id,
        "kind": kind,
        "commitment": commitment,
        "statement": statement,
    }
    if kind == Draft.Kind.BULK:
        return Draft.objects.create(**of, **kept)
    return Draft.objects.update_or_create(**of, defaults=kept)[0]


@transaction.atomic
def drop_draft(*, draft: Draft, actor: Viewer) -> None:
    """Throw the actor's own draft away, or clear it once it was sent. Nothing where it is gone already."""
    Draft.objects.of(actor).filter(pk=draft.pk).delete()
