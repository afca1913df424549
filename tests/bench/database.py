"""A database of its own for a bench, on the server of DATABASE_URL, or on an embedded one where that is not set."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_database() -> Iterator[None]:
    """Sets Django up; nothing of it may be imported before."""
    from tests import servers

    servers.provide()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")
    import django

    django.setup()
    from django.test.utils import get_runner, override_settings

    runner = get_runner(django.conf.settings)(verbosity=0, interactive=False)
    with override_settings(DEBUG=False):
        databases = runner.setup_databases()
        try:
            yield
        finally:
            runner.teardown_databases(databases)
