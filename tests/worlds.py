"""Data that the tests of a module start from: made once, and there again as it was for each of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker


def made_once(build: Callable[[], Any]) -> Any:
    """A fixture that all tests of its module have: `build` runs once, in a transaction around theirs.

    For modules whose tests all want it, and of which none commits.
    """

    @pytest.fixture(scope="module", autouse=True)
    def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
        with django_db_blocker.unblock():
            around = transaction.atomic()
            around.__enter__()
            built = build()
        with pytest.MonkeyPatch.context() as patch:
            # A test's end closes connections: this one holds what the next test starts from.
            patch.setattr(connection, "close", lambda: None)
            yield built
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)

    return made
