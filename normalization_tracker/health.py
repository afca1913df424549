"""Whether this process can do its work: the database and the broker answer, and the derived columns are right."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils.cache import add_never_cache_headers

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


def healthz(request: HttpRequest) -> JsonResponse:
    """200 where all parts are well, else 503; the body names each part as ``ok`` or ``down``."""
    return answer({"database": database(), "broker": broker(), "records": records()})


def readyz(request: HttpRequest) -> JsonResponse:
    """The same for what a request needs: a difference in the records is for people, and takes no server out."""
    return answer({"database": database(), "broker": broker()})


def answer(parts: dict[str, bool]) -> JsonResponse:
    body = {part: "ok" if well else "down" for part, well in parts.items()}
    response = JsonResponse(body, status=200 if all(parts.values()) else 503)
    add_never_cache_headers(response)
    return response
