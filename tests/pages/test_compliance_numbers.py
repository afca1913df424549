"""Every number on the compliance pages is a count that can be followed to its rows."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from obligations.web.base.scope import scope_of
from parties.access import Tier
from parties.models import User
from tests import make
from tests.effort import every
from tests.make import NOW
from tests.pages.compliance_data import accord, owed, read, signed_in, total
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
agreement = made_once(accord)


@pytest.mark.parametrize(
    "filters",
    [
        "",
        "instrument=old",
        "provision=art_1",
        "provision=art_1__para_1",
        "provision=main/art_1",
        "provision=old/body",
        "tag=papers",
        "kind=one_off&kind=standing",
        "timeliness=overdue&timeliness=met_late&party=beta",
        "level=3&level=none",
        "conduct=kept",
        "own_claim=differs",
        "own_claim=differs&own_gap=1",
        "obligation=DUE&life=active&clock=dated",
    ],
)
def test_each_number_has_the_filters_that_find_just_as_many_rows(client: Client, filters: str) -> None:
    numbers = read(client, f"/compliance/?{filters}").numbers
    assert numbers
    followed = dict(every(sorted(set(numbers)), len(filters) % 3, 3))
    assert {address: found_by(address) for address in followed} == followed


def found_by(address: str) -> int:
    """How many rows the filters of an address find, without the page around them."""
    request = RequestFactory().get(address)
    request.user = AnonymousUser()
    scope = scope_of(request)
    assert scope is not None
    assert scope.problems == []
    return scope.listed.count()


def test_each_number_leads_to_a_list_of_just_as_many_rows(client: Client) -> None:
    numbers = read(client, "/compliance/?party=beta").numbers
    assert len(numbers) > 20
    followed = dict(every(sorted(set(numbers)), 0, 3))
    assert {address: total(client, address) for address in followed} == followed


def test_the_numbers_of_the_home_page_lead_to_just_as_many_rows(client: Client) -> None:
    numbers = read(client, "/").numbers
    assert len(numbers) == 5
    assert [total(client, address) for address, _ in numbers] == [n for _, n in numbers]


def test_the_cards_stand_with_their_denominators(client: Client) -> None:
    figures = client.get("/compliance/").context["figures"]
    counted = {
        share.of.name: (share.number.n, share.total.n, share.all.n if share.all else None)
        for share in figures.shares
    }
    assert counted == {
        "complete": (2, 9, None),
        "overdue": (2, 4, None),
        "met_late": (1, 2, None),
        "at_once": (0, 0, None),
        "own_claims": (2, 2, None),
        "waiting": (1, 3, None),
        "other_claims": (0, 0, None),
        "duties": (1, 2, 3),
    }
    assert (figures.total.n, figures.deliverables.n) == (12, 9)


def test_a_newer_claim_than_what_was_found_waits_for_a_finding(client: Client) -> None:
    beta = make.user("second@trial.invalid", role=None)
    beta.mandates.create(agreement=make.agreement(), role="representative", party=make.party("beta"))
    make.claim(owed("DUE", "beta"), beta, 2, now=NOW, effective_on=NOW.date())
    _alpha, line = client.get("/compliance/").context["figures"].own_claims
    assert (line.claimed.n, line.above.n, line.agree.n, line.below.n) == (3, 1, 0, 0)
    assert line.waiting.n == 2


def test_the_parts_of_a_figure_are_those_of_each_party_and_add_up(client: Client) -> None:
    for share in client.get("/compliance/").context["figures"].shares:
        assert [part.party.code for part in share.parts] == ["alpha", "beta"]
        assert sum(part.number.n for part in share.parts) == share.number.n
        assert sum(part.total.n for part in share.parts) == share.total.n


def test_no_share_is_shown_as_a_percentage_or_a_score(client: Client) -> None:
    words = "".join(read(client, "/compliance/").words)
    assert "%" not in re.sub(r"http\S+", "", words)  # but in addresses


def test_parties_stand_in_alphabetical_order_in_each_table(client: Client) -> None:
    figures = client.get("/compliance/").context["figures"]
    assert [line.party.code for line in figures.levels] == ["alpha", "beta"]
    assert [line.party.code for line in figures.dates] == ["alpha", "beta"]
    assert all(
        [cell.party.code for cell in row.cells] == ["alpha", "beta"] for row in figures.sections[0].rows
    )


def test_a_hidden_finding_moves_no_number_of_the_public(client: Client) -> None:
    before = read(client, "/compliance/").numbers
    make.finding(owed("OLD", "alpha"), 3, tier=Tier.MEDIATORS)
    make.finding(owed("DUE", "alpha"), 3, tier=Tier.PARTIES)
    make.finding(owed("DUE", "beta"), 3, tier=Tier.IN_CONFIDENCE, confidant=make.party("beta"))
    assert read(client, "/compliance/").numbers == before
    assert "Counted in what everybody may see." in client.get("/compliance/").content.decode()


@pytest.mark.parametrize(
    ("reader", "complete", "words"),
    [
        ("mediator", 5, "(public, parties and mediators, in confidence, mediators)"),
        ("cleared", 3, "(public, parties and mediators)"),
        ("alpha", 3, "(public, parties and mediators, in confidence with your party)"),
    ],
)
def test_each_reader_counts_what_they_may_see_and_is_told_so(reader: str, complete: int, words: str) -> None:
    make.finding(owed("OLD", "alpha"), 3, tier=Tier.MEDIATORS)
    make.finding(owed("DUE", "alpha"), 3, tier=Tier.PARTIES)
    make.finding(owed("DUE", "beta"), 3, tier=Tier.IN_CONFIDENCE, confidant=make.party("beta"))
    users: dict[str, Callable[[], User]] = {
        "mediator": make.mediator,
        "cleared": lambda: make.analyst(cleared=True),
        "alpha": lambda: make.representative(make.party("alpha")),
    }
    answer = signed_in(users[reader]()).get("/compliance/")
    assert answer.context["figures"].shares[0].number.n == complete
    assert f"Counted in what you may see {words}." in answer.content.decode()


def test_a_page_asks_the_database_at_most_seventeen_times(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    readers = [Client(), signed_in(make.analyst()), signed_in(make.mediator())]
    for rows in (range(1), range(1, 12)):
        for number in rows:
            for code in ("alpha", "beta", "gamma"):
                place = make.provision(f"art_{number}")
                make.finding(make.commitment(f"O-{number}", make.party(code), days=30, provision=place), 2)
        for client in readers:
            for address in ("/compliance/", "/commitments/", "/"):
                client.get(address)  # what is asked once a process
                with django_assert_max_num_queries(17):
                    assert client.get(address).status_code == 200
