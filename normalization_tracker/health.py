"""Whether this deployment does its work: its servers answer, worker and beat live, and its checks ran and are good.

`/livez` is the process alone, `/readyz` what a page needs, `/healthz` all of it. Ages are by the database's clock.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from math import isfinite
from typing import Any

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from agreement.ledger.witness import troubles
from agreement.models import LedgerCheck
from normalization_tracker import replica
from normalization_tracker.broker import pool_of
from normalization_tracker.roles import application_may_change_records
from normalization_tracker.running.database import wanted_migrations
from normalization_tracker.version import VERSION
from obligations import heartbeats
from obligations.files import scanner, store
from obligations.models import Deployment, DriftCheck, Message
from parties import clock as clocks
from parties.models import SentMail

# Heartbeats come each 30 s.
SILENT = timedelta(minutes=2)
# What is done each minute: three were missed.
LATE = timedelta(minutes=3)
# So many attempts at a message take an hour.
MAIL_LATE = 6
NIGHT_MISSED = timedelta(hours=36)
# Says what is wrong with a part; nothing where it is well. What it raises of the database's errors is wrong too.
Part = Callable[[], str]


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def schema() -> str:
    """Migrations that this code wants and the database has not had. Once there are none, none is looked for again."""
    global _schema_is_current
    if not _schema_is_current:
        missing = wanted_migrations() - set(MigrationRecorder(connection).applied_migrations())
        if missing:
            return f"{len(missing)} migrations were not applied: run `manage.py migrate`"
        _schema_is_current = True
    return ""


_schema_is_current = False


def broker_client() -> redis.Redis:
    return redis.Redis.from_pool(
        pool_of(
            settings.REDIS_URL,
            settings.REDIS_SENTINELS,
            settings.REDIS_SENTINEL_PASSWORD,
            socket_timeout=2,
            socket_connect_timeout=2,
        )
    )


def broker() -> str:
    try:
        with broker_client() as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        return f"the broker does not answer ({type(error).__name__})"
    return ""


def records() -> str:
    """Whether the newest drift check found that all derived columns are what the recorded rows give."""
    newest = DriftCheck.objects.first()
    return (
        ""
        if newest is None or newest.found == 0
        else "the newest drift check found differences: manage.py checkdrift says which, and what to do"
    )


def ledger() -> str:
    """Whether the newest verification found the ledger whole."""
    newest = LedgerCheck.objects.first()
    return "" if newest is None or newest.is_good else "the newest verification found a fault"


def witness() -> str:
    """Whether every entry but the newest ones is written down outside of the database, and no witness was lost."""
    # Of whom this is shown to, most are to learn neither hosts and paths nor how many entries there are.
    if troubles(timezone.now()):
        return "a witness was lost, or the ledger is not written down in one: the administrators' page says which"
    return ""


def worker() -> str:
    return silence(heartbeats.ages().get("worker"), SILENT, "the worker has shown no sign of life")


def beat() -> str:
    return silence(heartbeats.ages().get("beat"), SILENT, "beat has sent nothing")


def sweep() -> str:
    late = max(LATE, 3 * timedelta(seconds=settings.SWEEP_SECONDS))
    return silence(heartbeats.ages().get("sweep"), late, "no sweep came to its end")


def publications() -> str:
    return silence(heartbeats.ages().get("publish"), LATE, "nobody looked for planned publications")


def nightly() -> str:
    """What is done each night and was not, for a day and a half; a new deployment has so long for the first time."""
    ages = heartbeats.ages()
    late = [name for name in heartbeats.NIGHTLY if heartbeats.age_of(name, ages) > NIGHT_MISSED]
    return f"not done for more than 36 hours: {', '.join(late)}" if late else ""


def clock() -> str:
    """Whether this process's clock is the database's, and whether a worker refused its work since its own is not."""
    off = {"this web server": own} if clocks.differs(own := clocks.difference()) else {}
    off |= {f"{name} was refused within five minutes": by for name, by in heartbeats.refusals().items()}
    return "; ".join(f"{who}: {clocks.in_words(by)}" for who, by in off.items())


def evidence() -> str:
    row = Deployment.objects.filter(pk=1).first()
    return row.evidence_stopped if row else ""


def backup() -> str:
    """Whether one was made within BACKUP_HOURS; a new deployment has so long for its first."""
    age = heartbeats.age_of(heartbeats.BACKUP, heartbeats.ages())
    late = age > timedelta(hours=settings.BACKUP_HOURS)
    return f"no backup was made for {age.total_seconds() / 3600:.0f} hours" if late else ""


def store_of_files() -> str:
    said = store.silence()
    return f"the store of evidence does not answer as it should ({said})" if said else ""


def virus_scanner() -> str:
    return "" if scanner.answers() else "the virus scanner does not answer"


def mail() -> str:
    """Whether what people are to be told by mail leaves."""
    given_up = Message.objects.filter(given_up_at__isnull=False).count()
    if given_up:
        return (
            f"{given_up} messages were given up: the administrators' page of mail says why, and sends again"
        )
    if Message.objects.filter(attempts__gte=MAIL_LATE, sent_at=None).exists():
        return "the mail server has not taken a message for an hour"
    newest = SentMail.objects.first() if settings.MAIL_LEAVES else None
    return "the last mail did not leave: manage.py sendtestmail says why" if newest and newest.failed else ""


def behind() -> float | None:
    """Seconds by which the replica is behind; None where none is named, or it does not say."""
    with suppress(Error):
        return replica.lag() if replica.is_on() else None
    return None


def silence(age: timedelta | None, most: timedelta, what: str) -> str:
    if age is None:
        return f"{what} yet"
    return f"{what} for {age.total_seconds():.0f} s" if age > most else ""


def by_name(*parts: Any) -> dict[str, Part]:
    return {part.__name__: part for part in parts}


READY = by_name(database, schema)
# What is asked of the database where it answers.
IN_DATABASE = by_name(
    schema, records, ledger, witness, worker, beat, sweep, publications, nightly, clock, evidence, mail
)


def warnings() -> list[str]:
    """What is no fault, and should not stay so."""
    try:
        shared = application_may_change_records()
    except Error:
        return []
    return ["the application owns its tables"] if shared else []


def livez(request: HttpRequest) -> JsonResponse:
    """200 while this process answers at all."""
    return answer({})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers and has this code's schema: what a page needs, and nothing else."""
    return answer(asked(READY))


