"""Tokens: made with a password, kept as a hash, ended by time or by hand; wrong passwords are counted."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from knox.models import AuthToken

from tests import make
from tests.api.conftest import Program
from tests.make import NOW, PASSWORD

pytestmark = pytest.mark.django_db

RIGHT = {"email": "mediator@trial.invalid", "password": PASSWORD}


def signed_in(program: Program) -> tuple[str, Program]:
    token = program.write("tokens/", RIGHT)["token"]
    return token, Program(headers={"Authorization": f"Token {token}"})


def may_write(program: Program, pk: int) -> int:
    body = {"effective_on": "2024-01-10", "level": 1, "reason": "Seen."}
    return program.post(
        f"/api/v1/commitments/{pk}/findings/", body, content_type="application/json"
    ).status_code


def test_a_password_gives_a_token_that_writes_and_that_the_server_does_not_know(anybody: Program) -> None:
    make.mediator()
    owed = make.commitment()
    body = anybody.write("tokens/", RIGHT | {"email": "Mediator@Trial.invalid "})
    assert body["expiry"] == "2026-04-01T09:00:00Z"
    assert may_write(Program(headers={"Authorization": f"Token {body['token']}"}), owed.pk) == 201
    assert may_write(Program(headers={"Authorization": f"Bearer {body['token']}"}), owed.pk) == 201
    assert body["token"] not in AuthToken.objects.get().digest


@pytest.mark.parametrize("wrong", [{"password": "not-it"}, {"email": "nobody@trial.invalid"}])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    wrong: dict[str, str], anybody: Program
) -> None:
    make.mediator()
    problem = anybody.write("tokens/", RIGHT | wrong, 401)
    assert problem["detail"] == "No account that may sign in has this e-mail address and password."


def test_an_account_that_is_switched_off_gets_no_token_and_its_tokens_end(anybody: Program) -> None:
    user, owed = make.mediator(), make.commitment()
    _token, holder = signed_in(anybody)
    user.is_active = False
    user.save()
    anybody.write("tokens/", RIGHT, 401)
    assert may_write(holder, owed.pk) == 401


def test_a_token_ends_by_itself(anybody: Program) -> None:
    make.mediator()
    owed = make.commitment()
    _token, holder = signed_in(anybody)
    with time_machine.travel(NOW + timedelta(days=30, seconds=1), tick=False):
        assert may_write(holder, owed.pk) == 401


def test_a_token_is_revoked_by_its_holder_and_others_stay(anybody: Program) -> None:
    make.mediator()
    owed = make.commitment()
    _token, holder = signed_in(anybody)
    _token, other = signed_in(anybody)
    assert holder.delete("/api/v1/tokens/current/").status_code == 204
    assert may_write(holder, owed.pk) == 401
    assert may_write(other, owed.pk) == 201
    assert anybody.delete("/api/v1/tokens/current/").status_code == 401


@pytest.mark.parametrize(
    "header", ["Token", "Token ", "Token a b", "Token \xe9", "Token 0123456789abcdef", "Bearer -"]
)
def test_a_header_that_holds_no_token_is_refused_even_where_all_may_read(header: str) -> None:
    answer = Program(headers={"Authorization": header}).get("/api/v1/commitments/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")


def test_too_many_wrong_passwords_lock_the_address_and_no_other(anybody: Program, settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    make.mediator()
    make.analyst()
    wrong = RIGHT | {"password": "not-it"}
    assert [status_of(anybody, wrong) for _ in range(4)] == [401, 401, 429, 429]
    answer = anybody.post("/api/v1/tokens/", RIGHT, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert {a.username for a in AccessAttempt.objects.all()} == {"mediator@trial.invalid"}
    assert status_of(anybody, RIGHT | {"email": "analyst@trial.invalid"}) == 201


def status_of(program: Program, body: dict[str, str]) -> int:
    return program.post("/api/v1/tokens/", body, content_type="application/json").status_code


def test_credentials_that_are_none_name_their_field(anybody: Program) -> None:
    assert list(anybody.write("tokens/", {"email": "x"}, 400)["errors"]) == ["password"]
    assert list(anybody.write("tokens/", RIGHT | {"otp": "1"}, 400)["errors"]) == ["otp"]


def test_the_command_makes_a_token_for_an_account() -> None:
    make.mediator()
    owed, out = make.commitment(), StringIO()
    call_command("apitoken", "Mediator@trial.invalid", days=2, stdout=out, stderr=StringIO())
    assert may_write(Program(headers={"Authorization": f"Token {out.getvalue().strip()}"}), owed.pk) == 201
    assert AuthToken.objects.get().expiry == NOW + timedelta(days=2)


def test_the_command_refuses_an_account_that_may_not_sign_in() -> None:
    with pytest.raises(CommandError, match="No account"):
        call_command("apitoken", "nobody@trial.invalid")
    make.mediator()
    with pytest.raises(CommandError, match="1 to 3650"):
        call_command("apitoken", "mediator@trial.invalid", days=0)
