"""What ran when, by the database's clock; and that nothing which goes by instants runs on a clock that is wrong."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.db import connection
from django.db.models.functions import Now

from obligations.models import Deployment, Heartbeat
from parties import clock
from parties.alone import alone

logger = logging.getLogger(__name__)
# A refusal stands on /healthz for so long after the last one.
REFUSED_FOR = timedelta(minutes=5)
# The tasks that beat sends each night.
NIGHTLY = (
    "make_periods",
    "forget_what_is_old",
    "check_drift",
    "verify_ledger",
    "sweep_evidence",
    "seal_ledger",
)
# What no task does, but `manage.py backup`.
BACKUP = "backup"
A_DAY = timedelta(hours=25)


def beat(name: str) -> None:
    """Note that it did its work now. That a worker refused before stands: it may be another one."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": Now()})


def refuse(name: str, difference: timedelta) -> None:
    seconds = round(difference.total_seconds())
    logger.error("%s did nothing: %s", name, clock.in_words(difference))
    Heartbeat.objects.update_or_create(name=name, defaults={"refused_at": Now(), "seconds_off": seconds})


def by_the_clock(task: Callable[[], None]) -> Callable[[], None]:
    """A task that goes by the time of day: done where the clocks agree, and noted either way under its name."""

    @wraps(task)
    def guarded() -> None:
        difference = clock.difference()
        if clock.differs(difference):
            refuse(task.__name__, difference)
            return
        task()
        beat(task.__name__)

    return guarded


def one_at_a_time(task: Callable[[], None]) -> Callable[[], None]:
    """A task that is left alone while another worker is at it, on whichever machine."""

    @wraps(task)
    def guarded() -> None:
        with alone(task.__name__) as is_free:
            if is_free:
                task()
            else:
                logger.info("%s is being done by another worker", task.__name__)

    return guarded


def ages() -> dict[str, timedelta]:
    """By name, how long ago each last did its work. `deployment` is how long there is one."""
    since = dict(Heartbeat.objects.filter(at__isnull=False).values_list("name", "at"))
    if deployment := Deployment.objects.first():
        since["deployment"] = deployment.since
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    return {name: now - at for name, at in since.items()}


def age_of(name: str, ages: dict[str, timedelta]) -> timedelta:
    """How long ago it did its work; where it never did, how long it had time to."""
    return ages.get(name) or ages.get("deployment", timedelta())


def missed() -> list[str]:
    """The nightly tasks that were not done for longer than a day."""
    present = ages()
    return [name for name in NIGHTLY if age_of(name, present) > A_DAY]


def refusals() -> dict[str, timedelta]:
    """By name, by how much the clock is off of what refused its work for that reason lately."""
    rows = Heartbeat.objects.filter(refused_at__gt=Now() - REFUSED_FOR)
    return {row.name: timedelta(seconds=row.seconds_off) for row in rows}