def healthz(request: HttpRequest) -> JsonResponse:
    """200 where all parts are well, else 503.

    The body names each part as `ok`, `down`, or `unknown` where the database that would tell does not answer; `faults`
    says of each what is wrong, and `warnings` what should not stay so. `version` is that of the product. The scanner
    and the replica are parts where one is named, the store where it is elsewhere, and the backup with BACKUP_HOURS;
    `replica_lag_seconds` says how far the replica is behind.
    """
    parts = parts_now()
    more: dict[str, str | float] = {"version": VERSION}
    if (seconds := behind()) is not None:
        more["replica_lag_seconds"] = round(seconds, 1) if isfinite(seconds) else "unknown"
    return answer(parts, () if parts["database"] else warnings(), **more)


def parts_now() -> dict[str, str | None]:
    """All parts, each with what is wrong with it: empty where nothing is, None where that cannot be known."""
    parts = asked({"database": database, "broker": broker})
    parts |= dict.fromkeys(IN_DATABASE) if parts["database"] else asked(IN_DATABASE)
    if settings.BACKUP_HOURS:
        parts |= {"backup": None} if parts["database"] else asked({"backup": backup})
    if store.is_elsewhere():
        parts |= asked({"store": store_of_files})
    if replica.is_on():
        parts |= {"replica": None} if parts["database"] else asked({"replica": replica.trouble})
    if scanner.is_on():
        parts |= asked({"scanner": virus_scanner})
    return parts


def asked(parts: Mapping[str, Part]) -> dict[str, str | None]:
    """By part, what is wrong with it; empty where nothing is."""
    wrong: dict[str, str | None] = {}
    for name, part in parts.items():
        try:
            wrong[name] = part()
        except Error as error:
            wrong[name] = f"the database did not answer ({type(error).__name__})"
    return wrong


def answer(parts: Mapping[str, str | None], to_mend: Sequence[str] = (), **more: str | float) -> JsonResponse:
    body: dict[str, str | float | list[str]] = {
        **more,
        **{
            part: "ok" if wrong == "" else "unknown" if wrong is None else "down"
            for part, wrong in parts.items()
        },
    }
    if faults := [f"{part}: {wrong}" for part, wrong in parts.items() if wrong]:
        body["faults"] = faults
    if to_mend:
        body["warnings"] = list(to_mend)
    response = JsonResponse(body, status=503 if any(wrong != "" for wrong in parts.values()) else 200)
    add_never_cache_headers(response)
    return response
