"""From the page of an obligation: events and days of triggers recorded; followed, owned, breaches acknowledged."""

import re
from typing import Any

import pytest
from django.test import Client

from agreement.models import Event, Trigger
from obligations.flagging import sweep
from obligations.models import Assignment, BreachAcknowledgement, Following
from parties.models import User
from tests import make
from tests.pages.desk_data import overdue, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/obligations/accord/LATE/"
FOLLOWS = {"of": "obligation", "key": "LATE", "next": PAGE, "follows": "yes"}


@pytest.fixture
def mediator() -> Client:
    overdue()
    sweep(make.NOW)
    return signed_in(make.mediator())


def page(client: Client) -> str:
    return client.get(PAGE).content.decode()


def test_a_mediator_records_an_event_and_finds_it_on_the_page(mediator: Client) -> None:
    said: dict[str, Any] = {
        "title": "The committee met.",
        "happened_on": "2024-02-01",
        "precision": "day",
        "source": "minutes",
        "tier": "public",
    }
    without = mediator.post(f"{PAGE}event/", said | {"source": "", "tier": ""})
    assert without.status_code == 422
    told = without.content.decode()
    assert "The committee met." in told
    assert "Choose who may see it: nothing is chosen for you." in told
    assert mediator.post(f"{PAGE}event/", said).status_code == 302
    assert Event.objects.get().recorded_by == User.objects.get(email="mediator@trial.invalid")
    assert "The committee met." in page(mediator)


def test_a_mediator_gives_a_trigger_its_day_and_comes_back(mediator: Client) -> None:
    trigger = Trigger.objects.get()
    address = f"/triggers/accord/{trigger.code}/?obligation=LATE"
    assert "1 obligation hangs on this day" in mediator.get(address).content.decode()
    assert mediator.post(address, {"occurred_on": "2023-03-19"}).status_code == 422
    answer = mediator.post(address, {"occurred_on": "2023-03-19", "reason": "It was the next day."})
    assert answer.headers["Location"] == PAGE
    assert "19 Mar 2023 + 30 days" in re.sub(r"\s+", " ", page(mediator))
    assert mediator.get(f"/triggers/accord/{trigger.code}/?obligation=NONE").status_code == 404


def test_one_form_says_that_one_follows_and_leads_back(mediator: Client) -> None:
    assert mediator.get(f"{PAGE}follow/").status_code == 404
    shown = page(mediator)
    form = shown[shown.index('action="/follow/accord/"') :].partition("</form>")[0]
    assert all(f'name="{name}" value="{value}"' in form for name, value in FOLLOWS.items())


def test_a_mediator_follows_and_owns_it(mediator: Client) -> None:
    assert mediator.post("/follow/accord/", FOLLOWS).headers["Location"] == PAGE
    assert "You follow this" in page(mediator)
    key = User.objects.get(email="mediator@trial.invalid").key
    assert mediator.post(f"{PAGE}owner/", {"owner": key}).status_code == 302
    assert "Owner: mediator@trial.invalid" in page(mediator)
    assert (Following.objects.count(), Assignment.objects.count()) == (1, 1)


def test_a_representative_follows_it_too(mediator: Client) -> None:
    client = signed_in(make.representative())
    assert client.post("/follow/accord/", FOLLOWS).headers["Location"] == PAGE
    assert "You follow this" in page(client)


def test_a_mediator_acknowledges_the_breach_that_is_open(mediator: Client) -> None:
    found = re.search(r'href="([^"]*acknowledge/[^"]*)"', page(mediator))
    assert found
    address = found[1].replace("&amp;", "&")
    assert mediator.post(address, {"note": "Seen."}).status_code == 302
    assert BreachAcknowledgement.objects.get().note == "Seen."
    shown = page(mediator)
    assert "acknowledge/" not in shown
    assert "Acknowledged" in shown


def test_nobody_else_is_offered_any_of_it(mediator: Client) -> None:
    shown = page(signed_in(make.representative()))
    assert not any(word in shown for word in ("owns it", "Record an event", "acknowledge/", "Change its day"))
