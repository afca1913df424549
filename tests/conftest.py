"""Servers and settings for all tests. Read before any test module, so that these may import models."""

import gc
import os
import shutil
import time
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
import time_machine  # noqa: E402
from celery import current_app  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.cache import cache, caches  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402
from django.utils import translation  # noqa: E402
from hypothesis import settings as tries  # noqa: E402
from playwright.sync_api import expect  # noqa: E402
from pytest_django import DjangoDbBlocker  # noqa: E402

from normalization_tracker.shared_cache import SharedCache  # noqa: E402
from obligations.web.base.sessions import LimitedSessions  # noqa: E402
from tests.effort import effort  # noqa: E402
from tests.make import NOW  # noqa: E402
from tests.trials import BROWSERS  # noqa: E402

# A busy machine makes no example wrong.
tries.register_profile("untimed", deadline=None, max_examples=effort(25, 100))
tries.load_profile("untimed")
expect.set_options(timeout=30_000)  # nor a page that comes late
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A machine at its limit answers late; what is counted is to be counted all the same. And processes that test side by
# side count apart: the settings may have been read before the process had a database of its own.
settings.CACHES["default"]["OPTIONS"] |= {"socket_timeout": 30, "socket_connect_timeout": 30}
settings.REDIS_URL = settings.CELERY_BROKER_URL = current_app.conf.broker_url = os.environ["REDIS_URL"]
settings.CACHES["default"]["LOCATION"] = os.environ["REDIS_URL"]
settings.CACHES["default"]["KEY_PREFIX"] += os.environ.get("PYTEST_XDIST_WORKER", "")
cache.key_prefix = settings.CACHES["default"]["KEY_PREFIX"]
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
# Nobody looks at what is drawn: a third less work for each page.
PLAIN = ("--disable-gpu", "--disable-software-rasterizer", "--num-raster-threads=1")

# The files that take longest, the longest first: begun last, one would keep one process busy when all others are done.
LONGEST = (
    "tests/browser/test_walk.py",
    "tests/trial/test_life.py",
    "tests/pages/test_forms_that_write.py",
    "tests/languages/test_nothing_is_left_in_english.py",
    "tests/canary/test_who_sees.py",
    "tests/api/test_contract.py",
    "tests/mirror/test_mirrored.py",
    "tests/canary/test_least_fields.py",
    "tests/browser/test_desk.py",
    "tests/browser/test_readings.py",
    "tests/status/test_as_of.py",
    "tests/api/test_rights_matrix.py",
    "tests/api/test_exports.py",
    "tests/packs/test_trial.py",
    "tests/pages/test_lists.py",
    "tests/canary/test_numbers.py",
    "tests/pages/test_caching.py",
    "tests/ledger/test_every_column.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files are handed out in the order in which they stand here, each to the process that is free."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was imported stays to the end: to look through it again and again for garbage takes time from each test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    servers.migrate_for_all()


@pytest.fixture(scope="session")
def whole_browser() -> str:
    """The machine's own Chromium. A missing one is an error: a skipped browser test would prove nothing."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.fail(
            f"No browser: install Chromium (`make test` does it as root). Looked for {', '.join(BROWSERS)}."
        )
    return program


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], whole_browser: str) -> dict[str, Any]:
    """The same without its window, which draws a page for a quarter of the work, where it is installed."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    program = shutil.which("chromium-headless-shell") or whole_browser
    return {**browser_type_launch_args, "executable_path": program, "args": [*QUIET, *PLAIN, *sandbox]}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """A process of several begins with a copy of what was migrated for all."""
    if servers.migrated():
        default = settings.DATABASES["default"]
        default["TEST"]["TEMPLATE"] = default["NAME"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database goes at the end, also where a thread of a server still has a connection for a browser that left."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def nothing_counted_before() -> None:
    """Attempts and requests are counted over all tests of a process, else."""
    cache.clear()
    caches["answers"].clear()


@pytest.fixture(autouse=True)
def begun_in_english() -> None:
    """A request leaves its language active, as the next one changes it; the next test may make none."""
    translation.activate(settings.LANGUAGE_CODE)


COUNTING = {
    *("CaptureQueriesContext", "DjangoAssertNumQueries"),
    *("django_assert_num_queries", "django_assert_max_num_queries"),
}


@pytest.fixture(autouse=True)
def no_minute_ends_between_two_counts(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """What pages keep holds for a minute, or for a quarter of an hour. Modules that count queries start with a new one;
    those that name their moment go on doing so. Sessions, which are looked at once a minute, are not there.
    """
    if COUNTING & {*vars(request.module), *request.fixturenames}:
        monkeypatch.setattr(LimitedSessions, "process_view", lambda *about: None)
        with time_machine.travel(time.time() // 60 * 60, tick=True):
            yield
    else:
        yield


@pytest.fixture
def public_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody reads what is public, with an account and without."""
    monkeypatch.setattr(settings, "PUBLIC_READING", True)


@pytest.fixture
def on_the_day() -> Iterator[time_machine.Traveller]:
    """At the tests' own moment, which stands still."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def cache_is_away(tmp_path: Path) -> Iterator[None]:
    """Nobody answers where the cache should be."""
    params = {"KEY_PREFIX": "tracker-cache", "OPTIONS": {"socket_connect_timeout": 0.5}}
    away = SharedCache(f"unix://{tmp_path}/nobody.sock?db=0", params)
    shared = caches["default"]
    caches["default"] = away
    yield
    caches["default"] = shared


OF_MIGRATIONS = {"django_content_type", "auth_permission"}


def _empty(case: TransactionTestCase) -> None:
    """Delete what a test committed, of the tables that hold something: to truncate all takes ten times as long.

    The database refuses that for what is append-only, but where its triggers are told to let it pass.
    """
    tables = set(connection.introspection.django_table_names(only_existing=True)) - OF_MIGRATIONS
    with pgtrigger.ignore(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables))
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')


TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]
