"""Tokens: made with a password, kept as a hash, ended by time or by hand; wrong passwords are counted."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import get_resolver, reverse
from django.utils import timezone

from agreement.models import LedgerEntry
from parties.models import ApiToken
from parties.tokens import in_force
from tests import make
from tests.api.conftest import Program
from tests.api.test_rights_matrix import addresses
from tests.canary.addresses import routes
from tests.make import NOW, PASSWORD

pytestmark = pytest.mark.django_db

RIGHT = {
    "email": "mediator@trial.invalid",
    "password": PASSWORD,
    "name": "a program",
    "scope": "write",
}


def signed_in(program: Program) -> tuple[str, Program]:
    token = program.write("tokens/", RIGHT)["token"]
    return token, Program(headers={"Authorization": f"Token {token}"})


def may_write(program: Program, pk: int) -> int:
    body = {"effective_on": "2024-01-10", "level": 1, "reason": "Seen.", "tier": "public"}
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
    assert body["token"] not in ApiToken.objects.get().digest


def test_a_token_by_password_of_a_new_program_or_place_is_told_by_mail_and_of_a_known_one_is_not(
    anybody: Program, django_capture_on_commit_callbacks: Any
) -> None:
    user = make.mediator()
    body = {"email": user.email, "password": PASSWORD, "name": "a program"}

    def told(agent: str, address: str) -> list[str]:
        mail.outbox.clear()
        where: dict[str, Any] = {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address}
        with django_capture_on_commit_callbacks(execute=True):
            made = anybody.post("/api/v1/tokens/", body, content_type="application/json", **where)
        assert made.status_code == 201
        return [str(one.body) for one in mail.outbox]

    assert told("copier/1", "192.0.2.1") == [], "the first sign-in of an account"
    (text,) = told("stranger/2", "192.0.2.1")
    assert "stranger/2, from the address 192.0.2.1" in text
    assert "/account/tokens/" in text
    assert len(told("copier/1", "192.0.2.9")) == 1
    assert [told("copier/1", "192.0.2.1"), told("stranger/2", "192.0.2.1")] == [[], []]


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
    assert list(anybody.write("tokens/", {"email": "x"}, 400)["errors"]) == ["password", "name"]
    assert list(anybody.write("tokens/", RIGHT | {"otp": "1"}, 400)["errors"]) == ["otp"]


def test_the_command_makes_a_token_for_an_account() -> None:
    make.mediator()
    owed, out = make.commitment(), StringIO()
    made = {"days": 2, "name": "the nightly copy", "scope": "write"}
    call_command("apitoken", "Mediator@trial.invalid", **made, stdout=out, stderr=StringIO())
    assert may_write(Program(headers={"Authorization": f"Token {out.getvalue().strip()}"}), owed.pk) == 201
    token = ApiToken.objects.get()
    assert (token.name, token.expiry) == ("the nightly copy", NOW + timedelta(days=2))


def test_the_command_makes_one_that_only_reads_where_nothing_else_is_said() -> None:
    make.mediator()
    call_command("apitoken", "mediator@trial.invalid", stdout=StringIO(), stderr=StringIO())
    assert ApiToken.objects.get().scope == "read"


def test_the_command_refuses_an_account_that_may_not_sign_in() -> None:
    with pytest.raises(CommandError, match="No account"):
        call_command("apitoken", "nobody@trial.invalid")
    make.mediator()
    with pytest.raises(CommandError, match="1 to 366"):
        call_command("apitoken", "mediator@trial.invalid", days=0)


# Scope, list, and end


def reads(program: Program) -> int:
    return program.get("/api/v1/tokens/").status_code


def test_a_token_that_only_reads_reads_and_is_told_so_where_it_writes(anybody: Program) -> None:
    make.mediator()
    owed = make.commitment()
    body = anybody.write("tokens/", {name: RIGHT[name] for name in ("email", "password", "name")})
    assert body["scope"] == "read"
    holder = Program(headers={"Authorization": f"Token {body['token']}"})
    holder.read("commitments/")
    problem = holder.post(f"/api/v1/commitments/{owed.pk}/findings/", {}, content_type="application/json")
    assert problem.status_code == 403
    assert problem.json()["detail"] == "This token only reads. To write, make one with the scope “write”."


def test_no_address_of_the_api_takes_a_write_from_a_token_that_only_reads(anybody: Program) -> None:
    make.mediator()
    token = anybody.write("tokens/", RIGHT | {"scope": "read"})["token"]
    holder = Program(headers={"Authorization": f"Token {token}"})
    tried = [(name, method) for name, view in addresses(get_resolver()) for method in methods_of(name, view)]
    own = {("api:tokens", "post"), ("api:current-token", "delete")}  # with a password; of itself alone
    assert len(tried) > 20
    wrong = {}
    for name, method in set(tried) - own:
        address = reverse(
            name, kwargs=dict.fromkeys(parameters_of(name), NOBODYS if name == "api:followed" else 1)
        )
        status = getattr(holder, method)(address, {}, content_type="application/json").status_code
        if status != 403:
            wrong[name, method] = status
    assert wrong == {}


# Where the address takes nothing but such a key.
NOBODYS = "00000000-0000-4000-8000-000000000001"


def methods_of(name: str, view: Any) -> list[str]:
    shown = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if not name.startswith("api:") or shown is None:
        return []
    return [method for method in ("post", "put", "patch", "delete") if hasattr(shown, method)]


def parameters_of(name: str) -> list[str]:
    route = next(one for one in routes() if one.name == name)
    return sorted(route.parameters)


def test_the_tokens_of_an_account_are_listed_with_name_scope_expiry_and_last_use_and_no_secret(
    anybody: Program,
) -> None:
    make.mediator()
    make.analyst()
    anybody.write("tokens/", RIGHT | {"email": "analyst@trial.invalid"})
    token, holder = signed_in(anybody)
    listed = holder.read("tokens/")["results"]
    assert [(row["name"], row["scope"], row["is_current"]) for row in listed] == [
        ("a program", "write", True)
    ]
    assert (listed[0]["created"], listed[0]["expiry"]) == ("2026-03-02T09:00:00Z", "2026-04-01T09:00:00Z")
    assert token not in str(listed)


def test_the_last_use_is_noted_once_a_minute_and_costs_a_read_nothing_else(
    anybody: Program, django_assert_num_queries: Any
) -> None:
    make.mediator()
    _token, holder = signed_in(anybody)
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (90, 60)):
        with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
            with django_assert_num_queries(3 if noted == seconds else 2):  # the token, its use, the list
                holder.read("tokens/")
            assert ApiToken.objects.get().last_used_at == NOW + timedelta(seconds=noted)


def test_a_token_is_given_the_end_that_is_asked_for_within_a_year(anybody: Program) -> None:
    make.mediator()
    body = anybody.write("tokens/", RIGHT | {"expiry": "2026-03-03T00:00:00Z"})
    assert body["expiry"] == "2026-03-03T00:00:00Z"
    for wrong in ("2026-03-02T09:00:00Z", "2027-03-04T00:00:00Z"):
        problem = anybody.write("tokens/", RIGHT | {"expiry": wrong}, 400)
        assert problem["errors"] == {"expiry": ["Take an instant within the next 366 days."]}


def test_one_token_is_revoked_by_its_key_by_its_owner_alone(anybody: Program) -> None:
    make.mediator()
    make.analyst()
    _token, holder = signed_in(anybody)
    _other, other = signed_in(anybody)
    stranger = anybody.write("tokens/", RIGHT | {"email": "analyst@trial.invalid"})
    key = next(row["key"] for row in holder.read("tokens/")["results"] if not row["is_current"])
    outside = Program(headers={"Authorization": f"Token {stranger['token']}"})
    assert outside.delete(f"/api/v1/tokens/{key}/").status_code == 404
    assert holder.delete(f"/api/v1/tokens/{key}/").status_code == 204
    assert (reads(holder), reads(other), reads(outside)) == (200, 401, 200)
    assert holder.delete(f"/api/v1/tokens/{key}/").status_code == 404


def test_all_tokens_of_an_account_are_revoked_at_once(anybody: Program) -> None:
    make.mediator()
    make.analyst()
    _token, holder = signed_in(anybody)
    _token, other = signed_in(anybody)
    stranger = anybody.write("tokens/", RIGHT | {"email": "analyst@trial.invalid"})["token"]
    assert holder.delete("/api/v1/tokens/").status_code == 204
    assert (reads(holder), reads(other)) == (401, 401)
    assert reads(Program(headers={"Authorization": f"Token {stranger}"})) == 200


def test_an_account_has_at_most_twenty_tokens_and_those_that_ended_do_not_count(anybody: Program) -> None:
    user = make.mediator()
    for number in range(20):
        make.token(user, name=f"{number}", expiry=NOW + timedelta(days=1))
    assert "at most 20" in anybody.write("tokens/", RIGHT, 400)["errors"]["name"][0]
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        anybody.write("tokens/", RIGHT)
        assert in_force(user, timezone.now()).count() == 1


def test_what_is_done_with_tokens_stands_in_the_history_of_the_account_without_the_secret(
    anybody: Program,
) -> None:
    user = make.mediator()
    token, holder = signed_in(anybody)
    holder.delete("/api/v1/tokens/current/")
    entries = LedgerEntry.objects.filter(subject=f"account {user.key}").order_by("pk")
    assert [entry.command for entry in entries] == ["make_token", "revoke_token"]
    assert not any(token in entry.content or token[:15] in entry.content for entry in entries)
