"""The list of commitments, its filters, and addresses that ask for what there is not."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from parties.access import Tier
from tests import make
from tests.pages.compliance_data import accord, owed, signed_in
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
agreement = made_once(accord)
PAGES = ["/compliance/", "/commitments/"]


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_row_says_what_who_how_it_stands_and_how_late(client: Client) -> None:
    page = text(client, "/commitments/?obligation=DUE&party=beta")
    assert "1 of 12" in page
    assert "DUE Do DUE Beta Intermediate 10 Jan 2024 itself Complete Overdue 17 Apr 2023 1,050 days" in page


def test_a_filter_is_shown_and_can_be_taken_away(client: Client) -> None:
    page = client.get("/commitments/?party=beta&timeliness=overdue&timeliness=met_late").content.decode()
    assert 'href="/commitments/?agreement=accord&amp;party=beta&amp;timeliness=met_late"' in page
    assert 'href="/commitments/?agreement=accord&amp;timeliness=overdue&amp;timeliness=met_late"' in page


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("level=9", "Level found: there is no “9”."),
        ("level=", None),
        ("party=nobody", "Party: there is no “nobody”."),
        ("provision=art_99", "Provision or article: There is no “art_99”."),
        ("instrument=none", "Instrument: There is no “none”."),
        ("tag=%00", "Topic: there is no"),
        ("obligation=%00", "Obligation: There is no"),
        ("timeliness=late&timeliness=overdue", "Timeliness: there is no “late”."),
        ("kind=<script>", "Kind: there is no “&lt;script&gt;”."),
        ("partie=alpha", "“partie”: Unknown parameter."),
    ],
)
def test_what_there_is_not_is_said_and_nothing_is_counted(
    client: Client, page: str, query: str, message: str | None
) -> None:
    shown = text(client, f"{page}?{query}", 400 if message else 200)
    assert (message or "Counted in") in shown
    assert ("Counted in" in shown) is (message is None)


@pytest.mark.parametrize("place", ["0", "-1", "x~y~1", "1~a~b~2", "9" * 30])
def test_a_place_that_is_none_says_what_to_do(client: Client, place: str) -> None:
    shown = text(client, f"/commitments/?after={place}", 400)
    assert "Take the address of the next page as it is." in shown


def test_a_hundred_rows_a_page_each_row_once(client: Client) -> None:
    for number in range(101 - 12):
        make.commitment(f"O-{number:03}")
    answer = client.get("/commitments/")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', answer.content.decode())
    rows = [row.commitment.pk for row in answer.context["rows"]]
    assert len(rows) == 100
    rows += [row.commitment.pk for row in client.get(following.replace("&amp;", "&")).context["rows"]]
    assert len(rows) == len(set(rows)) == 101


def test_a_row_shows_no_finding_that_its_reader_may_not_see(client: Client) -> None:
    make.finding(owed("OLD", "alpha"), 3, tier=Tier.MEDIATORS)
    address = "/commitments/?obligation=OLD&party=alpha"
    assert "No finding yet" in text(client, address)
    assert "No finding yet" not in text(signed_in(make.mediator()), address)


@pytest.mark.parametrize("page", PAGES)
def test_an_agreement_that_there_is_not_is_a_404_with_those_that_there_are(client: Client, page: str) -> None:
    shown = text(client, f"{page}?agreement=other", 404)
    assert "There is no agreement “other” here that you may read" in shown
    assert "Accord" in shown


@pytest.mark.parametrize("page", PAGES)
def test_of_several_agreements_one_is_chosen(client: Client, page: str) -> None:
    make.commitment("B-1", of=make.agreement("bond", short_title="Bond"))
    assert "12 commitments" in text(client, page) or "12 of 12" in text(client, page)
    assert '<option value="bond">Bond</option>' in client.get(page).content.decode()
    assert client.get(f"{page}?agreement=bond").context["agreement"].code == "bond"


@pytest.mark.parametrize("page", [*PAGES, "/agreements/accord/"])
def test_where_reading_is_not_open_the_public_is_sent_to_sign_in(
    client: Client, settings: Settings, page: str
) -> None:
    settings.PUBLIC_READING = False
    answer = client.get(page)
    assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next={page}")


def test_where_reading_is_not_open_an_account_reads_its_own_agreements_only(settings: Settings) -> None:
    settings.PUBLIC_READING = False
    make.commitment("B-1", of=make.agreement("bond"))
    analyst = signed_in(make.analyst())
    assert analyst.get("/compliance/?agreement=accord").status_code == 200
    assert analyst.get("/compliance/?agreement=bond").status_code == 404
    assert analyst.get("/agreements/bond/").status_code == 404
    assert "Bond" not in text(analyst, "/")
