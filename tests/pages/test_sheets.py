"""The tier on each sheet that a page is printed on: the highest of what it shows and counts."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from obligations.models import Commitment
from parties.access import Tier
from parties.models import User
from tests import make
from tests.make import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
PAGES = (
    "/compliance/",
    "/commitments/",
    "/timeline/",
    "/changes/?since=2023-01-01",
    "/gates/",
    "/search/?q=do",
)


def sheet(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    (head,) = re.findall(r'class="sheet-head".*?<b>(.*?)</b>', answer.content.decode(), re.DOTALL)
    return str(head)


def owed(code: str) -> Commitment:
    return Commitment.objects.get(obligation__code=code)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def people() -> dict[str, Client]:
    alpha, beta = make.party("alpha"), make.party("beta")
    make.finding(make.commitment("O-1", alpha, days=30), 1)
    make.commitment("O-2", beta, days=30)
    users = {
        "alpha": make.representative(alpha),
        "beta": make.representative(beta),
        "mediator": make.mediator(),
    }
    return {name: signed_in(user) for name, user in users.items()} | {"nobody": Client()}


@pytest.mark.parametrize("address", PAGES)
def test_what_everybody_sees_is_public_whoever_prints_it(address: str) -> None:
    assert {sheet(client, address) for client in people().values()} == {"Public"}


@pytest.mark.parametrize("address", [*PAGES, "/obligations/accord/O-1/"])
def test_it_is_the_highest_of_what_each_sees(address: str) -> None:
    clients = people()
    late, alpha = owed("O-1"), make.party("alpha")
    make.finding(late, 2, tier=Tier.PARTIES)
    make.finding(late, 2, tier=Tier.IN_CONFIDENCE, confidant=alpha)
    told = {name: sheet(client, address) for name, client in clients.items()}
    assert told == {
        "alpha": "In confidence with Alpha",
        "beta": "Parties and mediators",
        "mediator": "In confidence with Alpha",
        "nobody": "Public",
    }
    make.finding(late, 3, tier=Tier.MEDIATORS)
    assert sheet(clients["mediator"], address) == "Mediators"


def test_what_is_filtered_or_of_another_day_is_counted_alone() -> None:
    mediator = people()["mediator"]
    make.finding(owed("O-1"), 2, tier=Tier.MEDIATORS, effective_on=NOW.date())
    for narrowed in ("?party=beta", "?obligation=O-2", "?as_of=2025-01-01"):
        assert sheet(mediator, f"/commitments/{narrowed}") == "Public"
    assert sheet(mediator, "/commitments/?party=alpha") == "Mediators"
    assert sheet(mediator, "/timeline/?party=beta") == "Public"
    assert sheet(mediator, "/obligations/accord/O-2/") == "Public"
    # What no figure rests on is shown elsewhere.
    make.event("closed", tier=Tier.PARTIES)
    assert sheet(mediator, "/compliance/?party=beta") == "Public"
    assert sheet(mediator, "/agreements/accord/") == "Public"


def test_it_costs_one_query_and_nobody_none() -> None:
    clients = people()
    for name, most in (("mediator", 1), ("nobody", 0)):
        for address in ("/compliance/", "/obligations/accord/O-1/", "/timeline/"):
            with CaptureQueriesContext(connection) as asked:
                clients[name].get(address)
            theirs = [one for one in asked if 'DISTINCT "obligations_statement"."tier"' in one["sql"]]
            assert len(theirs) == most


def test_pages_of_work_are_of_those_who_do_it() -> None:
    clients = people()
    assert sheet(clients["mediator"], "/desk/") == "Mediators"
    assert sheet(clients["mediator"], "/ledger/") == "Mediators"
    assert sheet(clients["alpha"], "/party/") == "In confidence with your party"
