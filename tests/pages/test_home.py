"""The home page and the page of an agreement."""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from agreement.models import Instrument, InterpretiveRule, Position
from parties.access import Tier
from tests import make
from tests.pages.compliance_data import accord, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]


def test_without_an_agreement_it_says_what_to_do(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "No agreement yet" in page
    assert "loadpack" in page


def test_where_reading_is_not_open_it_says_so_and_shows_nothing(client: Client, settings: Settings) -> None:
    accord()
    settings.PUBLIC_READING = False
    page = client.get("/").content.decode()
    assert "Reading needs an account here." in page
    assert "Accord" not in page


def test_it_shows_each_partys_position_and_how_the_text_is_read(client: Client) -> None:
    accord()
    text = Instrument.objects.get(code="main")
    Position.objects.create(
        instrument=text, party=make.party("beta"), kind="disputed", note="Not bound by it."
    )
    InterpretiveRule.objects.create(
        agreement=make.agreement(), provision=make.provision("art_1"), code="R-1", text="Both texts are one."
    )
    page = client.get("/").content.decode()
    assert "Disputed" in page
    assert "Not bound by it." in page
    assert "Both texts are one." in page


def test_its_figures_say_of_which_day_they_are(client: Client) -> None:
    accord()
    with time_machine.travel(make.NOW, tick=False):
        page = " ".join(client.get("/").content.decode().split())
    assert re.search(r"As of <time[^>]*>2 Mar 2026</time>", page)


def test_the_desk_is_offered_to_the_mediator_of_the_agreement_only(client: Client) -> None:
    accord()
    assert "/desk/" not in client.get("/").content.decode()
    assert "/desk/" not in signed_in(make.analyst()).get("/").content.decode()
    assert "/desk/" in signed_in(make.mediator()).get("/").content.decode()


def test_an_agreement_shows_its_provisions_obligations_and_triggers(client: Client) -> None:
    accord()
    page = client.get("/agreements/accord/").content.decode()
    assert 'href="/obligations/accord/STAND/"' in page
    assert "no date yet" in page
    assert "18 Mar 2023" in page


def test_an_agreement_shows_an_event_to_those_who_may_see_it(client: Client) -> None:
    accord()
    make.event("E-OPEN", title="Seen by all", happened_on=date(2023, 5, 1))
    make.event("E-HIDDEN", title="Seen by few", tier=Tier.MEDIATORS)
    assert "Seen by all" in client.get("/agreements/accord/").content.decode()
    assert "Seen by few" not in client.get("/agreements/accord/").content.decode()
    assert "Seen by few" in signed_in(make.mediator()).get("/agreements/accord/").content.decode()


def test_an_agreement_that_there_is_not_is_a_404(client: Client) -> None:
    assert client.get("/agreements/none/").status_code == 404
