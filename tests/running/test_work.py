"""Work in the background by a real worker, from the broker's queue on: also where its process is killed at it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.db import connection

from agreement.viewers import viewer_for
from obligations.bulk import run
from obligations.bulk.run import preview
from obligations.bulk.sheet import Row
from obligations.commands.desk import save_sheet
from obligations.commands.work import cancel_work
from obligations.models import Draft, Statement, Work
from parties.models import User
from tests import make
from tests.make import NOW
from tests.trials import ROOT, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 150
CELERY = [sys.executable, "-m", "celery", "--app", "normalization_tracker"]
QUICK = ["--without-mingle", "--without-gossip", "--loglevel", "INFO"]


@contextmanager
def a_worker(folder: Path) -> Iterator[int]:
    """One of the slow queue, with one process that works; its number."""
    current_app.control.purge()
    own = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [*CELERY, "worker", "--queues", "slow", "--concurrency", "1", *QUICK]
    with (folder / "worker.log").open("w") as log:
        worker = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"DATABASE_URL": own}, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield worker.pid
        finally:
            worker.terminate()
            worker.wait(timeout=60)


def children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def a_sheet(of: User) -> Work:
    make.commitment("O-1")
    viewer, common = viewer_for(of), {"obligation": "O-1", "party": "alpha", "level": "1", "tier": "public"}
    cells = [common | {"effective_on": "2024-02-02", "reason": f"Seen {row}."} for row in range(ROWS)]
    rows = [Row(number, one) for number, one in enumerate(cells, 1)]
    content = {
        "name": "January",
        "rows": [{"number": one.number, "cells": one.cells, "errors": {}} for one in rows],
    }
    draft = save_sheet(agreement=make.agreement(), actor=viewer, now=NOW, content=content)
    shown = preview(make.agreement(), rows, viewer, NOW).digest
    return run.record_later(draft=draft, shown=shown, actor=viewer, now=NOW)


def is_at(work: Work, least: int) -> bool:
    work.refresh_from_db()
    return bool(work.done >= least)


def ended(work: Work) -> bool:
    work.refresh_from_db()
    return not work.is_open


def test_a_worker_that_is_killed_in_the_middle_leaves_nothing_and_the_next_one_does_all_of_it(
    tmp_path: Path,
) -> None:
    with a_worker(tmp_path) as worker:
        work = a_sheet(make.mediator())
        wait_for(lambda: is_at(work, ROWS + 1), "the first rows are recorded")
        (child,) = children_of(worker)
        os.kill(child, signal.SIGKILL)
        assert not Statement.objects.exists()
        wait_for(lambda: ended(work), "it is done by the process that took the other's place")
    assert (work.state, work.tries, work.done, work.total) == ("done", 2, 2 * ROWS, 2 * ROWS)
    assert Statement.objects.count() == ROWS
    assert not Draft.objects.exists()


def test_what_a_real_worker_is_at_is_cancelled_and_leaves_nothing(tmp_path: Path) -> None:
    mediator = make.mediator()
    with a_worker(tmp_path):
        work, seen = a_sheet(mediator), list[int]()

        def notes() -> bool:
            work.refresh_from_db()
            seen.append(work.done)
            return work.done > ROWS

        wait_for(notes, "the first rows are recorded")
        cancel_work(work=work, actor=viewer_for(mediator), now=NOW)
        wait_for(lambda: ended(work), "it has ended")
    assert work.state == "cancelled"
    assert seen == sorted(seen), "it goes up alone"
    assert not Statement.objects.exists()
    assert Draft.objects.count() == 1
