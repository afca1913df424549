"""Writing the ledger: each command enters what it changed, in its own transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from agreement.ledger.canonical import canonical, columns_of, digest_of, instant, named_states, plain
from agreement.models import LedgerEntry
from parties import request_id
from parties.access import IN_A_NAME, Viewer
from parties.prepared import insert

# Of the content: another form of it gets another number.
# 2 names states of rows that may change, too.
FORMAT = 2


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
    rows: Iterable[Model] = (),
    gone: Iterable[Model] = (),
    states: Iterable[Model] = (),
) -> LedgerEntry:
    """Write one entry, in the transaction of the change that it records. None for what belongs to no agreement.

    `rows` are the append-only rows that the command wrote, all of them, saved: each is named by one entry, and the
    verification finds those that none names. `gone` are such rows that it removed, read before that. `states` are the
    rows that may change and that it made, changed or removed, of models that say `ledger_state`: the newest entry that
    names such a row says what it is to be. They are named after the last change of them.
    """
    rows, gone = list(rows), list(gone)
    entry = LedgerEntry(
        agreement_id=agreement_id,
        actor_id=actor.user_id,
        on_behalf_of_id=party_of(actor, agreement_id),
        at=now,
        command=command,
        subject=subject,
        before=plain(before or {}),
        after=plain(after or {}),
        reason=reason,
        request_id=request_id.current(),
    )
    content = columns_as_content(entry) | {
        "columns": {type(row)._meta.label_lower: list(columns_of(type(row))) for row in (*rows, *gone)},
        "format": FORMAT,
        "gone": [named(row) for row in gone],
        "rows": [named(row) for row in rows],
        **named_states(states, agreement_id),
    }
    entry.content = canonical(content)
    insert(entry)
    return entry


def party_of(actor: Viewer, agreement_id: int | None) -> int | None:
    """The party that a representative, or the observer that an observer, acts for."""
    grant = actor.grant(agreement_id) if agreement_id is not None else None
    return grant.party_id if grant is not None and grant.role in IN_A_NAME else None


def columns_as_content(entry: LedgerEntry) -> dict[str, Any]:
    """What the columns say, as the content has it."""
    return {
        "actor": entry.actor_id,
        "after": entry.after,
        "agreement": entry.agreement_id,
        "at": instant(entry.at),
        "before": entry.before,
        "command": entry.command,
        "on_behalf_of": entry.on_behalf_of_id,
        "reason": entry.reason,
        "request_id": entry.request_id,
        "subject": entry.subject,
    }


def named(row: Model) -> list[Any]:
    """The model, key and digest of a row."""
    return [row._meta.label_lower, row.pk, digest_of(row)]
