"""The cache in which all processes count together, on the broker's server; and what happens while that is away.

While it does not answer, each process counts by itself in its own memory: nobody is shut out, and nobody may ask
without end. Failed sign-ins are counted in the database (parties/lockout.py), and so in any case.
"""

import json
import logging
import time
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from normalization_tracker.broker import pool_of

logger = logging.getLogger(__name__)
# A server that is away is asked again after so long, and not at each request.
AWAY_SECONDS = 5
MOST_IN_MEMORY = 20_000
# By server, until when it is taken to be away; each thread has a cache of its own, and all share this.
away_until: dict[str, float] = {}


class Plain:
    """What is stored is JSON: who could write into the cache gets no code to run here, as Django's pickles would."""

    def dumps(self, value: Any) -> int | str:
        return value if type(value) is int else json.dumps(value)

    def loads(self, stored: bytes) -> Any:
        return json.loads(stored)


class BrokersClient(RedisCacheClient):
    """Has connections to whichever server is primary, where sentinels say which."""

    def _get_connection_pool(self: Any, write: bool) -> Any:
        (server,) = self._servers
        if server not in self._pools:
            self._pools[server] = pool_of(server, **self._pool_options)
        return self._pools[server]


class SharedCache(RedisCache):
    """Django's, with the process's own memory in its place while the server is away."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__([server], params)
        self._class = BrokersClient
        self.server = server
        memory = {"OPTIONS": {"MAX_ENTRIES": MOST_IN_MEMORY}, "KEY_PREFIX": params.get("KEY_PREFIX", "")}
        self.memory = LocMemCache(f"while {server} is away", memory)

    def either(self, shared: Callable[..., Any], own: Callable[..., Any], *arguments: Any) -> Any:
        """What the server answers, or the process's own memory while it does not."""
        if time.monotonic() >= away_until.get(self.server, 0):
            try:
                return shared(*arguments)
            except (redis.RedisError, OSError) as error:
                logger.warning(
                    "The cache does not answer; this process counts by itself: %s", type(error).__name__
                )
                away_until[self.server] = time.monotonic() + AWAY_SECONDS
        return own(*arguments)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(self.either(super().add, self.memory.add, key, value, timeout, version))

    def get(self, key: str, default: Any = None, version: Any = None) -> Any:
        return self.either(super().get, self.memory.get, key, default, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        self.either(super().set, self.memory.set, key, value, timeout, version)

    def incr(self, key: str, delta: int = 1, version: Any = None) -> int:
        return int(self.either(super().incr, self.memory.incr, key, delta, version))

    def delete(self, key: str, version: Any = None) -> bool:
        return bool(self.either(super().delete, self.memory.delete, key, version))

    def clear(self) -> None:
        """Drop what this cache holds. Django's would empty the database, in which the broker's queue is too."""
        self.memory.clear()
        self.either(self._clear_shared, self.memory.clear)

    def _clear_shared(self) -> None:
        client = self._cache.get_client(None, write=True)
        for key in client.scan_iter(match=f"{self.key_prefix}:*", count=1000):
            client.delete(key)
