"""Whether this process can do its work: the database and the broker answer."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils.cache import add_never_cache_headers


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


def healthz(request: HttpRequest) -> JsonResponse:
    """200 where all parts answer, else 503; the body names each part as ``ok`` or ``down``."""
    parts = {"database": database(), "broker": broker()}
    body = {part: "ok" if answers else "down" for part, answers in parts.items()}
    response = JsonResponse(body, status=200 if all(parts.values()) else 503)
    add_never_cache_headers(response)
    return response
