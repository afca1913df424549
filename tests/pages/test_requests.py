"""Requests on the pages: asking, what waits for a party, and silence on the desk."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from obligations.models import Commitment, PartyRequest, RequestTakenBack
from parties.models import User
from tests import make
from tests.pages.desk_data import desk, overdue, signed_in

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(unescape(answer.content.decode()).split())


def long_ago(owed: Commitment, **fields: Any) -> PartyRequest:
    then = timezone.now() - timedelta(days=30)
    return make.request(owed, now=then, reply_by=(then + timedelta(days=7)).date(), **fields)


def test_a_mediator_asks_from_the_obligations_page_and_the_party_finds_it() -> None:
    owed = overdue()
    client = signed_in(make.mediator())
    assert "Ask for a claim" in page(client, "/obligations/accord/LATE/")
    day = (timezone.now() + timedelta(days=7)).date().isoformat()
    address = f"/obligations/accord/LATE/request/?commitment={owed.pk}"
    data = {"party": owed.party.pk, "reply_by": day, "words": "What is done?", "tier": "parties"}
    assert client.post(address, data | {"words": ""}).status_code == 422
    assert client.post(address, data).status_code == 302
    assert "asked for a claim" in page(client, "/obligations/accord/LATE/")
    own = page(signed_in(make.representative(owed.party)), "/party/")
    assert "say how LATE stands. The mediators asked for a claim by" in own
    assert "What is done?" in own
    assert f"/obligations/accord/LATE/claim/?commitment={owed.pk}" in own


def test_who_is_asked_for_a_reply_is_led_to_the_answer() -> None:
    owed = overdue()
    said = make.finding(owed, 1)
    client = signed_in(make.mediator())
    address = f"/obligations/accord/LATE/request/?statement={said.key}"
    assert address in page(client, "/obligations/accord/LATE/")
    day = (timezone.now() + timedelta(days=1)).date().isoformat()
    data = {"party": owed.party.pk, "reply_by": day, "words": "Is it so?", "tier": "parties"}
    assert client.post(address, data).status_code == 302
    own = page(signed_in(make.representative(owed.party)), "/party/")
    assert f"/obligations/accord/LATE/answer/?statement={said.key}" in own


def test_what_waits_for_one_party_is_on_no_page_of_the_other() -> None:
    owed = overdue()
    make.request(owed, tier="in_confidence", words="A private question.")
    beta = signed_in(make.representative(make.party("beta")))
    assert "Nothing waits for you" in page(beta, "/party/")
    assert "A private question." not in page(beta, "/obligations/accord/LATE/")
    assert signed_in(make.analyst()).get("/party/").status_code == 403
    assert Client().get("/party/").status_code == 302


def test_no_reply_is_on_the_desk_until_it_comes_or_the_request_is_taken_back() -> None:
    owed = overdue()
    request = long_ago(owed)
    mediator = make.mediator()
    shown = " ".join(desk(mediator, queue="silence").split())
    assert "Alpha was asked for a claim and made none" in shown
    assert "No reply (1)" in shown
    client = signed_in(mediator)
    address = f"/obligations/accord/LATE/request/{request.key}/take-back/"
    assert "no reply" in page(client, address)
    assert client.post(address, {"reason": "It was said by telephone."}).status_code == 302
    assert RequestTakenBack.objects.get().request == request
    assert "Nothing waits here" in desk(mediator, queue="silence")


def test_only_what_waits_for_a_reply_can_be_taken_back() -> None:
    owed = overdue()
    request, client = make.request(owed), signed_in(make.mediator())
    address = f"/obligations/accord/LATE/request/{request.key}/take-back/"
    assert address in page(client, "/obligations/accord/LATE/")
    page(client, address)
    make.claim(owed, make.representative(owed.party), now=timezone.now())
    shown = page(client, "/obligations/accord/LATE/")
    assert "Replied" in shown
    assert address not in shown
    page(client, address, 404)
    refused = client.post(address, {"reason": "It was said by telephone."})
    assert (refused.status_code, "No reply is awaited any more." in refused.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("who", "told"), [("mediator", True), ("alpha", True), ("beta", False), ("analyst", False)]
)
def test_silence_is_told_to_those_who_would_see_the_reply(who: str, told: bool) -> None:
    owed = overdue()
    long_ago(owed, tier="public")
    users: dict[str, User] = {
        "mediator": make.mediator(),
        "alpha": make.representative(owed.party),
        "beta": make.representative(make.party("beta")),
        "analyst": make.analyst(cleared=True),
    }
    shown = page(signed_in(users[who]), "/obligations/accord/LATE/")
    assert "asked for a claim" in shown
    assert ("no reply" in shown) == told


def test_only_mediators_of_the_agreement_ask() -> None:
    owed = overdue()
    request = make.request(owed)
    for user in (make.representative(owed.party), make.analyst(cleared=True)):
        client = signed_in(user)
        assert client.get(f"/obligations/accord/LATE/request/?commitment={owed.pk}").status_code == 403
        assert (
            client.post(
                f"/obligations/accord/LATE/request/{request.key}/take-back/", {"reason": "x"}
            ).status_code
            == 403
        )
    assert not RequestTakenBack.objects.exists()


def test_the_page_of_requests_takes_a_fixed_number_of_queries() -> None:
    owed = overdue()
    alpha = signed_in(make.representative(owed.party))
    counted = []
    for step in range(2):
        for more in range(3):
            make.request(owed, words=f"How does it stand, {step}, {more}?")
        with CaptureQueriesContext(connection) as queries:
            page(alpha, "/party/")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_about_a_confidence_nobody_else_can_be_asked() -> None:
    owed, beta = make.commitment(), make.party("beta")
    said = make.claim(owed, make.representative(), tier="in_confidence", confidant=owed.party)
    client = Client()
    client.force_login(make.mediator())
    page = client.get(f"/obligations/accord/O-1/request/?statement={said.key}").content.decode()
    assert f'<option value="{beta.pk}"' not in page
