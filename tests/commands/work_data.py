"""Work that waits for a worker, asked for by an account: a sheet of findings, or a file."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from celery import current_app
from django.db import connections

from agreement.models import LedgerEntry
from agreement.viewers import viewer_for
from obligations.bulk.run import preview, record_later
from obligations.bulk.sheet import Row
from obligations.commands.desk import save_sheet
from obligations.models import Draft, Statement, Work
from obligations.work import run
from obligations.work.files import answer_with, ask_for_file
from parties.models import User
from tests import make
from tests.make import NOW

ROOT = "http://localhost/"
ALL = "/api/v1/commitments/?format=xlsx"
ROWS = 4
tell = run.Steps.tell


def nothing_is_sent_for(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The test runs the task itself, and each step is told. Gives the names of what would be sent for."""
    sent: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: sent.append(name))
    monkeypatch.setattr(run, "PAUSE", 0)
    return sent


def a_sheet(of: User) -> Draft:
    """Of findings on as many commitments."""
    for number in range(ROWS):
        make.commitment(f"O-{number}", days=10 + number)
    common = {
        "party": "alpha",
        "level": "1",
        "effective_on": "2024-02-02",
        "reason": "Seen.",
        "tier": "public",
    }
    rows = [{"number": n + 1, "cells": {"obligation": f"O-{n}", **common}, "errors": {}} for n in range(ROWS)]
    content = {"name": "January", "rows": rows}
    return save_sheet(agreement=make.agreement(), actor=viewer_for(of), now=NOW, content=content)


def asked(of: User, draft: Draft | None = None) -> Work:
    """A sheet that waits to be recorded."""
    draft = draft or a_sheet(of)
    viewer = viewer_for(of)
    shown = preview(draft.agreement, [Row(**row) for row in draft.content["rows"]], viewer, NOW).digest
    return record_later(draft=draft, shown=shown, actor=viewer, now=NOW)


def a_file(of: User, address: str = ALL) -> Work:
    return ask_for_file(address=address, root=ROOT, actor=viewer_for(of), now=NOW)


def bytes_of(work: Work, viewer: User) -> bytes:
    work.refresh_from_db()
    return b"".join(answer_with(work, viewer_for(viewer)))


def nothing_recorded() -> bool:
    entered = LedgerEntry.objects.filter(command="record_finding").exists()
    return not (entered or Statement.objects.exists()) and Draft.objects.exists()


def all_recorded() -> bool:
    """Once."""
    entries = LedgerEntry.objects.filter(command="record_finding").count()
    return Statement.objects.count() == entries == ROWS and not Draft.objects.exists()


def elsewhere(act: Callable[[], Any]) -> Any:
    """What it gives on a connection of its own."""

    def alone() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result(timeout=60)


def state_of(work: Work) -> str:
    work.refresh_from_db()
    return str(work.state)
