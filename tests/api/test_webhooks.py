"""Webhooks of one's own by the API: sent anew, a new secret, switched on again, and what was sent, page by page."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook as Signing

from obligations.commands.webhooks import secrets_of
from obligations.delivery.cursor import sealed
from obligations.delivery.webhooks import signed
from obligations.models import Webhook
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.make import NOW

pytestmark = pytest.mark.django_db
Programs = Callable[[User], Program]


@pytest.fixture
def owner() -> User:
    return make.mediator()


@pytest.fixture
def hook(owner: User) -> Webhook:
    return make.webhook(owner, off_at=NOW, failing_since=NOW - timedelta(days=4))


@pytest.fixture
def mine(owner: User, program: Programs) -> Program:
    return program(owner)


def sent(hook: Webhook, number: int, **fields: Any) -> None:
    for one in range(number):
        at = {"made_at": NOW, "next_at": NOW, "position": one + 1, "part": 0} | fields
        hook.deliveries.create(change=uuid.UUID(int=100 + one), kind="statement", **at)


def test_switched_on_again_it_is_sent_what_was_given_up(mine: Program, hook: Webhook) -> None:
    sent(hook, 2, given_up_at=NOW)
    row = mine.write(f"webhooks/{hook.key}/on/", {}, 200)
    assert (row["off_at"], row["failing_since"]) == (None, None)
    assert hook.deliveries.waiting().count() == 2


def test_all_since_an_instant_is_sent_anew(mine: Program, hook: Webhook) -> None:
    owed = make.commitment()
    make.finding(owed, 1)
    hook.position = hook.part = 2**31 - 1
    hook.save()
    row = mine.write(f"webhooks/{hook.key}/replay/", {"since": "2026-03-01T00:00:00Z"}, 202)
    assert row["off_at"] is None
    for wrong in ({}, {"since": "yesterday"}, {"since": None}):
        assert "since" in mine.write(f"webhooks/{hook.key}/replay/", wrong, 400)["errors"]


def test_a_new_secret_is_shown_once_and_signs_beside_the_former_one(mine: Program, hook: Webhook) -> None:
    (former,) = secrets_of(hook, NOW)
    path, key = f"/api/v1/webhooks/{hook.key}/secret/", {"Idempotency-Key": "one"}
    answer = mine.post(path, {}, content_type="application/json", headers=key)
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    hook.refresh_from_db()
    headers = signed(hook, hook.deliveries.get(), "{}", NOW)
    for secret in (former, answer.json()["secret"]):
        Signing(secret).verify("{}", headers)
    again = mine.post(path, {}, content_type="application/json", headers=key)
    assert again.json()["secret"] == answer.json()["secret"]
    assert "secret" not in mine.read(f"webhooks/{hook.key}/")


def test_what_was_sent_is_read_page_by_page_each_once_and_by_no_number(mine: Program, hook: Webhook) -> None:
    sent(hook, 5)
    other = make.webhook(make.representative())
    path, found = f"webhooks/{hook.key}/deliveries/?limit=2", list[str]()
    while path:
        page = mine.read(path)
        found += [row["id"] for row in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver/api/v1/")
        assert not path or "after=gAAAA" in path  # sealed, as Fernet begins
    assert found == [str(uuid.UUID(int=number)) for number in (104, 103, 102, 101, 100, 1)]
    of_another = sealed({other.pk: (2**31, 0)})
    assert mine.read(f"webhooks/{hook.key}/deliveries/", after=of_another)["results"] == []
    for wrong in ({"after": "12"}, {"limit": 0}, {"page": 2}):
        mine.read(f"webhooks/{hook.key}/deliveries/", 400, **wrong)


def test_what_it_is_told_of_is_replaced_only_as_it_was_read(mine: Program, hook: Webhook) -> None:
    path = f"/api/v1/webhooks/{hook.key}/"

    def replaced(kinds: list[str], match: str) -> Any:
        headers = {"If-Match": match} if match else {}
        return mine.patch(path, {"kinds": kinds}, content_type="application/json", headers=headers)

    assert replaced(["reading"], "").status_code == 428
    read = mine.get(path)
    done = replaced(["reading"], read["ETag"])
    assert (done.status_code, done["ETag"]) == (200, mine.get(path)["ETag"])
    late = replaced([], read["ETag"])
    assert (late.status_code, late.json()["current"]) == (412, mine.read(f"webhooks/{hook.key}/"))
    assert Webhook.objects.get().kinds == ["reading"]
    assert replaced(["pack"], f'"of something else", W/{done["ETag"]}').status_code == 200
    assert replaced([], "*").status_code == 200


@pytest.mark.parametrize("act", ["on", "replay", "secret", "test"])
def test_others_find_none(act: str, hook: Webhook, program: Programs) -> None:
    body = {"since": "2026-03-01T00:00:00Z"} if act == "replay" else {}
    program(make.representative()).write(f"webhooks/{hook.key}/{act}/", body, 404)
    Program().write(f"webhooks/{hook.key}/{act}/", body, 401)
