"""Which version this is, told alike wherever it is told; and that a migration gives way."""

import re
import tomllib
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.commands import migrate as of_django
from django.db import connection, transaction
from django.test import Client

from normalization_tracker.running import kind
from normalization_tracker.version import VERSION
from tests import make

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_package_and_the_images_have_the_same_version() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert package["version"] == VERSION
    tags = re.findall(r"image: normalization-tracker[a-z-]*:(\S+)", (ROOT / "docker-compose.yml").read_text())
    assert set(tags) == {VERSION}


@pytest.mark.django_db
def test_health_tells_it_and_pages_tell_it_to_administrators() -> None:
    client = Client()
    assert client.get("/healthz").json()["version"] == VERSION
    told = f"Normalization Tracker, version {VERSION}"
    client.force_login(make.mediator())
    assert told not in client.get("/desk/").content.decode()
    client.force_login(make.administrator())
    assert told in client.get("/administration/rights/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_migration_gives_way_where_a_lock_does_not_come_and_tries_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = connection.get_connection_params()
    reader = psycopg2.connect(
        **{name: given[name] for name in ("host", "port", "user", "password", "dbname") if name in given}
    )
    reader.cursor().execute("SELECT 1 FROM parties_sentmail")
    tried: list[int] = []

    def locks_a_table(_self: Any, *_args: Any, **_options: Any) -> None:
        tried.append(kind.present().value.lock)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10ms'")
            cursor.execute("LOCK TABLE parties_sentmail")

    monkeypatch.setattr(of_django.Command, "handle", locks_a_table)
    monkeypatch.setattr("time.sleep", lambda _seconds: reader.rollback())
    call_command("migrate", verbosity=0)
    assert len(tried) == 2
    assert 0 < tried[0] < kind.ProcessKind.WEB.value.lock, (
        "readers wait behind it for no longer than a page does"
    )
    assert "A lock did not come in time" in capsys.readouterr().err
    reader.close()
