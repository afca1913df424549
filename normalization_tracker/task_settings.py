"""Settings of Celery: how tasks are run, and when beat sends for which. They name tasks, and import none."""

from typing import Any

from celery.schedules import crontab

# The worker may be killed at any moment: a job is done only when it is acknowledged after its end.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# What is sent for by the clock never waits behind what takes long. A task is asked to end before it is ended.
CELERY_TASK_DEFAULT_QUEUE = "clock"
SLOW_TASKS = ("check_drift", "do_work", "import_pack", "sweep_evidence", "verify_ledger", "work_out_dates")
CELERY_TASK_ROUTES = {f"obligations.tasks.{task}": {"queue": "slow"} for task in SLOW_TASKS}
CELERY_TASK_SOFT_TIME_LIMIT = 9 * 60
CELERY_TASK_TIME_LIMIT = 10 * 60
SLOW_TASK_SECONDS = 60 * 60
CELERY_TASK_ANNOTATIONS = {
    task: {"soft_time_limit": SLOW_TASK_SECONDS - 60, "time_limit": SLOW_TASK_SECONDS}
    for task in CELERY_TASK_ROUTES
}
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    # Above the longest task, so that none is handed out twice while it runs.
    "visibility_timeout": SLOW_TASK_SECONDS + 5 * 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
# Of the tasks that come often and are done in a moment.
QUICK_TASK_SECONDS = 20
HEARTBEAT_SECONDS = 30
# Beat writes its schedule with each task that it sends: how old the file is shows whether beat lives.
CELERY_BEAT_SYNC_EVERY = 1


def sent_by_beat(task: str, schedule: int | crontab, expires: int = 6 * 60 * 60) -> dict[str, Any]:
    """A task of obligations/tasks.py: what no worker took within `expires` seconds is not worth starting."""
    return {"task": f"obligations.tasks.{task}", "schedule": schedule, "options": {"expires": expires}}


def schedule(sweep_seconds: int) -> dict[str, dict[str, Any]]:
    """Celery's CELERY_BEAT_SCHEDULE, with a sweep each `sweep_seconds`."""
    return {
        "flag-overdue-commitments": sent_by_beat("sweep", sweep_seconds, sweep_seconds - 5),
        "heartbeat": sent_by_beat("heartbeat", HEARTBEAT_SECONDS, HEARTBEAT_SECONDS - 5),
        "publish": sent_by_beat("publish", 60, 55),
        # What was not sent for as it was given, or whose worker was killed.
        "work-out-dates": sent_by_beat("work_out_dates", 60, 55),
        "do-work": sent_by_beat("do_work", 60, 55),
        "tell": sent_by_beat("tell", 60, 55),
        "tell-programs": sent_by_beat("tell_programs", 60, 55),
        "give-reminders": sent_by_beat("give_reminders", crontab(minute=5), 50 * 60),
        # So that no entry is older than a minute and in no witness.
        "write-heads": sent_by_beat("write_heads", 30, 25),
        "make-periods": sent_by_beat("make_periods", crontab(hour=1, minute=30)),
        "forget-what-is-old": sent_by_beat("forget_what_is_old", crontab(hour=2, minute=0)),
        "check-drift": sent_by_beat("check_drift", crontab(hour=2, minute=30)),
        "verify-ledger": sent_by_beat("verify_ledger", crontab(hour=3, minute=0)),
        "sweep-evidence": sent_by_beat("sweep_evidence", crontab(hour=3, minute=30)),
        "seal-ledger": sent_by_beat("seal_ledger", crontab(hour=4, minute=0)),
    }
