"""Drafts: kept, and gone. They are private, so they enter no ledger."""

from datetime import datetime
from typing import Any

from django.db import transaction

from agreement.models import Agreement
from obligations.models import Commitment, Draft, Statement
from parties.access import Viewer
from parties.once import once


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
    """Keep what somebody typed, in place of an earlier draft of the same form. However often it is sent, it is one."""
    kept = {"agreement": agreement, "content": content, "saved_at": now}
    of: dict[str, Any] = {
        "user_id": actor.user_id,
        "kind": kind,
        "commitment": commitment,
        "statement": statement,
    }
    return Draft.objects.update_or_create(**of, defaults=kept)[0]


@once()
def save_sheet(*, agreement: Agreement, actor: Viewer, now: datetime, content: dict[str, Any]) -> Draft:
    """Keep a sheet of statements until its author has looked at it."""
    assert actor.user_id is not None
    return Draft.objects.create(
        user_id=actor.user_id, kind=Draft.Kind.BULK, agreement=agreement, content=content, saved_at=now
    )


@transaction.atomic
def drop_draft(*, draft: Draft, actor: Viewer) -> None:
    """Throw the actor's own draft away, or clear it once it was sent. Nothing where it is gone already."""
    Draft.objects.of(actor).filter(pk=draft.pk).delete()
