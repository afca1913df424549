"""Signs of life of worker and beat, and what a worker makes up for when it comes back.

A heartbeat is a task: once it was done, a worker takes what is sent and reaches the database. The worker sends its own,
and beat sends one too and notes that it did; so each is known to live where the other does not. And the worker has the
heads of the ledger written down with it, as beat does: without beat they would be in no witness.
"""

import logging
import threading
import time

from celery import Celery
from django.conf import settings
from django.db import Error, close_old_connections

from normalization_tracker.running.kind import HEARTBEAT
from obligations import heartbeats

WRITE_HEADS = "obligations.tasks.write_heads"
OFTEN = ("make_periods", "sweep", "publish")
logger = logging.getLogger(__name__)


def catch_up(app: Celery) -> None:
    """A worker that was away does what comes often and what nights it missed, without waiting for beat."""
    threading.Thread(target=go_on, args=(app,), name="heartbeat", daemon=True).start()
    try:
        missed = heartbeats.missed()
    except Error as error:
        logger.warning("what was missed is not known: %s", error)
        missed = []
    for task in dict.fromkeys((*OFTEN, *missed)):
        app.send_task(f"obligations.tasks.{task}")


def go_on(app: Celery) -> None:
    while True:
        send(app)
        time.sleep(settings.HEARTBEAT_SECONDS)


def send(app: Celery) -> None:
    for task in (HEARTBEAT, WRITE_HEADS):
        try:
            app.send_task(task, expires=settings.HEARTBEAT_SECONDS, retry=False)
        except Exception as error:  # whatever a broker that is away raises; the next one may get through
            logger.warning("%s was not sent: %s", task, error)


def note_beat() -> None:
    """Beat notes by itself that it sent something: it may live where no worker does."""
    close_old_connections()
    try:
        heartbeats.beat("beat")
    except Error as error:
        logger.warning("beat's heartbeat was not noted: %s", error)
