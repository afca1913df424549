"""What the outside may not do: addresses and bodies that nothing can hold, and rooms that are not offered."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from obligations.models import Statement
from tests import make

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.parametrize("path", ["/obligations/accord/%00/", "/agreements/%00/", "/api/v1/agreements/%00/"])
def test_a_nul_in_an_address_is_not_found(path: str, client: Client, settings: Any) -> None:
    settings.PUBLIC_READING = True
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"level": 3, "reason": "\\ud800"}', '{"reason": "' + "x" * 3_000_000 + '"}']
)
def test_a_body_that_nothing_can_hold_is_a_problem_and_no_failure(body: str, client: Client) -> None:
    owed = make.commitment()
    client.force_login(make.mediator(), BACKEND)
    client.raise_request_exception = False
    answer = client.post(f"/api/v1/commitments/{owed.pk}/findings/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert not Statement.objects.exists()


def test_nobody_changes_the_own_address_or_signs_up(client: Client) -> None:
    client.force_login(make.analyst(), BACKEND)
    assert client.get("/account/email/").status_code == 404
    assert client.get("/account/confirm-email/").status_code == 404


def test_there_is_no_way_to_the_tables_past_the_commands(client: Client) -> None:
    administrator = make.administrator()
    administrator.is_staff = administrator.is_superuser = True
    administrator.save()
    client.force_login(administrator, BACKEND)
    assert client.get("/admin/").status_code == 404


def test_wrong_passwords_for_one_account_shut_out_no_other(client: Client, settings: Any) -> None:
    make.analyst()
    make.mediator()
    login = reverse("account_login")
    for _ in range(12):
        client.post(login, {"login": "analyst@trial.invalid", "password": "wrong"})
    answer = client.post(login, {"login": "mediator@trial.invalid", "password": make.PASSWORD})
    assert answer.status_code == 302
