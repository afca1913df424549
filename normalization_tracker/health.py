"""Whether this process can do its work: its servers answer, and the derived columns are right."""

from collections.abc import Sequence

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from agreement.ledger.witnessed import troubles
from agreement.models import LedgerCheck
from normalization_tracker.roles import application_may_change_records
from obligations.files import scanner
from obligations.models import DriftCheck


def database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def broker() -> bool:
    url = settings.REDIS_URL.replace("redis+socket://", "unix://").replace(
        "virtual_host=", "db="
    )  # as Celery writes it
    try:
        with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        return False
    return True


def records() -> bool:
    """Whether the newest drift check found that all derived columns are what the recorded rows give."""
    try:
        newest = DriftCheck.objects.order_by("-finished_at").first()
    except DatabaseError:
        return False
    return newest is None or newest.found == 0


def ledger() -> bool:
    """Whether the newest verification found the ledger whole."""
    try:
        newest = LedgerCheck.objects.order_by("-finished_at").first()
    except DatabaseError:
        return False
    return newest is None or newest.is_good


def witness() -> bool:
    """Whether every entry but the newest ones is written down outside of the database, and no witness was lost."""
    try:
        return not troubles(timezone.now())
    except DatabaseError:
        return False


def warnings() -> list[str]:
    """What is no fault, and should not stay so."""
    try:
        shared = application_may_change_records()
    except DatabaseError:
        return []
    return ["the application owns its tables"] if shared else []


def healthz(request: HttpRequest) -> JsonResponse:
    """200 where all parts are well, else 503; the body names each part as ``ok`` or ``down``, and any warnings.

    The scanner of uploads is a part where one is named.
    """
    parts = {"database": database(), "broker": broker(), "records": records(), "ledger": ledger()}
    parts["witness"] = witness()
    if scanner.is_on():
        parts["scanner"] = scanner.answers()
    return answer(parts, warnings())


def readyz(request: HttpRequest) -> JsonResponse:
    """The same for what a request needs: a difference in the records is for people, and takes no server out."""
    return answer({"database": database(), "broker": broker()})


def answer(parts: dict[str, bool], told: Sequence[str] = ()) -> JsonResponse:
    body: dict[str, str | list[str]] = {part: "ok" if well else "down" for part, well in parts.items()}
    if told:
        body["warnings"] = list(told)
    response = JsonResponse(body, status=200 if all(parts.values()) else 503)
    add_never_cache_headers(response)
    return response
