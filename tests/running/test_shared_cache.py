"""The cache in which processes count together: what it holds, what it drops, and what it does while it is away."""

import redis
from django.conf import settings
from django.core.cache import cache

from normalization_tracker.broker import address_of
from normalization_tracker.shared_cache import SharedCache


def client() -> redis.Redis:
    return redis.Redis.from_url(address_of(settings.REDIS_URL))


def test_what_is_stored_is_json_and_comes_out_as_it_went_in() -> None:
    for value in (1, True, [1.5, 2.5], "text"):
        cache.set("one", value, 60)
        assert cache.get("one") == value
    assert client().get(cache.make_key("one")) == b'"text"'


def test_dropping_all_of_it_leaves_what_the_broker_keeps_in_the_same_database() -> None:
    cache.set("one", 1, 60)
    client().set("of-the-broker", "1")
    cache.clear()
    assert cache.get("one") is None
    assert client().delete("of-the-broker") == 1


def test_two_processes_count_together() -> None:
    cache.add("counter", 1, 60)
    other = SharedCache(address_of(settings.REDIS_URL), settings.CACHES["default"])
    assert other.incr("counter") == 2
    assert cache.incr("counter") == 3


def test_while_it_is_away_a_process_counts_in_its_own_memory(cache_is_away: None) -> None:
    assert cache.add("counter", 1, 60)
    assert not cache.add("counter", 1, 60)
    assert cache.incr("counter") == 2
    assert cache.delete("counter")
    assert cache.get("counter", "none") == "none"
