"""Periods on the desk: which wait for a finding, and which one a finding is about."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from obligations.flagging import sweep
from obligations.models import Breach, Commitment, Statement
from parties.access import Tier
from tests import make
from tests.lasting import MONTHLY, due, monthly, periods, standing
from tests.make import NOW
from tests.pages.desk_data import desk, send, signed_in
from tests.pages.test_desk_queues import QUERIES, codes, counts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


def text(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def reports(**fields: Any) -> Commitment:
    """Due at the end of January and of February 2026, and each month from then on."""
    return monthly(terms={**MONTHLY, "first": "2026-01-31"}, **fields)


def selected(page: str, name: str) -> str:
    """The text of the option that a choice of the form shows."""
    choice = page.split(f'name="{name}"')[1].split("</select>")[0]
    found = re.search(r"<option[^>]* selected[^>]*>([^<]+)<", choice)
    return unescape(found[1]) if found else ""


def test_a_standing_duty_waits_when_its_last_period_has_ended_without_a_finding() -> None:
    standing()
    page = desk(make.mediator(), queue="periods")
    assert counts(page) == {"periods": 1}
    assert codes(page) == ["KEEP"]
    assert "ended 31 Dec 2025" in page
    assert "No finding yet: 1 Jul 2025 to 31 Dec 2025, and 5 earlier periods" in text(page)


def test_a_finding_in_that_period_answers_it_and_one_in_another_does_not() -> None:
    owed = standing()
    mediator = make.mediator()
    make.finding(owed, conduct="kept", effective_on=date(2025, 6, 30))
    make.finding(owed, conduct="kept", effective_on=date(2026, 1, 1))
    assert "and 4 earlier periods" in text(desk(mediator, queue="periods"))
    make.finding(owed, conduct="kept", effective_on=date(2025, 7, 1))
    assert codes(desk(mediator, queue="periods")) == []


def test_a_finding_that_names_the_period_answers_it_as_well() -> None:
    owed = standing()
    period = owed.periods.get(ends_on=date(2025, 12, 31))
    make.finding(owed, conduct="kept", effective_on=date(2026, 2, 1), period=period)
    assert codes(desk(make.mediator(), queue="periods")) == []


def test_a_period_waits_from_the_midnight_that_ends_it_in_the_agreements_zone() -> None:
    owed = standing()
    make.finding(owed, conduct="kept", effective_on=date(2025, 12, 1))
    mediator = make.mediator()
    midnight = datetime(2026, 6, 30, 22, tzinfo=UTC)
    for at, waits in ((midnight - timedelta(seconds=1), []), (midnight, ["KEEP"])):
        with time_machine.travel(at, tick=False):
            assert codes(desk(mediator, queue="periods")) == waits


def test_a_duty_that_was_suspended_through_the_whole_period_does_not_wait() -> None:
    owed = standing()
    make.reading(owed, "suspend", effective_on=date(2025, 6, 30))
    make.reading(owed, "resume", effective_on=date(2026, 1, 1))
    assert codes(desk(make.mediator(), queue="periods")) == []


def test_what_is_due_again_and_again_is_overdue_and_waits_for_no_review() -> None:
    reports()
    page = desk(make.mediator())
    assert counts(page) == {"overdue": 1, "breaches": 1}
    assert "30 days late" in page
    assert "Due 31 Jan 2026" in page


def test_the_form_starts_with_the_last_day_of_the_period_that_waits() -> None:
    owed = standing()
    page = desk(make.mediator(), queue="periods", commitment=owed.pk)
    assert 'value="2025-12-31"' in page
    assert selected(page, "period") == "1 Jul 2025 to 31 Dec 2025"


def test_the_form_of_an_overdue_row_starts_with_the_time_that_was_missed() -> None:
    owed = reports()
    make.finding(owed, 3, date(2026, 1, 20))
    assert selected(desk(make.mediator(), commitment=owed.pk), "period") == "Due 28 Feb 2026"


def test_elsewhere_the_period_is_that_of_the_day() -> None:
    owed = standing()
    page = desk(make.mediator(), queue="claims", commitment=owed.pk)
    assert selected(page, "period") in ("", "The one that the day lies in")
    assert 'value="2026-03-02"' in page


def test_only_periods_that_have_begun_are_offered() -> None:
    owed = standing()
    page = desk(make.mediator(), commitment=owed.pk)
    offered = re.findall(r'<option value="\w+"', page.split('name="period"')[1].split("</select>")[0])
    assert len(offered) == len([one for one in periods(owed) if one.starts_on <= NOW.date()]) == 7


def test_what_is_done_once_has_no_choice_of_periods() -> None:
    owed = make.commitment(days=30)
    assert 'name="period"' not in desk(make.mediator(), commitment=owed.pk)


def test_a_report_that_came_late_closes_its_own_breach_by_its_days() -> None:
    owed = reports()
    sweep(NOW)
    january = due(owed, "2026-01-31")
    send(make.mediator(), owed, period=january.key, effective_on="2026-02-05")
    assert Statement.objects.get().period == january
    breach = Breach.objects.get(period=january)
    assert (breach.outcome, breach.days_late) == (Breach.Outcome.MET_LATE, 5)
    assert Breach.objects.open().get().period == due(owed, "2026-02-28")


def test_the_next_page_says_which_period_it_was_about() -> None:
    owed = reports()
    client = signed_in(make.mediator())
    data = {
        "verdict": "3",
        "effective_on": "2026-02-05",
        "reason": "Seen.",
        "tier": "public",
        "seen": "0",
        "period": due(owed, "2026-01-31").key,
    }
    page = text(client.post(f"/desk/findings/{owed.pk}/", data, follow=True).content.decode())
    assert "Finding recorded on REPORT, Alpha (Due 31 Jan 2026): Complete since 5 Feb 2026." in page
    assert "5 days after the due date: the breach closes as met late." in page


def test_the_period_of_the_day_itself_is_not_named() -> None:
    owed = reports()
    send(make.mediator(), owed, period=due(owed, "2026-02-28").key, effective_on="2026-02-05")
    assert Statement.objects.get().period is None


def test_the_same_finding_sent_twice_is_recorded_once_also_where_it_names_a_period() -> None:
    owed = reports()
    mediator = make.mediator()
    for _ in range(2):
        send(mediator, owed, period=due(owed, "2026-01-31").key, effective_on="2026-02-05", seen="")
    assert Statement.objects.count() == 1


def test_a_period_that_had_not_begun_on_the_day_is_refused_at_its_field() -> None:
    owed = reports()
    response = send(make.mediator(), owed, period=due(owed, "2026-02-28").key, effective_on="2026-01-20")
    assert response.status_code == 422
    assert "This period had not begun on that day: choose an earlier one." in text(response.content.decode())
    assert not Statement.objects.exists()


def test_a_period_of_another_commitment_is_no_choice() -> None:
    owed, other = reports(), reports(code="OTHER")
    assert send(make.mediator(), owed, period=due(other, "2026-01-31").key).status_code == 422


@pytest.mark.parametrize(
    ("day", "period", "level", "says"),
    [
        ("2026-01-20", "", "3", "Met on time"),
        ("2026-02-05", "2026-01-31", "3", "5 days after the due date"),
        ("2026-02-05", "", "3", "Met on time"),
        ("2026-02-05", "2026-01-31", "2", "The clock runs on"),
        ("2020-01-01", "", "3", "Nothing is due in the period that this day lies in"),
    ],
)
def test_the_effect_is_told_of_the_period_that_is_chosen(
    day: str, period: str, level: str, says: str
) -> None:
    owed = reports()
    key = due(owed, period).key if period else ""
    query = {"verdict": level, "effective_on": day, "period": key}
    told = signed_in(make.mediator()).get(f"/desk/findings/{owed.pk}/effect/", query).content.decode()
    assert says in told


def test_a_claim_on_an_earlier_time_is_not_shown_as_an_answer_to_the_one_that_is_awaited() -> None:
    owed = reports()
    party = make.representative(owed.party)
    make.claim(owed, party, effective_on=date(2026, 1, 20))
    make.finding(owed, 3, date(2026, 1, 20))
    mediator = make.mediator()
    assert "it claims" not in desk(mediator)
    make.claim(owed, party, effective_on=date(2026, 2, 20))
    assert "it claims" in desk(mediator)


def test_a_hidden_finding_answers_for_mediators_who_see_it() -> None:
    owed = standing()
    make.finding(owed, conduct="kept", effective_on=date(2025, 9, 1), tier=Tier.MEDIATORS)
    assert codes(desk(make.mediator(), queue="periods")) == []


@pytest.mark.parametrize("rows", [3, 12])
def test_the_periods_cost_as_many_queries_whatever_the_number_of_rows(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [standing(f"O-{number}") for number in range(rows)]
    client = signed_in(make.mediator())
    client.get("/desk/")
    # With the periods that wait and those that the form offers; a clock has no breach to look for, and no finding is
    # quoted of which translations would be asked for.
    with django_assert_num_queries(QUERIES):
        page = client.get("/desk/", {"queue": "periods", "commitment": str(made[-1].pk)}).content.decode()
    assert len(codes(page)) == rows
