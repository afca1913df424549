"""The broker, a Redis or Valkey, as Celery, the cache and health are told of it; by Sentinel where sentinels are named.

Then the host in REDIS_URL is the name by which these know the primary. Its password and database are the primary's, and
its TLS is spoken with the sentinels too.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from environs import ValidationError
from redis import ConnectionPool, SSLConnection
from redis.connection import parse_url
from redis.sentinel import Sentinel, SentinelConnectionPool

SENTINEL_PORT = 26379
OVER_TCP = ("redis", "rediss")


def address_of(broker: str) -> str:
    """The address of the broker, which Celery reads, as redis-py reads it."""
    if broker.startswith("redis+socket://"):
        broker = broker.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=")
    for name in ("REQUIRED", "OPTIONAL", "NONE"):
        broker = broker.replace(f"ssl_cert_reqs=CERT_{name}", f"ssl_cert_reqs={name.lower()}")
    return broker


def place_of(sentinel: str) -> tuple[str, int]:
    """Host and port. ValueError where it is neither `host:port` nor a host alone."""
    url = urlsplit(f"//{sentinel}")
    if not url.hostname or f"//{url.netloc}" != url.geturl() or "@" in url.netloc:
        raise ValueError(sentinel)
    return url.hostname, url.port or SENTINEL_PORT


def are_places(sentinels: list[str]) -> None:
    try:
        [place_of(one) for one in sentinels]
    except ValueError as error:
        raise ValidationError(f"Give each as host:port, comma-separated; {str(error)!r} is none.") from error


def pool_of(
    url: str, sentinels: Sequence[str] = (), password_of_sentinels: str = "", **options: Any
) -> ConnectionPool:
    """Connections to the broker; by Sentinel, each new one to whichever is primary then."""
    if not sentinels:
        return ConnectionPool.from_url(address_of(url), **options)
    given = read(url) | options
    del given["host"]
    is_tls = given.pop("connection_class", None) is SSLConnection
    limits = {key: value for key, value in given.items() if key.startswith("socket_")}
    places = [place_of(one) for one in sentinels]
    how = of_sentinels(url, password_of_sentinels) | limits
    known_by = Sentinel(places, sentinel_kwargs=how)  # type: ignore[no-untyped-call]
    pool = SentinelConnectionPool(name_of(url), known_by, ssl=is_tls, **given)  # type: ignore[no-untyped-call]
    return pool


def name_of(url: str) -> str:
    """The host as it is written: names differ by capitals."""
    return urlsplit(url).netloc.rpartition("@")[2].partition(":")[0]


def of_sentinels(url: str, password: str) -> dict[str, Any]:
    """How a sentinel is spoken to."""
    own = {"socket_timeout": 2, "socket_connect_timeout": 2, "password": password or None}
    return own | {"ssl": urlsplit(url).scheme == "rediss"} | tls_of(url)


def tls_of(url: str) -> dict[str, Any]:
    return {key: value for key, value in read(url).items() if key.startswith("ssl_")}


def read(url: str) -> dict[str, Any]:
    return dict(parse_url(address_of(url)))  # type: ignore[no-untyped-call]


def for_celery(
    url: str, sentinels: Sequence[str], password: str
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The address of the broker, its TLS, and options of the transport."""
    parts = urlsplit(url)
    if not sentinels or parts.scheme not in OVER_TCP:  # which the checks of the settings refuse
        return url, {}, {}
    credentials, at, _host = parts.netloc.rpartition("@")
    places = [f"{credentials}{at}{host}:{port}" for host, port in map(place_of, sentinels)]
    address = ";".join(urlunsplit(("sentinel", place, parts.path or "/0", "", "")) for place in places)
    return address, tls_of(url), {"master_name": name_of(url), "sentinel_kwargs": of_sentinels(url, password)}
