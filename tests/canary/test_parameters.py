"""No address passes over what it is asked: what it does not know is refused, and a single value that is given twice."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from obligations.web.base.parameters import PARAMETERS
from parties.models import User
from tests.canary.addresses import addresses, routes
from tests.canary.world import ACCOUNTS, build
from tests.effort import THOROUGH, in_turn
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
world = made_once(build)
# What is no page of the record: signing in, the machine's state, and the API's own document.
OTHERS = ("/account/", "/healthz", "/readyz", "/livez", "/api/v1/schema/", "/api/v1/docs/")


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=ACCOUNTS[who]))
    return client


def that_answer(client: Client) -> list[str]:
    """By default one of each route: what it may be asked hangs on nothing else."""
    found, names = list[str](), set[str]()
    for one in addresses():
        name = resolve(one).view_name
        if one.startswith(OTHERS) or (name in names and not THOROUGH):
            continue
        if client.get(one).status_code == 200:
            found.append(one)
            names.add(name)
    return found


@pytest.mark.parametrize("who", in_turn(["mediator", "representative of alpha", "administrator"]))
def test_what_no_address_knows_is_refused_with_a_sentence(who: str) -> None:
    client = signed_in(who)
    there = that_answer(client)
    assert len(there) > 30
    passed_over = []
    for address in (one for one in there if not takes_all_fields(one)):
        answer = client.get(address, {"zqunknown": "1"})
        if answer.status_code != 400 or "Unknown parameter." not in answer.content.decode():
            passed_over.append(address)
    assert passed_over == []


def takes_all_fields(address: str) -> bool:
    return PARAMETERS.get(resolve(urlsplit(address).path).url_name or "", ()) is None


@pytest.mark.parametrize("name", in_turn(["as_of", "known_at"]))
def test_a_day_is_answered_for_or_refused_and_never_taken_twice(name: str) -> None:
    client = signed_in("mediator")
    passed_over = []
    for address in (one for one in that_answer(client) if not takes_all_fields(one)):
        status = client.get(address, {name: "2023-06-01"}).status_code
        assert status in (200, 400, 404), address
        if status == 200:
            twice = client.get(address, {name: ["2023-06-01", "2023-06-01"]})
            wrong = client.get(address, {name: "soon"})
            if (twice.status_code, wrong.status_code) != (400, 400):
                passed_over.append(address)
    assert passed_over == []


def test_the_table_of_parameters_names_addresses_that_there_are() -> None:
    assert set(PARAMETERS) <= {route.name for route in routes()}
