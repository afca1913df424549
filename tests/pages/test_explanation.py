"""The part of an obligation's page that tells when it is due, and why."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import make
from tests.calendar_data import ORTHODOX_EASTER_MONDAY, load, pack_calendar
from tests.pages.desk_data import overdue, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
PAGE = "/obligations/accord/LATE/"
EASTER = {ORTHODOX_EASTER_MONDAY: "Orthodox Easter Monday"}


def due(client: Client) -> str:
    """The part of the page, as it is sent."""
    page = client.get(PAGE).content.decode()
    return page.split('aria-labelledby="when-due"')[1].split("</section>")[0]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def rows(client: Client) -> list[list[str]]:
    """The cells of the table of conventions, without its head."""
    table = due(client).split('class="alternatives')[1].split("<tbody>")[1]
    found = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in table.split("</tr>")]
    return [[words(cell) for cell in row] for row in found if row]


def test_a_sum_that_is_the_same_for_all_stands_once(client: Client) -> None:
    overdue()
    overdue(party="beta")
    part = due(client)
    assert part.count('class="sum"') == 1
    assert "<h3>" not in part
    assert "Counted by: calendar. So says the agreement. No day is left out." in words(part)


def test_the_steps_are_told_one_by_one(client: Client) -> None:
    overdue()
    steps = due(client).split('class="steps"')[1].split("</ol>")[0]
    assert [words(step) for step in re.findall(r"<li>.*?</li>", steps)] == [
        "Counted from 18 Mar 2023; that day itself does not count.",
        "Add 30 days, calendar.",
        "The last day is Monday 17 Apr 2023.",
        "It ends at midnight in Brussels, which is 17 Apr 2023, 22:00 UTC.",
    ]


def test_the_small_calendar_tells_each_day_also_to_who_does_not_see_it(client: Client) -> None:
    load(pack_calendar("alpha", EASTER, parties=("alpha",)))
    overdue()
    part = due(client)
    assert re.findall(r'<table class="month">\s*<caption>([^<]+)<', part) == ["March 2023", "April 2023"]
    cells = {words(cell) for cell in re.findall(r"<td class=.*?</td>", part)}
    assert "18 the clock runs from here; not counted, weekend" in cells
    assert "20 counted" in cells
    assert "17 counted, holiday, last day" in cells
    assert "17 Apr 2023 Orthodox Easter Monday" in words(part)


def test_a_reading_is_named_where_it_says_how_to_count(client: Client) -> None:
    load(pack_calendar("alpha", EASTER))
    late = overdue()
    reading = make.reading(late, "count_by", convention="eu-1182-71", calendars=["alpha"])
    part = due(client)
    assert (
        "Counted by: EU Regulation 1182/71. So says the reading of 2 Mar 2026, 10:00 . Days off by: Holidays of Alpha."
        in words(part)
    )
    assert f'href="#reading-{reading.key}"' in part
    assert "A reading says how to count: by EU Regulation 1182/71." in words(part)
    assert "17 counted, holiday, the last day moved from here" in words(part)


def test_a_reading_is_named_where_it_gives_the_day(client: Client) -> None:
    now = make.commitment("LATE", rule="immediate", trigger=make.trigger())
    reading = make.reading(now, "give_date", due_on=date(2023, 6, 1))
    part = due(client)
    assert "By a reading of the text = Thursday 1 Jun 2023, until midnight in Brussels" in words(part)
    assert f'href="#reading-{reading.key}"' in part


def test_every_convention_says_its_last_day_and_how_it_would_stand(client: Client) -> None:
    load(pack_calendar("alpha", EASTER, parties=("alpha",)))
    make.finding(overdue(), 3, date(2023, 4, 18))
    assert rows(client) == [
        ["Calendar in use", "17 Apr 2023", "Met late by 1 day"],
        [
            "EU Regulation 1182/71",
            "18 Apr 2023 17 Apr 2023, moved to 18 Apr 2023: 17 Apr is a holiday (Orthodox Easter Monday)",
            "Met on time",
        ],
        ["Working days", "1 May 2023 not counted: 6 Saturdays, 7 Sundays, 1 holiday", "Met on time"],
    ]


def test_where_parties_have_other_days_off_each_has_its_line(client: Client) -> None:
    load(pack_calendar("alpha", EASTER, parties=("alpha",)))
    make.finding(overdue(), 3, date(2023, 4, 18))
    overdue(party="beta")
    told = [(row[0], row[1], row[2][:11]) for row in rows(client)]
    assert ("EU Regulation 1182/71", "Alpha", "18 Apr 2023") in told
    assert ("EU Regulation 1182/71", "Beta", "17 Apr 2023") in told
    assert ("Calendar in use", "Alpha", "17 Apr 2023") in told  # met late by a day
    assert next(row[3] for row in rows(client) if row[1] == "Alpha") == "Met late by 1 day"


def test_a_reading_for_one_party_alone_makes_two_sums_under_their_names(client: Client) -> None:
    overdue()
    beta = overdue(party="beta")
    make.reading(beta, "extend", due_on=date(2026, 9, 1))
    part = due(client)
    assert [words(one) for one in re.findall(r"<h3>.*?</h3>", part, re.DOTALL)] == ["Alpha", "Beta"] * 2
    assert "extended to 1 Sep 2026 = Tuesday 1 Sep 2026, until midnight in Brussels" in words(part)


def test_a_stopped_clock_says_so_in_the_sum_and_in_the_partys_column(client: Client) -> None:
    late = overdue()
    make.reading(late, "suspend", effective_on=date(2023, 4, 27))
    page = words(client.get(PAGE).content.decode())
    assert "until midnight in Brussels (the clock stands still since 27 Apr 2023)" in page
    assert "Alpha Clock stopped suspended" in page
    assert "Cycle 1: overdue since 18 Apr 2023 ; closed as suspended after 9 days late, 27 Apr 2023" in page


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        ({}, "The text sets no time limit."),
        (
            {"rule": "fixed", "terms": {"date": "2024-05-01"}},
            "Wednesday 1 May 2024, until midnight in Brussels",
        ),
    ],
)
def test_where_nothing_is_counted_no_convention_and_no_calendar_is_shown(
    limit: dict[str, Any], sentence: str, client: Client
) -> None:
    make.commitment("LATE", **limit)
    part = due(client)
    assert sentence in words(part)
    for left_out in ("Counted by", "What each convention gives", 'class="month"'):
        assert left_out not in part


def test_a_clock_that_waits_for_a_fulfilment_leads_to_it(client: Client) -> None:
    first = make.obligation("FIRST")
    make.commitment("LATE", rule="days_after", terms={"days": 10}, after_obligation=first)
    part = due(client)
    assert "The clock starts when this is fulfilled:" in words(part)
    assert 'href="/obligations/accord/FIRST/"' in part


def test_an_obligation_that_nobody_owes_says_so(client: Client) -> None:
    make.obligation("LATE", days=30)
    assert "Nobody owes it, so no clock runs." in words(due(client))


def test_only_a_mediator_is_offered_to_record_a_reading(client: Client) -> None:
    overdue()
    offer = 'href="/obligations/accord/LATE/reading/"'
    assert offer not in due(client)
    assert offer not in due(signed_in(make.analyst(cleared=True)))
    assert offer not in due(signed_in(make.representative()))
    assert offer in due(signed_in(make.mediator()))
