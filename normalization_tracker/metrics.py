"""How the deployment does, in figures for Prometheus: requests as they are answered, and the state of the work.

Web servers write what they observe to METRICS_FOLDER, each process a file; `manage.py servemetrics` reads these
together and asks the database for the rest, on a port of its own. Without the folder nothing is observed.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import Error, connection
from django.db import connections as databases
from django.db.models import Count, Min, Q

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Histogram
    from prometheus_client.core import GaugeMetricFamily

# Seconds: a list, a page, a dashboard, an export.
STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


@cache
def requests() -> "Histogram":
    from prometheus_client import Histogram

    labels = ("method", "route", "status")
    return Histogram("tracker_requests_seconds", "Time until an answer began.", labels, buckets=STEPS)


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Methods that nobody knows are one, so that callers do not make up labels without end."""
    if settings.METRICS_FOLDER:
        method = method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
        requests().labels(method, route, f"{status // 100}xx").observe(seconds)


class State:
    """Of the work, as database and broker tell it. What does not answer is left out, and its `tracker_part_up` is 0."""

    def collect(self) -> Iterator["GaugeMetricFamily"]:
        from normalization_tracker.health import parts_now

        parts = parts_now()
        well = {name: wrong == "" for name, wrong in parts.items()}
        yield gauge("part_up", "Parts of /healthz: 1 well, 0 not.", "part", well)
        if not parts["broker"]:
            yield from waiting_tasks()
        if not parts["database"]:
            with suppress(Error):  # it may go away meanwhile
                for figures in (ages, mail, deliveries, connections, replica):
                    yield from figures()


class StateForAThread(State):
    """Each look at it is made by a thread of its own, which leaves no connection behind."""

    def collect(self) -> Iterator["GaugeMetricFamily"]:
        try:
            yield from super().collect()
        finally:
            databases.close_all()


def observed() -> "CollectorRegistry":
    """What all web servers observed so far, as it is whenever it is asked for."""
    from prometheus_client import CollectorRegistry, multiprocess

    found = CollectorRegistry()
    if settings.METRICS_FOLDER:
        multiprocess.MultiProcessCollector(found, settings.METRICS_FOLDER)  # type: ignore[no-untyped-call]
    return found


def registry(state: State) -> "CollectorRegistry":
    """All figures."""
    found = observed()
    found.register(state)
    return found


def gauge(name: str, what: str, label: str, values: dict[str, Any]) -> "GaugeMetricFamily":
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(f"tracker_{name}", what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family


def waiting_tasks() -> Iterator["GaugeMetricFamily"]:
    from normalization_tracker.health import broker_client

    with broker_client() as client:
        waiting = {queue: client.llen(queue) for queue in ("clock", "slow")}
        waiting["taken"] = client.hlen("unacked")
    yield gauge(
        "tasks_waiting",
        "Tasks that no worker has taken; and that one has taken.",
        "queue",
        waiting,
    )


def ages() -> Iterator["GaugeMetricFamily"]:
    from agreement.models import LedgerCheck, LedgerSeal
    from obligations import heartbeats
    from obligations.models import DriftCheck

    done = {name: age.total_seconds() for name, age in heartbeats.ages().items()}
    yield gauge("work_age_seconds", "Since each kind of work was done last.", "work", done)
    newest: dict[str, datetime | None] = {
        "drift": DriftCheck.objects.values_list("finished_at", flat=True).first(),
        "ledger": LedgerCheck.objects.values_list("finished_at", flat=True).first(),
        "seal": LedgerSeal.objects.order_by("-made_at").values_list("made_at", flat=True).first(),
    }
    present = database_now()
    known = {name: (present - at) / timedelta(seconds=1) for name, at in newest.items() if at}
    yield gauge("check_age_seconds", "Since each check of the record was finished last.", "check", known)


def mail() -> Iterator["GaugeMetricFamily"]:
    from obligations.models import Message

    waits = Q(sent_at=None, given_up_at=None)
    found = Message.objects.aggregate(
        waiting=Count("pk", waits),
        given_up=Count("pk", ~Q(given_up_at=None)),
        oldest=Min("next_at", filter=waits),
    )
    oldest = found.pop("oldest")
    yield gauge("messages", "Messages that wait to be sent, and that were given up.", "state", found)
    late = max(database_now() - oldest, timedelta()).total_seconds() if oldest else 0
    yield gauge(
        "message_late_seconds", "Since the oldest waiting message was due.", "state", {"waiting": late}
    )


def deliveries() -> Iterator["GaugeMetricFamily"]:
    from obligations.models import Delivery, Webhook

    waits = Delivery.objects.filter(sent_at=None, given_up_at=None)
    yield gauge(
        "deliveries", "Changes that a program has not taken yet.", "state", {"waiting": waits.count()}
    )
    found = Webhook.objects.aggregate(on=Count("pk", Q(off_at=None)), off=Count("pk", ~Q(off_at=None)))
    yield gauge("webhooks", "Webhooks that are on, and that are switched off.", "state", found)


def connections() -> Iterator["GaugeMetricFamily"]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(state, 'hidden'), count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() GROUP BY 1"
        )
        found = dict(cursor.fetchall())
        cursor.execute("SELECT current_setting('max_connections')::int")
        most = cursor.fetchone()[0]
    yield gauge("database_connections", "Connections to the database, by what they do.", "state", found)
    yield gauge("database_connections_most", "As many as the server takes.", "state", {"all": most})


def replica() -> Iterator["GaugeMetricFamily"]:
    from normalization_tracker.health import behind

    if (seconds := behind()) is not None:
        yield gauge("replica_lag_seconds", "How far the replica is behind.", "database", {"replica": seconds})


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
