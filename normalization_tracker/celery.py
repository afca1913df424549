"""The Celery application. Tasks stand in obligations/tasks.py; beat's schedule in the settings."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_ready

from parties import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")

app = Celery("normalization_tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def name_what_is_entered(task_id: str, **_: Any) -> None:
    """What a task enters in the ledger bears the task's own id."""
    request_id.name(task_id)


@task_postrun.connect
def forget_the_name(**_: Any) -> None:
    request_id.name("")


@worker_ready.connect
def catch_up(**_: Any) -> None:
    """A worker that was away makes the periods that are missing and looks for what became overdue, without waiting."""
    app.send_task("obligations.tasks.make_occurrences")
    app.send_task("obligations.tasks.sweep")
