"""The calendars of an agreement, and the form in which a mediator changes a day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from agreement.models import Holiday
from parties.models import User
from tests import make
from tests.calendar_data import ASSUMPTION, ORTHODOX_EASTER_MONDAY, calendar, load, pack_calendar
from tests.make import NOW
from tests.pages.compliance_data import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
PAGE = "/agreements/accord/calendars/"
CHANGE = f"{PAGE}change/"

READERS: dict[str, Callable[[], User]] = {
    "analyst": make.analyst,
    "administrator": make.administrator,
    "representative": make.representative,
    "mediator of another agreement": lambda: make.mediator(of=make.agreement("other")),
}


def shown(client: Client, address: str = f"{PAGE}?year=2023", status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def said(**changes: Any) -> dict[str, Any]:
    given = {"calendar": "alpha", "day": "2023-08-15", "becomes": "none", "name": "", "source": ""}
    return given | {"reason": "Decided otherwise."} | changes


def test_each_calendar_shows_the_days_of_the_year_and_where_they_are_from(client: Client) -> None:
    make.party("alpha")
    load(
        pack_calendar("alpha", library="RS", parties=("alpha",), first_year=2022, last_year=2024),
        pack_calendar("house", {ASSUMPTION: "Assumption"}, source="OJ C 201"),
    )
    page = shown(client)
    assert f'datetime="{ORTHODOX_EASTER_MONDAY}"' in page
    assert "Mon 17 Apr" in page
    assert "2024-01-07" not in page
    assert f"from the library holidays {calendar().library_version}, RS." in page
    assert "Source: OJ C 201" in page
    assert "31 Dec 2024" in page


def test_calendars_stand_in_the_order_of_the_parties_names_and_nobodys_own_last(client: Client) -> None:
    load(
        pack_calendar("apple"), pack_calendar("z", parties=("alpha",)), pack_calendar("y", parties=("beta",))
    )
    page = shown(client)
    places = [page.index(f"Holidays of {name}") for name in ("Z", "Y", "Apple")]
    assert places == sorted(places)


def test_without_a_year_it_shows_this_one_and_leads_to_those_that_are_known(client: Client) -> None:
    load(pack_calendar(days={date(2026, 1, 7): "Feast"}, first_year=2025, last_year=2026))
    page = shown(client, PAGE)
    assert "Feast" in page
    assert 'href="?year=2025"' in page
    assert 'href="?year=2027"' not in page


def test_a_year_that_a_calendar_does_not_cover_is_said_to_be_unknown(client: Client) -> None:
    load(pack_calendar(first_year=2020, last_year=2023))
    assert "Nothing is known of this year: the calendar says what is so from 2020 to 2023." in shown(
        client, f"{PAGE}?year=2030"
    )
    assert "No holidays in this year." in shown(client, f"{PAGE}?year=2021")


@pytest.mark.parametrize("year", ["1899", "2201", "23", "x", "²023", ""])
def test_what_is_no_year_is_named_and_this_year_is_shown(client: Client, year: str) -> None:
    load(pack_calendar(days={date(2026, 1, 7): "Feast"}))
    page = shown(client, f"{PAGE}?year={year}", status=400)
    assert f"“{year}” is no year" in page
    assert "Feast" in page


def test_days_computed_from_the_moon_are_marked_as_estimated(client: Client) -> None:
    load(pack_calendar(library="BE"))
    assert "stimated" not in shown(client)
    load(pack_calendar(library="XK"), now=NOW + timedelta(days=1))
    page = shown(client)
    assert "Eid al-Fitr (estimated)" in page
    assert "follows the moon" in page


def test_a_struck_day_stays_in_sight_with_who_struck_it_and_why(client: Client) -> None:
    load(pack_calendar(days={ASSUMPTION: "Assumption"}))
    mediator = make.mediator()
    signed_in(mediator).post(CHANGE, said())
    page = shown(client)
    assert "<s>Assumption</s>" in page
    assert "Decided otherwise." in page
    assert mediator.email not in page
    assert mediator.email in shown(signed_in(mediator))


def test_an_agreement_without_calendars_says_what_that_means(client: Client) -> None:
    make.agreement()
    assert "No calendar yet" in shown(client)


def test_the_page_of_the_agreement_leads_here(client: Client) -> None:
    make.agreement()
    assert f'href="{PAGE}"' in shown(client, "/agreements/accord/")


def test_where_reading_is_closed_it_asks_to_sign_in_and_shows_only_the_own_agreements(
    client: Client, settings: Settings
) -> None:
    settings.PUBLIC_READING = False
    load(pack_calendar())
    assert client.get(PAGE)["Location"].startswith("/account/login/")
    assert signed_in(make.mediator(of=make.agreement("other"))).get(PAGE).status_code == 404
    assert signed_in(make.analyst()).get(PAGE).status_code == 200


@pytest.mark.parametrize("reader", READERS)
def test_readers_see_the_days_and_no_way_to_change_one(reader: str) -> None:
    load(pack_calendar(days={ASSUMPTION: "Assumption"}))
    client = signed_in(READERS[reader]())
    page = shown(client)
    assert "Assumption" in page
    assert CHANGE not in page
    assert client.get(CHANGE).status_code == 403
    assert client.post(CHANGE, said()).status_code == 403
    assert calendar().days() == {ASSUMPTION: "Assumption"}


def test_the_public_is_asked_to_sign_in_before_it_can_change_a_day(client: Client) -> None:
    load(pack_calendar(days={ASSUMPTION: "Assumption"}))
    assert client.post(CHANGE, said())["Location"].startswith("/account/login/")
    assert calendar().days() == {ASSUMPTION: "Assumption"}


def test_a_mediator_strikes_a_day_from_its_own_link(client: Client) -> None:
    load(pack_calendar(days={ASSUMPTION: "Assumption"}))
    client = signed_in(make.mediator())
    link = f"{CHANGE}?calendar=alpha&amp;day=2023-08-15&amp;becomes=none&amp;name=Assumption"
    assert f'href="{link}"' in shown(client)
    form = shown(client, link.replace("&amp;", "&"))
    assert 'value="2023-08-15"' in form
    answer = client.post(CHANGE, said(), follow=True)
    assert answer.redirect_chain == [(f"{PAGE}?year=2023", 302)]
    assert "15 Aug 2023 is no holiday any more: Assumption, Holidays of Alpha." in answer.content.decode()
    assert calendar().days() == {}


def test_a_mediator_adds_a_day_with_its_reason_and_source() -> None:
    load(pack_calendar("alpha"), pack_calendar("beta"))
    client = signed_in(make.mediator())
    given = said(calendar="beta", becomes="holiday", name="Day of mourning", source="Gazette 12")
    assert "15 Aug 2023 is a holiday now" in client.post(CHANGE, given, follow=True).content.decode()
    row = Holiday.objects.get()
    assert (row.calendar.code, row.name, row.source) == ("beta", "Day of mourning", "Gazette 12")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"reason": ""}, "Fill this in."),
        ({"becomes": "holiday"}, "Say what it is called."),
        ({"day": "2023-08-16"}, "there is nothing to strike"),
        ({"day": "2023-02-30"}, "Enter a valid date."),
        ({"calendar": "other"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_keeps_what_was_typed(wrong: dict[str, str], message: str) -> None:
    load(pack_calendar(days={ASSUMPTION: "Assumption"}))
    answer = signed_in(make.mediator()).post(CHANGE, said(source="Gazette 12") | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert "Gazette 12" in page
    assert Holiday.objects.count() == 1


def test_earlier_entries_of_a_day_can_be_read() -> None:
    load(pack_calendar(days={ASSUMPTION: "Assumption"}))
    client = signed_in(make.mediator())
    client.post(CHANGE, said())
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        client.post(CHANGE, said(becomes="holiday", name="Assumption of Mary", reason="Kept after all."))
    page = shown(client)
    assert "Earlier entries" in page
    assert page.index("Kept after all.") < page.index("Decided otherwise.")


def test_the_page_takes_the_same_queries_for_few_calendars_and_for_many(client: Client) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            shown(client)
        return len(queries)

    first = pack_calendar("c0", library="RS", parties=("p0",))
    load(first)
    few = counted()
    load(first, *(pack_calendar(f"c{n}", library="BE", parties=(f"p{n}",)) for n in range(1, 9)))
    assert counted() == few <= 6
