"""The page of an obligation as of another day: what was so then, by what was known then, and the way back."""

import re
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agreement.viewers import viewer_for
from obligations.commands import set_trigger_date
from obligations.models import Commitment, Gate
from parties.access import Tier
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

PAGE = "/obligations/accord/O-1/"
DAYS = "as_of=2024-03-01&known_at=2024-05-01"
# Findings of which each was recorded a day after the day that it speaks of.
FIRST, SECOND = datetime(2024, 1, 11, 9, tzinfo=UTC), datetime(2024, 6, 2, 9, tzinfo=UTC)


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(make.analyst())
    return client


@pytest.fixture
def history() -> None:
    """Due on 15 August 2023; complete on 10 January 2024; taken back on 1 June."""
    owed = make.commitment(days=150)
    make.finding(owed, 3, date(2024, 1, 10), reason="All of it was done.", now=FIRST)
    make.finding(owed, 1, date(2024, 6, 1), reason="It was undone.", now=SECOND)


def shown(client: Client, query: str = "", status: int = 200) -> str:
    with time_machine.travel(NOW, tick=False):
        answer = client.get(PAGE + query)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("", ["It was undone.", "All of it was done."], ["Back to today"]),
        ("?as_of=2024-03-01", ["All of it was done.", "Met late by 148 days"], ["It was undone."]),
        ("?as_of=2023-12-31", ["138 days late", "No finding yet"], ["All of it was done."]),
        ("?as_of=2023-08-15", ["Due soon"], ["days late", "All of it was done."]),
        ("?as_of=2023-03-01", ["trigger pending"], ["days late"]),
        ("?as_of=2024-01-10&known_at=2024-01-10", ["148 days late"], ["All of it was done."]),
        ("?known_at=2024-02-01", ["Met late by 148 days"], ["It was undone."]),
    ],
)
def test_the_page_tells_what_was_so_and_was_known(
    reader: Client, query: str, there: list[str], not_there: list[str]
) -> None:
    page = shown(reader, query)
    for text in there:
        assert text.casefold() in page.casefold(), text
    for text in not_there:
        assert text.casefold() not in page.casefold(), text


@pytest.mark.usefixtures("history")
def test_a_page_of_another_day_leads_back_to_today_and_records_nothing(reader: Client) -> None:
    reader.force_login(make.mediator())
    assert "Record a finding" in shown(reader)
    page = shown(reader, "?as_of=2024-03-01&known_at=2024-04-01")
    assert f'<a href="{PAGE}">Back to today</a>' in page
    assert '<time datetime="2024-03-01">' in page
    assert "Record a" not in page


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?known_at=2026-03-03", "As known on: This day has not come yet; today is 2 Mar 2026."),
        ("?known_at=yesterday", "As known on: Give a day as YYYY-MM-DD."),
        ("?as_of=1899-12-31", "As of: Give a day from 1900 to 2999."),
    ],
)
def test_a_day_that_nothing_can_be_said_of_is_an_error_that_says_so(
    reader: Client, query: str, told: str
) -> None:
    assert f'role="alert">{told}<' in shown(reader, query, 400)


@pytest.mark.usefixtures("history")
def test_today_is_the_present(reader: Client) -> None:
    assert "Back to today" not in shown(reader, "?as_of=2026-03-02&known_at=2026-03-02")


def test_before_its_text_was_adopted_there_was_no_obligation(reader: Client) -> None:
    make.commitment(days=150)
    told = shown(reader, "?as_of=2023-02-26", 404)
    assert "It did not exist then" in told
    assert "Main text, under which this is owed, was adopted on" in told
    shown(reader, "?as_of=2023-02-27")


@pytest.mark.usefixtures("history")
def test_a_day_to_come_is_a_look_ahead(reader: Client) -> None:
    told = shown(reader, "?as_of=2027-03-02")
    assert "Looking ahead to" in told
    assert "Record a" not in told


def test_what_was_not_known_yet_is_not_there(reader: Client) -> None:
    """An obligation that a later pack brought."""
    owed = make.obligation(days=150, recorded_at=NOW)
    make.commitment()
    assert owed.title in shown(reader, "?as_of=2024-03-01")
    assert "It was not known then" in shown(reader, "?as_of=2024-03-01&known_at=2024-03-01", 404)


def test_what_nobody_owes_is_there_on_any_day(reader: Client) -> None:
    make.obligation()
    assert "Nobody owes it" in shown(reader, "?as_of=2024-03-01&known_at=2024-03-01")


