"""Taking up what waits: one piece at a time, in one transaction, never stuck and never half-done.

A worker is at a piece as long as it holds the lock on it, which ends with its process, however that ends. What is
`running` without one was left in the middle: nothing of it was recorded, and the next worker begins it anew.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreement.viewers import viewer_for
from obligations.commands.work import FACTOR, send_for_a_worker
from obligations.models import Work
from parties.access import Viewer
from parties.alone import alone
from parties.errors import AWAY, LOCK_NOT_AVAILABLE, Refused, sqlstate
from parties.once import note_done
from parties.progress import told_to

# Seconds between two times that it is told.
PAUSE = 0.5
TELL = f"""
UPDATE {Work._meta.db_table} SET done = %s, total = %s WHERE id = %s RETURNING cancel_asked_at IS NOT NULL
"""


class Cancelled(Exception):
    """Its owner wants it no more, or has closed the account: it ends here, and nothing of it is recorded."""


class Steps:
    """What `parties.progress` tells: counted, written down for the owner, and ended where they asked for that."""

    def __init__(self, work: Work) -> None:
        self.pk, self.done, self.total = work.pk, 0, work.total
        self.beside, self.told_at = connection.copy(), 0.0

    def __enter__(self) -> "Steps":
        return self

    def __exit__(self, *_: object) -> None:
        self.beside.close()

    def expect(self, steps: int) -> None:
        self.total = (self.total or 0) + steps
        self.tell()

    def step(self, number: int) -> None:
        self.done += number
        if time.monotonic() >= self.told_at + PAUSE:
            self.tell()

    def tell(self) -> None:
        """Raises Cancelled."""
        with self.beside.cursor() as cursor:
            cursor.execute(TELL, [self.done, self.total, self.pk])
            row = cursor.fetchone()
        self.told_at = time.monotonic()
        if row is None or row[0]:
            raise Cancelled


# A piece whose worker was ended so often in the middle is begun no more.
MOST_TRIES = 3
logger = logging.getLogger(__name__)


class Failed(Exception):
    """Why it cannot be done, as a sentence for its owner."""


class Job:
    """A piece of work at hand: what it is, for whom, and the clock."""

    def __init__(self, work: Work, steps: Steps, clock_now: Callable[[], datetime]) -> None:
        self.work, self.steps, self.clock_now = work, steps, clock_now
        viewer = viewer_for(work.user)
        self.viewer: Viewer = (viewer.with_factor() if work.said.get(FACTOR) else viewer).held_back()

    @property
    def said(self) -> dict[str, Any]:
        return dict(self.work.said)

    @contextmanager
    def recorded(self) -> Iterator[dict[str, Any]]:
        """One transaction, with which the work is done: what the block writes, and its result, which it fills in.

        Raises Cancelled, and nothing is written, where its owner asked for that at any time before.
        """
        result: dict[str, Any] = {}
        with transaction.atomic():
            yield result
            steps = self.steps.total or self.steps.done
            done = {"done": steps, "total": steps or None, "result": result}
            mine = Work.objects.open().filter(pk=self.work.pk, cancel_asked_at=None)
            if not mine.update(state=Work.State.DONE, ended_at=self.clock_now(), **done):
                raise Cancelled
            note_done("work", self.work.user_id, self.clock_now())


Do = Callable[[Job], None]


def take_up(kinds: dict[str, Do], clock_now: Callable[[], datetime]) -> bool:
    """Do the piece that waits longest and that no worker is at; whether there was one. Safe side by side.

    One that ended a worker before comes after all others. One that has to wait for what others write is left waiting.
    """
    for pk in list(Work.objects.open().order_by("tries", "asked_at", "pk").values_list("pk", flat=True)):
        with alone(f"work {pk}") as is_free:
            work = begun(pk, clock_now()) if is_free else None
            if work is not None and do(work, kinds, clock_now):
                if Work.objects.open().filter(state=Work.State.WAITING).exists():
                    send_for_a_worker()
                return True
    return False


@transaction.atomic
def begun(pk: int, now: datetime) -> Work | None:
    """The piece, which is being done from now on; None where it has ended, or ends here."""
    rows = Work.objects.select_for_update(of=("self",)).select_related("user", "agreement")
    work = rows.filter(pk=pk, ended_at=None).first()
    if work is None:
        return None
    with translation.override(work.language):
        if work.cancel_asked_at:
            end(work, Work.State.CANCELLED, now)
            return None
        if work.tries >= MOST_TRIES:
            text = ngettext(
                "The worker was ended in the middle of it %(n)s time, so it is not tried again. Nothing was recorded.",
                "The worker was ended in the middle of it %(n)s times, so it is not tried again. Nothing was recorded.",
                work.tries,
            )
            end(work, Work.State.FAILED, now, text % {"n": work.tries})
            return None
    work.state, work.begun_at, work.tries = Work.State.RUNNING, now, work.tries + 1
    work.done, work.total = 0, None
    work.save(update_fields=["state", "begun_at", "tries", "done", "total"])
    return work


def end(work: Work, state: Work.State, now: datetime, failure: str = "") -> None:
    """End what recorded nothing."""
    seen = now if state == Work.State.CANCELLED else None
    told = {"state": state, "ended_at": now, "failure": failure, "seen_at": seen}
    Work.objects.open().filter(pk=work.pk).update(**told)


def put_back(work: Work) -> None:
    """It waits as before it was begun."""
    before = {"state": Work.State.WAITING, "begun_at": None, "tries": work.tries - 1}
    Work.objects.open().filter(pk=work.pk).update(**before)


def do(work: Work, kinds: dict[str, Do], clock_now: Callable[[], datetime]) -> bool:
    """Do it; whether it ended. What is away for now is raised: then the piece is begun anew."""
    with translation.override(work.language), Steps(work) as steps, told_to(steps):
        try:
            steps.tell()
            kinds[work.kind](Job(work, steps, clock_now))
        except Cancelled:
            end(work, Work.State.CANCELLED, clock_now())
        except AWAY as error:
            if sqlstate(error) != LOCK_NOT_AVAILABLE:
                raise
            put_back(work)
            return False
        except Exception as error:
            end(work, Work.State.FAILED, clock_now(), told_of(error))
    return True


def told_of(error: Exception) -> str:
    """Why it failed, for its owner; what nobody expected is logged."""
    if isinstance(error, Refused):
        return " ".join(error.errors.values())
    if isinstance(error, Failed | PermissionDenied):
        return str(error)
    if isinstance(error, SoftTimeLimitExceeded):
        return _(
            "It took longer than work may take and was ended. Nothing was recorded: ask for less at once."
        )
    logger.error("work that waited failed", exc_info=error)
    return _("Something went wrong on the server. It is in the log; nothing was recorded. Run it again.")
