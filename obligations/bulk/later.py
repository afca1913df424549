"""Sheets of so many rows that nobody waits while they are recorded: a worker does it."""

from datetime import datetime
from typing import Any

from agreement.models import Agreement
from obligations.commands.desk import save_sheet
from obligations.commands.work import ask_for_work
from obligations.models import Draft, Work
from parties.access import Viewer
from parties.once import once

# Rows that are recorded while their author waits: each takes about twenty milliseconds.
AT_ONCE = 100


def record_later(*, draft: Draft, shown: str, actor: Viewer, now: datetime) -> Work:
    """Have a worker record a saved sheet as its preview, whose digest is `shown`, said. The sheet stays until then."""
    told = {"about": draft.content["name"], "said": {"of": draft.key, "shown": shown}}
    return ask_for_work(kind=Work.Kind.SHEET, agreement=draft.agreement, actor=actor, now=now, **told)


@once(without=["shown"])
def send_sheet(
    *, agreement: Agreement, content: dict[str, Any], shown: str, actor: Viewer, now: datetime
) -> Work:
    """Save a sheet and have a worker record it: one act."""
    draft = save_sheet(agreement=agreement, content=content, actor=actor, now=now)
    return record_later(draft=draft, shown=shown, actor=actor, now=now)


def recording_of(draft: Draft) -> Work | None:
    """The open work that records the sheet."""
    rows = Work.objects.open().filter(user=draft.user_id, kind=Work.Kind.SHEET, said__of=draft.key)
    return rows.first()
