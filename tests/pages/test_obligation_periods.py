"""The periods of what lasts on the page of its obligation."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from agreement.models import Instrument
from obligations.models import Commitment
from parties.access import Tier
from tests import make
from tests.lasting import MONTHLY, due, monthly, standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]


def page(of: Commitment, **query: str) -> str:
    answer = Client().get(f"/obligations/accord/{of.obligation.code}/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def rows(html: str) -> list[str]:
    """The rows of all tables of periods, in words, from the top."""
    tables = re.findall(r'<table class="by-period">.*?</table>', html, re.DOTALL)
    return [words(row) for table in tables for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]]


def reports(**fields: Any) -> Commitment:
    return monthly(terms={**MONTHLY, "first": "2025-11-30"}, **fields)


def test_each_time_that_is_due_says_how_it_stands_the_newest_first() -> None:
    owed = reports()
    make.finding(owed, 3, date(2025, 11, 30))
    make.finding(owed, 3, date(2026, 1, 4), period=due(owed, "2025-12-31"))
    make.finding(owed, 2, date(2026, 1, 20))
    make.reading(owed, "suspend", effective_on=date(2026, 2, 10))
    make.reading(owed, "resume", effective_on=date(2026, 3, 1))
    assert rows(page(owed)) == [
        "31 Mar 2026 Upcoming",
        "28 Feb 2026 Clock stopped",
        "31 Jan 2026 Missed, 30 days ago 20 Jan 2026",
        "31 Dec 2025 Late by 4 days 4 Jan 2026",
        "30 Nov 2025 On time 30 Nov 2025",
    ]


def test_each_period_under_review_says_what_was_found() -> None:
    owed = standing(review_months=3)
    for conduct, day in (
        ("kept", date(2025, 3, 1)),
        ("kept_with_incidents", date(2025, 6, 1)),
        ("not_kept", date(2025, 9, 1)),
        ("contrary", date(2025, 10, 1)),
    ):
        make.finding(owed, conduct=conduct, effective_on=day)
    assert rows(page(owed))[:6] == [
        "1 Jan 2026 to 31 Mar 2026 Under way",
        "1 Oct 2025 to 31 Dec 2025 Contrary 1 Oct 2025",
        "1 Jul 2025 to 30 Sep 2025 Not kept 1 Sep 2025",
        "1 Apr 2025 to 30 Jun 2025 Kept with incidents 1 Jun 2025",
        "1 Jan 2025 to 31 Mar 2025 Kept 1 Mar 2025",
        "1 Oct 2024 to 31 Dec 2024 No finding yet",
    ]


def test_older_periods_are_folded_and_those_to_come_are_counted() -> None:
    html = page(standing(review_months=3))
    assert "6 earlier periods" in words(html.split("<details>")[1])
    assert len(rows(html.split("<details>")[0])) == 7
    assert "4 more to come, up to 31 Mar 2027" in words(html)


def test_before_the_first_has_begun_it_is_the_one_that_is_shown() -> None:
    make.provision()
    Instrument.objects.update(adopted_on=date(2026, 4, 10))
    assert rows(page(standing()))[0] == "10 Apr 2026 to 30 Jun 2026 Upcoming"


def test_parties_stand_in_alphabetical_order_with_the_same_words() -> None:
    reports(by=make.party("beta"))
    owed = reports(by=make.party("alpha"))
    html = page(owed).split('id="periods"')[1]
    assert html.index("Alpha") < html.index("Beta")
    found = rows(page(owed))
    assert found[: len(found) // 2] == found[len(found) // 2 :]


def test_a_finding_that_a_viewer_may_not_see_changes_no_period_for_them() -> None:
    owed = reports()
    make.finding(owed, 3, date(2025, 11, 30), tier=Tier.MEDIATORS)
    assert rows(page(owed))[-1] == "30 Nov 2025 Missed, 92 days ago"


def test_periods_as_of_another_day_stand_as_they_stood() -> None:
    owed = reports()
    make.finding(owed, 3, date(2025, 12, 10), period=due(owed, "2025-11-30"))
    assert rows(page(owed, as_of="2025-12-05"))[-1] == "30 Nov 2025 Missed, 5 days ago"
    assert rows(page(owed, as_of="2025-12-10"))[-1] == "30 Nov 2025 Late by 10 days 10 Dec 2025"


def test_what_is_done_once_has_no_periods() -> None:
    assert "Period by period" not in page(make.commitment(days=30))


def test_the_share_of_what_recurs_is_that_of_the_time_that_is_awaited() -> None:
    owed = reports()
    make.finding(owed, 3, date(2025, 11, 30))
    assert "61 days late" in words(page(owed))
