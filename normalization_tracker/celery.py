"""The Celery application. Tasks stand in obligations/tasks.py; beat's schedule in the settings."""

import gc
import os
import sys
from pathlib import Path
from typing import Any

from celery import Celery, signals

from normalization_tracker.running import kind, start
from parties import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")

if (
    "celery" in Path(sys.argv[0]).parts[-2:]
):  # its own program reads the settings next, and would show a traceback
    start.require_settings()

app = Celery("normalization_tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def log_as_the_settings_say(**_: Any) -> None:
    """Celery leaves logging alone where this signal has a receiver; its own lines would hold what is hidden."""


@signals.worker_init.connect
def start_worker(**_: Any) -> None:
    begin(kind.ProcessKind.WORKER)
    look_for_garbage_less()


def look_for_garbage_less() -> None:
    """What is loaded by now stays, and little of what a task makes is garbage that only a search finds.

    To search after each 700 things, as Python would, took up to a quarter of the time of a task that writes much.
    """
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@signals.beat_init.connect
def start_beat(**_: Any) -> None:
    begin(kind.ProcessKind.BEAT)
    from normalization_tracker.running import pulse

    pulse.send(app)


def begin(process: kind.ProcessKind) -> None:
    """Say what this process is, and end it here where its settings are wrong."""
    import django

    from normalization_tracker.running import database, traces

    django.setup()
    start.require_no_errors()
    kind.is_a(process)
    database.give_up_in_time()
    traces.begin(process.name.lower())


@signals.task_prerun.connect
def name_what_is_entered(task_id: str, task: Any, **_: Any) -> None:
    """What a task enters in the ledger bears the task's own id."""
    from normalization_tracker.running import traces

    request_id.name(task_id)
    traces.task_begins(task_id, task.name, task.request.get(traces.PARENT) or "")


@signals.task_postrun.connect
def forget_the_name(task_id: str, state: str = "", **_: Any) -> None:
    from normalization_tracker.running import traces

    traces.task_ends(task_id, state)
    request_id.name("")


@signals.before_task_publish.connect
def name_who_sends(headers: dict[str, Any], **_: Any) -> None:
    from normalization_tracker.running import traces

    traces.bring_along(headers)


@signals.worker_ready.connect
def catch_up(**_: Any) -> None:
    from normalization_tracker.running import pulse

    pulse.catch_up(app)


@signals.after_task_publish.connect(sender=kind.HEARTBEAT)
def note_beat(**_: Any) -> None:
    if kind.present() is kind.ProcessKind.BEAT:
        from normalization_tracker.running import pulse

        pulse.note_beat()
