"""The Celery application. Tasks stand in obligations/tasks.py; beat's schedule in the settings."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")

app = Celery("normalization_tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def catch_up(**_: Any) -> None:
    """A worker that was away makes the periods that are missing and looks for what became overdue, without waiting."""
    app.send_task("obligations.tasks.make_occurrences")
    app.send_task("obligations.tasks.sweep")
