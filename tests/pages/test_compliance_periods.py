"""The dashboard's figures of periods: of those that have ended, by party, outside the figures of completion."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from parties.access import Tier
from tests import make
from tests.lasting import MONTHLY, due, monthly, standing
from tests.pages.compliance_data import read, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]


def counted(of: str, client: Client | None = None, **query: str) -> list[tuple[str, int, dict[str, int]]]:
    """Of each party, in the page's order: how many ended, and how many of each kind."""
    lines = getattr((client or Client()).get("/compliance/", query).context["periods"], of)
    return [(ln.party.code, ln.total, {m.value: m.number.n for m in ln.marks if m.number.n}) for ln in lines]


def reports(party: str) -> None:
    """Due at the end of November, December, January and February: on time, late, on time, missed. March is to come."""
    owed = monthly(terms={**MONTHLY, "first": "2025-11-30"}, by=make.party(party))
    make.finding(owed, 3, date(2025, 11, 30))
    make.finding(owed, 3, date(2026, 1, 4), period=due(owed, "2025-12-31"))
    make.finding(owed, 3, date(2026, 1, 20))
    make.finding(owed, 3, date(2026, 3, 2))


def duties() -> None:
    """Six half-years have ended for each."""
    for party, conducts in (("alpha", ["kept", "not_kept"]), ("beta", ["kept", "kept"])):
        owed = standing(by=make.party(party))
        for year, conduct in zip((2024, 2025), conducts, strict=True):
            make.finding(owed, conduct=conduct, effective_on=date(year, 3, 1))


def test_what_is_due_again_is_counted_of_the_times_that_have_been_due() -> None:
    reports("beta")
    make.commitment("OTHER", make.party("alpha"))
    assert counted("due") == [
        ("alpha", 0, {}),
        ("beta", 4, {"on_time": 2, "late": 1, "missed": 1}),
    ]


def test_standing_duties_are_counted_of_the_periods_that_have_ended() -> None:
    duties()
    assert counted("reviews") == [
        ("alpha", 6, {"kept": 1, "not_kept": 1, "no_finding": 4}),
        ("beta", 6, {"kept": 2, "no_finding": 4}),
    ]


def test_neither_is_part_of_the_figures_of_completion(client: Client) -> None:
    reports("alpha")
    duties()
    figures = client.get("/compliance/").context["figures"]
    assert figures.deliverables.n == 0
    assert [line.deliverables.n for line in figures.levels] == [0, 0]


def test_a_filter_of_the_page_narrows_the_periods_as_well() -> None:
    duties()
    assert [code for code, *_ in counted("reviews", party="beta")] == ["beta"]
    assert counted("reviews", kind="one_off") == []


def test_periods_are_counted_as_of_the_day_that_the_page_speaks_of() -> None:
    reports("alpha")
    assert counted("due", as_of="2026-01-02") == [("alpha", 2, {"on_time": 1, "missed": 1})]
    assert counted("due", as_of="2026-01-04") == [("alpha", 2, {"on_time": 1, "late": 1})]


def test_a_finding_that_a_viewer_may_not_see_is_counted_for_those_who_may() -> None:
    owed = standing()
    make.finding(owed, conduct="contrary", effective_on=date(2025, 8, 1), tier=Tier.MEDIATORS)
    assert counted("reviews") == [("alpha", 6, {"no_finding": 6})]
    assert counted("reviews", signed_in(make.mediator())) == [("alpha", 6, {"contrary": 1, "no_finding": 5})]


def test_the_page_says_of_what_they_are_counted_and_leads_nowhere_with_them(client: Client) -> None:
    reports("alpha")
    duties()
    page = client.get("/compliance/").content.decode()
    part = page.split('id="picture-periods"')[1].split("</section>")[0]
    assert "Times that have been due" in part
    assert "Periods that have ended" in part
    assert "/commitments/" not in part
    assert read(client, "/compliance/").numbers


def test_an_agreement_without_periods_has_no_such_tables(client: Client) -> None:
    make.commitment(days=30)
    assert "picture-periods" not in client.get("/compliance/").content.decode()


def test_a_series_that_is_over_has_its_clock_stopped_and_is_overdue_no_more(client: Client) -> None:
    owed = monthly(terms={**MONTHLY, "first": "2026-01-31", "until": "2026-01-31"})
    make.finding(owed, 3, date(2026, 1, 20))
    (line,) = client.get("/compliance/").context["figures"].dates
    assert (line.commitments.n, line.stopped.n, line.dated.n) == (1, 1, 0)


@pytest.mark.parametrize("rows", [2, 12])
def test_the_dashboard_costs_the_same_queries_whatever_the_number_of_periods(
    rows: int, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        standing(f"O-{number}")
    client.get("/compliance/")
    with django_assert_max_num_queries(9):
        client.get("/compliance/")