def test_links_to_pages_that_know_other_days_keep_them(reader: Client) -> None:
    first = make.obligation("O-0")
    owed = make.obligation(
        rule="days_after", terms={"days": 30}, after_obligation=first, deadline_from=first, tags=["papers"]
    )
    Gate.objects.create(obligation=owed, place=1, after_obligation=first)
    page = shown(reader, f"?{DAYS}")
    links = [unescape(link) for link in re.findall(r'<a [^>]*href="([^"]+)"', page)]
    there = [
        link
        for link in links
        if urlsplit(link).path.startswith(("/compliance/", "/obligations/", "/timeline/"))
    ]
    assert [link for link in there if DAYS not in link] == [PAGE]  # back to today
    assert len([link for link in there if "/obligations/accord/O-0/" in link]) == 3
    assert all("as_of" not in link for link in re.findall(r'href="([^"]+)"', shown(reader)))


def test_a_gates_trigger_has_the_day_that_was_known(reader: Client) -> None:
    owed = make.obligation()
    trigger = make.trigger("T-LATER", on=None)
    Gate.objects.create(obligation=owed, place=1, after_trigger=trigger)
    set_trigger_date(
        trigger=trigger, actor=make.a_mediator(), now=FIRST, occurred_on=date(2024, 1, 5), reason="Held."
    )
    day = '<time datetime="2024-01-05">'
    assert day in shown(reader)
    assert day in shown(reader, "?as_of=2024-01-05")
    assert day not in shown(reader, "?as_of=2024-01-04")
    assert day not in shown(reader, "?known_at=2024-01-10")
    assert "Start T-LATER" in shown(reader, "?known_at=2024-01-10")


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "O-1 Do O-1 -"),
        ("?as_of=2024-03-01", "O-1 Do O-1, as of 1 Mar 2024 -"),
        ("?known_at=2024-03-01", "O-1 Do O-1, as known on 1 Mar 2024 -"),
        (f"?{DAYS}", "O-1 Do O-1, as of 1 Mar 2024, as known on 1 May 2024 -"),
    ],
)
def test_the_title_tells_the_days_apart(reader: Client, query: str, title: str) -> None:
    assert f"<title>{title}" in shown(reader, query)


@pytest.mark.usefixtures("history")
def test_where_nothing_was_recorded_yet_the_page_says_since_when_something_is(reader: Client) -> None:
    told = "Nothing had been recorded here before"
    assert told not in shown(reader, "?known_at=2024-01-11")
    assert re.search(told + r'\s*<time datetime="2024-01-11">', shown(reader, "?known_at=2024-01-10"))


def test_what_is_hidden_does_not_tell_when_recording_began(reader: Client) -> None:
    owed = make.commitment(days=150)
    make.finding(owed, 1, date(2024, 1, 10), tier=Tier.MEDIATORS, now=FIRST)
    early = "?known_at=2024-01-01"
    assert "Nothing is recorded here." in shown(reader, early)
    make.finding(owed, 1, date(2024, 6, 1), now=SECOND)
    assert '<time datetime="2024-06-02">' in shown(reader, early)
    reader.force_login(make.mediator())
    assert '<time datetime="2024-01-11">' in shown(reader, early)


@pytest.mark.usefixtures("history")
def test_a_page_of_another_day_takes_the_same_queries_for_few_parties_and_for_many(reader: Client) -> None:
    def counted(parties: range) -> int:
        for number in parties:
            owed = make.commitment(by=make.party(f"party-{number}"))
            make.finding(owed, 1, date(2024, 1, 10), now=FIRST)
            make.reading(owed, "suspend", effective_on=date(2024, 2, 1), now=SECOND)
        with CaptureQueriesContext(connection) as queries:
            assert f"Party-{parties[-1]}" in shown(reader, f"?{DAYS}")
        return len(queries)

    assert counted(range(2)) == counted(range(2, 10))


@pytest.mark.usefixtures("history")
def test_readings_and_dates_are_those_that_were_known(reader: Client) -> None:
    owed = Commitment.objects.get()
    at = datetime(2025, 2, 1, 9, tzinfo=UTC)
    make.reading(owed, "extend", due_on=date(2025, 9, 1), effective_on=date(2025, 1, 1), now=at)
    assert owed.obligation.trigger is not None
    set_trigger_date(
        trigger=owed.obligation.trigger,
        actor=viewer_for(make.mediator()),
        now=datetime(2025, 5, 1, 9, tzinfo=UTC),
        occurred_on=date(2023, 3, 20),
        reason="The later text.",
    )
    assert '<time datetime="2023-03-20">' in shown(reader)
    before = shown(reader, "?known_at=2025-04-30")
    assert '<time datetime="2023-03-18">' in before
    assert '<time datetime="2023-03-20">' not in before
    assert "1 Sep 2025" in before
    assert "1 Sep 2025" not in shown(reader, "?known_at=2025-01-31")
    assert "1 Sep 2025" not in shown(reader, "?as_of=2024-12-31").split("What was said and done")[0]
