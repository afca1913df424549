"""How often a token, an account and an address may ask, and what they are told of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml
from django.test import Client

from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.make import NOW, PASSWORD

pytestmark = pytest.mark.django_db
Programs = Callable[[User], Program]
COSTLY_PAGES = ("/search/?q=report", "/changes/", "/ledger/accord/export/", "/bulk/accord/")


@pytest.fixture(autouse=True)
def rates(settings: Any, on_the_day: None) -> None:
    settings.RATES = {
        "signed-in": "5/m",
        "anonymous": "3/m",
        "costly": "2/m",
        "replay": "2/m",
        "sign-in": "2/m",
    }


def statuses(client: Client, address: str, times: int, **headers: str) -> list[int]:
    return [client.get(address, headers=headers).status_code for _time in range(times)]


def test_answers_say_what_is_left_and_a_refusal_when_to_ask_again(anybody: Program) -> None:
    answer = anybody.get("/api/v1/parties/")
    assert answer["RateLimit-Policy"] == '"anonymous";q=3;w=60'
    assert answer["RateLimit"] == '"anonymous";r=2;t=60'
    assert "Retry-After" not in answer
    with time_machine.travel(NOW + timedelta(seconds=18), tick=False):
        assert statuses(anybody, "/api/v1/parties/", 2) == [200, 200]
        answer = anybody.get("/api/v1/parties/")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert (answer["RateLimit"], answer["Retry-After"]) == ('"anonymous";r=0;t=42', "42")
    assert answer.json()["title"] == "Too Many Requests"
    with time_machine.travel(NOW + timedelta(seconds=60), tick=False):
        assert anybody.get("/api/v1/parties/").status_code == 200


def test_each_token_and_each_address_is_counted_by_itself(anybody: Program, program: Programs) -> None:
    user = make.mediator()
    one, other = program(user), program(user)
    assert statuses(one, "/api/v1/parties/", 6) == [200] * 5 + [429]
    assert other.get("/api/v1/parties/").status_code == 200
    assert statuses(anybody, "/api/v1/parties/", 4) == [200] * 3 + [429]
    assert anybody.get("/api/v1/parties/", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_list_that_everybody_sees_counts_once_whether_made_kept_wrong_or_refused(
    anybody: Program, settings: Any
) -> None:
    settings.PUBLIC_READING = True
    for place, address in enumerate(("", "", "?party=nobody"), start=1):
        answer = anybody.get(f"/api/v1/commitments/{address}")
        assert answer["RateLimit"] == f'"anonymous";r={3 - place};t=60'
    refused = anybody.get("/api/v1/commitments/")
    assert (refused.status_code, refused["RateLimit"]) == (429, '"anonymous";r=0;t=60')


def test_an_address_that_nobody_vouches_for_gives_no_new_quota(anybody: Program, settings: Any) -> None:
    for number in range(3):
        anybody.get("/api/v1/parties/", headers={"X-Forwarded-For": f"192.0.2.{number}"})
    assert statuses(anybody, "/api/v1/parties/", 1, **{"X-Forwarded-For": "192.0.2.9"}) == [429]
    settings.TRUSTED_PROXIES = 1
    assert statuses(anybody, "/api/v1/parties/", 1, **{"X-Forwarded-For": "192.0.2.9"}) == [200]


@pytest.mark.parametrize("path", ["changes/between/", "search/?q=report", "ledger/"])
def test_what_costs_much_has_a_quota_of_its_own(path: str, program: Programs) -> None:
    make.commitment()
    holder = program(make.mediator())
    answer = holder.get(f"/api/v1/{path}")
    assert answer["RateLimit-Policy"] == '"signed-in";q=5;w=60, "costly";q=2;w=60'
    assert answer["RateLimit"] == '"signed-in";r=4;t=60, "costly";r=1;t=60'
    assert statuses(holder, f"/api/v1/{path}", 2) == [200, 429]
    assert holder.get("/api/v1/parties/").status_code == 200


def test_the_preview_of_many_statements_costs_much(program: Programs) -> None:
    make.commitment()
    holder = program(make.mediator())
    body = {"agreement": "accord", "preview": True, "rows": [{"obligation": "O-1", "party": "alpha"}]}
    asked = [
        holder.post("/api/v1/bulk/", body, content_type="application/json").status_code for _time in range(3)
    ]
    assert asked[2] == 429
    assert 429 not in asked[:2]


@pytest.mark.parametrize("address", COSTLY_PAGES)
def test_pages_that_cost_much_count_with_them_and_say_so_on_a_page(address: str) -> None:
    make.commitment()
    client = Client()
    client.force_login(make.mediator(), "allauth.account.auth_backends.AuthenticationBackend")
    assert statuses(client, address, 2) == [200, 200]
    answer = client.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "Ask again in 60 seconds" in answer.content.decode()
    assert client.get("/compliance/").status_code == 200
    assert client.get("/api/v1/changes/between/").status_code == 429


def test_attempts_to_trade_a_password_are_counted_by_address(anybody: Program) -> None:
    make.mediator()
    body = {"email": "mediator@trial.invalid", "password": PASSWORD, "name": "a program"}
    anybody.write("tokens/", body)
    anybody.write("tokens/", body | {"email": "somebody@trial.invalid"}, 401)
    anybody.write("tokens/", body, 429)
    answer = anybody.post("/api/v1/tokens/", body, content_type="application/json", REMOTE_ADDR="192.0.2.7")
    assert answer.status_code == 201


def test_a_policy_that_is_switched_off_counts_nothing(anybody: Program, settings: Any) -> None:
    settings.RATES = dict.fromkeys(settings.RATES, "")
    answer = [anybody.get("/api/v1/changes/between/") for _time in range(9)][-1]
    assert answer.status_code == 200
    assert "RateLimit" not in answer


def test_without_the_cache_each_process_counts_by_itself_and_neither_fails_nor_lets_all_through(
    anybody: Program, cache_is_away: None
) -> None:
    assert statuses(anybody, "/api/v1/parties/", 4) == [200, 200, 200, 429]


def test_the_document_tells_of_quotas_at_every_operation() -> None:
    document = yaml.load((Path(__file__).parents[2] / "openapi.yaml").read_text(), yaml.CSafeLoader)
    told = [op["responses"].get("429") for item in document["paths"].values() for op in item.values()]
    assert told == [{"$ref": "#/components/responses/TooManyRequests"}] * len(told)
    assert set(document["components"]["responses"]["TooManyRequests"]["headers"]) == {
        "Retry-After",
        "RateLimit",
        "RateLimit-Policy",
    }


def test_wrong_tokens_count_for_their_address(anybody: Program) -> None:
    guesses = statuses(anybody, "/api/v1/parties/", 5, Authorization="Token abcdef")
    assert guesses == [401] * 3 + [429] * 2
