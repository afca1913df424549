"""Who may store a copy of an answer, of every address that can be read."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from parties.models import User
from tests import make
from tests.canary.addresses import addresses
from tests.canary.hidden import hide, of_names
from tests.canary.world import ACCOUNTS, NOBODY, build, owed
from tests.effort import in_turn
from tests.make import NOW
from tests.pages.desk_data import HTMX
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]


def everything() -> None:
    with time_machine.travel(NOW, tick=False):
        build()
        hide(*of_names({"accordparties", "accordinconfidencealpha"}))


world = made_once(everything)


def read(client: Client, parts: int = 3, under: str = "/", **headers: str) -> dict[str, Any]:
    """The answers by address, of a part of all."""
    asked = in_turn([one for one in addresses() if one.startswith(under)], parts)
    assert len(asked) > 100 / parts
    return {address: client.get(address, headers=headers or None) for address in asked}


def stored(answer: Any) -> set[str]:
    return {one.strip() for one in answer.headers.get("Cache-Control", "").split(",")}


def varies(answer: Any) -> set[str]:
    return {one.strip() for one in answer.headers.get("Vary", "").split(",")}


SIGNED_IN = [name for name in ACCOUNTS if name != NOBODY]


@pytest.mark.parametrize("who", in_turn(SIGNED_IN))
def test_nothing_that_is_shown_to_a_session_is_stored(who: str) -> None:
    client = Client()
    client.force_login(User.objects.get(email=ACCOUNTS[who]))
    answers = read(client)
    wrong = {at: stored(answer) for at, answer in answers.items() if "no-store" not in stored(answer)}
    assert wrong == {}


def test_what_everybody_is_shown_is_stored_for_who_asked_alone() -> None:
    wrong = {at: stored(answer) for at, answer in read(Client()).items() if "private" not in stored(answer)}
    assert wrong == {}


def test_a_tool_may_store_what_it_was_given_if_it_asks_each_time_whether_it_holds() -> None:
    token = make.token(User.objects.get(email=ACCOUNTS["mediator"]))
    answers = read(Client(), 1, "/api/", Authorization=f"Token {token}")
    rows = {at: stored(one) for at, one in answers.items() if one.status_code == 200}
    files = {at for at in rows if at.endswith("/file/")}
    assert files
    assert all("no-store" in rows.pop(at) for at in files)
    assert len(rows) > 50
    assert {at: said for at, said in rows.items() if said != {"private", "no-cache"}} == {}


def test_an_answer_says_on_what_it_hangs() -> None:
    answers = read(Client())
    pages = {at: varies(answer) for at, answer in answers.items() if not at.startswith("/api/")}
    tools = {at: varies(answer) for at, answer in answers.items() if at.startswith("/api/")}
    assert {at: said for at, said in pages.items() if not {"Cookie", "HX-Request"} <= said} == {}
    assert {at: said for at, said in tools.items() if not {"Cookie", "Authorization"} <= said} == {}


def test_a_session_that_ended_and_the_way_in_and_out_are_not_stored_either() -> None:
    user, client = User.objects.get(email=ACCOUNTS["mediator"]), Client()
    there = client.post("/account/login/", {"login": user.email, "password": make.PASSWORD})
    out = client.post("/account/logout/")
    client.cookies["sessionid"] = "ended"
    ended = client.get(f"/desk/?commitment={owed('LATE').pk}", headers=HTMX)
    assert all("no-store" in stored(answer) for answer in (there, out, ended))


def test_what_is_refused_is_not_stored() -> None:
    client = Client()
    client.force_login(User.objects.get(email=ACCOUNTS["analyst"]))
    for address in ("/desk/", "/nowhere/", "/api/v1/nowhere/"):
        assert "no-store" in stored(client.get(address)), address
