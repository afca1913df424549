"""Tokens that were made before they had names go on working."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from parties.models import ApiToken
from parties.tokens import token_shown
from tests import make
from tests.make import NOW

MADE = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.django_db
def test_a_token_of_before_is_carried_over_with_its_secret_its_end_and_its_right_to_write() -> None:
    user = make.mediator()
    digest, secret = get_digest_token()
    row = [digest, secret[: CONSTANTS.TOKEN_KEY_LENGTH], MADE, NOW + timedelta(days=3), user.pk]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO knox_authtoken (digest, token_key, created, expiry, user_id) VALUES (%s, %s, %s, %s, %s)",
            row,
        )
    import_module("parties.migrations.0003_api_tokens").carry_over(Historical(), None)
    token = token_shown(secret, NOW)
    assert token is not None
    assert (token.user, token.name, token.scope) == (user, "made before", "write")
    assert (token.created, token.expiry) == (MADE, NOW + timedelta(days=3))
    assert ApiToken.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM knox_authtoken")
        assert cursor.fetchone() == (0,)


class Historical:
    """The models as the migration has them: the library's own is a model there, and swapped for ours here."""

    def get_model(self, app: str, name: str) -> Any:
        from django.db.migrations.loader import MigrationLoader

        state = MigrationLoader(connection).project_state().apps
        return apps.get_model(app, name) if app == "parties" else state.get_model(app, name)
