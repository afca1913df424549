"""Servers and settings for all tests. Read before any test module, so that these may import models."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest

from tests import servers

servers.provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")
# The browser's driver runs an event loop in the tests' own thread, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
django.setup()

import pgtrigger  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.cache import cache, caches  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402

from normalization_tracker.shared_cache import SharedCache  # noqa: E402

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A machine at its limit answers late; what is counted is to be counted all the same. And processes that test side by
# side count apart: the settings may have been read before the process had a database of its own.
settings.CACHES["default"]["OPTIONS"] |= {"socket_timeout": 30, "socket_connect_timeout": 30}
settings.CACHES["default"]["KEY_PREFIX"] += os.environ.get("PYTEST_XDIST_WORKER", "")
cache.key_prefix = settings.CACHES["default"]["KEY_PREFIX"]
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUICK = ("deadlines", "packs")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium. A missing one is an error: a skipped browser test would prove nothing."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.fail(
            f"No browser: install Chromium (`make test` does it as root). Looked for {', '.join(BROWSERS)}."
        )
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": program, "args": [*QUIET, *sandbox]}


@pytest.fixture(autouse=True)
def nothing_counted_before() -> None:
    """Attempts and requests are counted over all tests of a process, else."""
    cache.clear()


@pytest.fixture
def cache_is_away(tmp_path: Path) -> Iterator[None]:
    """Nobody answers where the cache should be."""
    params = {"KEY_PREFIX": "tracker-cache", "OPTIONS": {"socket_connect_timeout": 0.5}}
    away = SharedCache(f"unix://{tmp_path}/nobody.sock?db=0", params)
    shared = caches["default"]
    caches["default"] = away
    yield
    caches["default"] = shared


_teardown = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def _empty_append_only_tables_too(case: TransactionTestCase) -> None:
    """Tests that commit are cleaned up by TRUNCATE, which the database refuses for what is append-only."""
    with pgtrigger.ignore():
        _teardown(case)


TransactionTestCase._fixture_teardown = _empty_append_only_tables_too  # type: ignore[attr-defined]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    with_ids_of_their_own(items)
    in_good_company(items)


def with_ids_of_their_own(items: list[pytest.Item]) -> None:
    """pytest-xdist runs one test an id, and Schemathesis gives all of its one."""
    for item in items:
        operation = getattr(item, "operation_label", None)
        if operation:
            item._id = item.id.with_params(operation)
    twice = [nodeid for nodeid, count in Counter(item.nodeid for item in items).items() if count > 1]
    if twice:
        raise pytest.UsageError(
            f"Several tests share an id, and all but one would be left out: {', '.join(twice)}"
        )


def in_good_company(items: list[pytest.Item]) -> None:
    """Spreads the files that wait for a server or a browser among those that compute, so that while one worker waits
    the other has something to do. What is quick comes last, so that the workers end together.
    """
    files = list(dict.fromkeys(item.path for item in items))
    waiting = [file for file in files if file.parent.name in ("browser", "trial")]
    computing = sorted(
        set(files) - set(waiting), key=lambda file: (file.parent.name in QUICK, files.index(file))
    )
    place = {file: at * 0.9 / len(waiting) for at, file in enumerate(waiting)}
    place |= {file: at / len(computing) for at, file in enumerate(computing)}
    items.sort(key=lambda item: place[item.path])
