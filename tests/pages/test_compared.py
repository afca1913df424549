"""Two days beside each other: what moved is marked, and each number leads to the rows of its day."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.pages.compliance_data import accord, read
from tests.pages.test_compliance_numbers import found_by
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
agreement = made_once(accord)
DAY = "compare_with=2023-03-20"


def test_each_number_of_both_days_leads_to_its_rows(client: Client) -> None:
    numbers = dict(read(client, f"/compliance/?{DAY}").numbers)
    of_the_day = {address: n for address, n in numbers.items() if "as_of=2023-03-20" in address}
    assert of_the_day
    assert {address: found_by(address) for address in of_the_day} == of_the_day


def test_what_moved_is_named_with_what_was_found_on_each_day(client: Client) -> None:
    compared = client.get(f"/compliance/?{DAY}").context["compared"]
    moved = {
        (one.now.row.code, one.party.code): (one.then.mark.value, one.now.mark.value)
        for one in compared.moved
    }
    assert moved["DUE", "alpha"] == ("", "1")
    assert moved["STAND", "beta"] == ("", "contrary")
    assert ("OLDER", "alpha") not in moved
    overdue = compared.lines[-1].of
    assert [(then.n, now.n) for then, now in overdue] == [(0, 1), (0, 1)]


@pytest.mark.parametrize("day", ["soon", "2026-03-03", "1600-01-01"])
def test_a_day_that_nothing_can_be_compared_with_is_told(day: str, client: Client) -> None:
    answer = client.get(f"/compliance/?compare_with={day}")
    assert answer.status_code == 400
    assert "Compare with:" in answer.content.decode()


def test_two_days_cost_two_more_queries_than_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(f"/compliance/?{DAY}")
    with django_assert_max_num_queries(19):
        client.get(f"/compliance/?{DAY}&party=alpha")
