"""The timeline of a party, of an article or of an agreement: drawn, and as a table."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import groupby

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from obligations.web.base import lanes
from obligations.web.base import marks as collected
from tests import make
from tests.pages.desk_data import signed_in
from tests.pages.timeline_data import ALPHA, PAGE, lanes_in, owed, page, periods, rows, titles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]


def test_a_due_date_and_its_breach_stand_with_what_started_the_clock(client: Client) -> None:
    owed()
    html = page(client, **ALPHA)
    assert rows(html) == [
        "18 Mar 2023 Trigger Start T-START Starts clocks",
        "17 Apr 2023 Due date Alpha O-1 Do O-1 Overdue, 1,050 days late",
        "18 Apr 2023 and goes on Breach Alpha O-1 Do O-1 Open",
    ]
    assert titles(html) == [
        "Trigger, Start T-START, 18 Mar 2023, starts clocks",
        "Breach, since 18 Apr 2023, Open",
        "Due date, 17 Apr 2023, Overdue, 1,050 days late",
    ]


def test_a_breach_ends_on_the_day_on_which_it_was_met(client: Client) -> None:
    make.finding(owed(), 3, date(2024, 1, 10))
    assert rows(page(client, **ALPHA))[1:] == [
        "17 Apr 2023 Due date Alpha O-1 Do O-1 Met late, 268 days late",
        "18 Apr 2023 to 10 Jan 2024 Breach Alpha O-1 Do O-1 Met late, 268 days late",
        "10 Jan 2024 Finding Alpha O-1 Do O-1 Complete",
    ]


def test_what_was_met_in_time_and_recorded_late_is_not_shown_as_late(client: Client) -> None:
    make.finding(owed(), 3, date(2023, 4, 1), now=datetime(2024, 1, 10, 9, 0, tzinfo=UTC))
    html = page(client, **ALPHA)
    assert rows(html)[1:] == [
        "1 Apr 2023 Finding Alpha O-1 Do O-1 Complete",
        "17 Apr 2023 Due date Alpha O-1 Do O-1 Met on time",
        "18 Apr 2023 to 10 Jan 2024 Breach Alpha O-1 Do O-1 Met on time, recorded late",
    ]
    assert 'class="warm"' not in html
    assert 'class="breach on-record"' in html


def test_an_extension_moves_the_mark_and_leaves_the_breach(client: Client) -> None:
    make.reading(owed(), "extend", due_on=date(2026, 9, 1), effective_on=date(2024, 5, 1))
    assert rows(page(client, **ALPHA))[1:] == [
        "18 Apr 2023 to 1 May 2024 Breach Alpha O-1 Do O-1 Extended, 379 days late",
        "1 Sep 2026 Due date Alpha O-1 Do O-1 Upcoming",
    ]


def test_events_that_touch_the_commitments_stand_on_it_and_no_others(client: Client) -> None:
    mine = owed()
    owed("O-2", "beta")
    mine.obligation.touched_by.add(make.event("E-OWN"))
    make.event("E-ALL", touches_all=True)
    make.event("E-CLOCK", trigger=mine.obligation.trigger)
    make.event("E-ELSE")
    happened = [row for row in rows(page(client, **ALPHA)) if " Event " in row]
    assert [row.split(" On the day")[0] for row in happened] == [
        "18 Apr 2023 Event Event E-ALL",
        "18 Apr 2023 Event Event E-CLOCK",
        "18 Apr 2023 Event Event E-OWN",
    ]


def test_without_a_choice_it_has_all_that_is_due_and_says_what_to_choose(client: Client) -> None:
    late = owed()
    make.finding(late, 1, date(2023, 6, 1))
    make.commitment("UNDATED", late.party)
    make.event("E-1")
    html = page(client)
    kinds = ("Trigger", "Due date", "Event", "Breach", "Finding")
    assert [kind for row in rows(html) for kind in kinds if f" {kind} " in row] == list(kinds)
    assert "UNDATED" not in html
    assert "Choose a party or an article" in html


def test_the_whole_agreement_goes_on_as_far_as_anything_is_due(client: Client) -> None:
    owed("FAR", rule="fixed", terms={"date": "2031-06-01"}, days=None)
    assert '<option value="2031" selected>' in page(client)


def test_more_than_can_be_read_at_once_is_left_to_a_choice(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed("O-1"), owed("O-2", "beta")
    monkeypatch.setattr(collected, "MOST", 1)
    html = page(client)
    assert "O-1" not in html
    assert "Too much has a due date to be read at once" in html


def test_an_article_has_a_lane_for_each_party_in_alphabetical_order(client: Client) -> None:
    for party in ("beta", "alpha"):
        owed(party=party)
    owed("ELSE", "alpha", provision=make.provision("art_2"))
    html = page(client, provision="art_1")
    late = "Overdue, 1,050 days late"
    assert lanes_in(html) == ["What starts clocks", f"Alpha {late}", f"Beta {late}"]
    assert "ELSE" not in html


def test_review_periods_stand_with_what_was_found_of_each(client: Client) -> None:
    duty = make.commitment("S-1", make.party("alpha"), kind="standing")
    periods(duty)
    make.finding(duty, None, date(2024, 2, 1), conduct="contrary")
    html = page(client, **ALPHA)
    assert rows(html) == [
        "1 Jan 2024 to 30 Jun 2024 Review period Alpha S-1 Do S-1 Contrary",
        "1 Feb 2024 Finding Alpha S-1 Do S-1 Contrary",
        "1 Jul 2024 to 31 Dec 2024 Review period Alpha S-1 Do S-1 No finding",
    ]
    assert 'class="period p-contrary"' in html
    assert '<use href="#c-contrary" />' in html
    assert "due dates, findings" not in html  # what was found of a duty stands on its periods


def test_periods_before_anything_else_wait_behind_a_link(client: Client) -> None:
    duty = make.commitment("S-1", make.party("alpha"), kind="standing")
    periods(duty)
    make.event("E-1", happened_on=date(2025, 3, 1), touches_all=True)
    html = page(client, **ALPHA)
    assert len(rows(html)) == 1
    assert "2 entries of other years are left out." in html
    link = re.findall(r'href="([^"]+)">Show all years', html)[0].replace("&amp;", "&")
    assert len(rows(client.get(link).content.decode())) == 3
    assert len(rows(page(client, **ALPHA, since="2024", until="2024"))) == 2


def test_as_of_a_day_it_is_as_it_was_on_that_day(client: Client) -> None:
    late = owed()
    make.finding(late, 3, date(2024, 1, 10))
    make.event("E-1", happened_on=date(2024, 2, 1), touches_all=True)
    html = page(client, **ALPHA, as_of="2023-05-17")
    assert rows(html)[1:] == [
        "17 Apr 2023 Due date Alpha O-1 Do O-1 Overdue, 30 days late",
        "18 Apr 2023 and goes on Breach Alpha O-1 Do O-1 Open",
    ]
    assert ">17 May 2023</text>" in html
    assert f'href="{PAGE}?party=alpha"' in html  # back to today
    assert 'href="/obligations/accord/O-1/?as_of=2023-05-17#commitment-' in html


def test_what_was_not_known_by_a_day_is_left_out_as_known_on_it(client: Client) -> None:
    late = owed()
    make.finding(late, 3, date(2024, 1, 10), now=datetime(2024, 6, 1, 9, 0, tzinfo=UTC))
    make.reading(late, "count_by", convention="eu-1182-71", now=datetime(2024, 5, 1, 9, 0, tzinfo=UTC))
    assert rows(page(client, **ALPHA, known_at="2024-05-31"))[-1].endswith("Do O-1 Open")
    assert rows(page(client, **ALPHA, known_at="2024-06-01"))[-2].endswith("268 days late")
    before = page(client, **ALPHA, known_at="2023-03-17")
    assert rows(before) == ["O-1 Do O-1 Alpha Trigger pending No finding yet"]
    assert 'id="dayless"' in before


@pytest.mark.parametrize("query", [{"as_of": "then"}, {"known_at": "2999-01-01"}])
def test_a_day_that_is_none_is_said(client: Client, query: dict[str, str]) -> None:
    owed()
    assert next(iter(query)) in page(client, status=400, **ALPHA, **query)


def test_every_row_has_its_mark_and_leads_somewhere(client: Client) -> None:
    make.finding(owed(), 3, date(2024, 1, 10))
    make.event("E-1", touches_all=True)
    html = page(client, **ALPHA)
    assert len(titles(html)) == len(rows(html)) == 5
    for address in map(unescape, re.findall(r'<a href="(/[^"]+)">', html.partition("<table")[2])):
        assert client.get(address.split("#")[0]).status_code == 200


def test_a_claim_shows_who_made_it_and_which_level_it_says(client: Client) -> None:
    make.claim(owed(), make.representative(make.party("beta")), level=2, effective_on=date(2024, 1, 10))
    html = page(client, **ALPHA)
    assert "Claim, 10 Jan 2024, Beta: Intermediate" in titles(html)
    beta = make.party("beta")
    assert re.search(rf'<use href="#m{beta.mark}" /><use href="#d2"', html)


def test_marks_of_one_day_stand_side_by_side(client: Client) -> None:
    due = owed()
    for level in (0, 1, 2):
        make.finding(due, level, date(2024, 1, 10 + level))
    html = page(client, **ALPHA)
    places = re.findall(r'translate\((\d+) 0\)"><title>Finding', html)
    assert places == ["0", "14", "28"]


def test_the_picture_has_geometry_and_classes_and_no_style_of_its_own(client: Client) -> None:
    owed()
    drawn = page(client, **ALPHA).split('<div class="lanes')[1].split('<div class="legend">')[0]
    assert "style" not in drawn
    assert "script" not in drawn
    assert not re.search(r'(?:x|y|width|height)="[^"]*,', drawn)


def test_what_is_due_at_once_runs_from_its_trigger_until_it_is_met(client: Client) -> None:
    at_once = owed(rule="immediate", trigger=make.trigger(), days=None)
    html = page(client, **ALPHA)
    assert rows(html)[1:] == [
        "18 Mar 2023 and goes on Due without a date Alpha O-1 Do O-1 No date in the text"
    ]
    assert 'class="undated open"' in html
    make.finding(at_once, 1, date(2023, 6, 1))
    make.finding(at_once, 3, date(2024, 1, 10))
    assert rows(page(client, **ALPHA))[1:] == [
        "18 Mar 2023 to 10 Jan 2024 Due without a date Alpha O-1 Do O-1 Complete 298 days after it was to begin",
        "1 Jun 2023 Finding Alpha O-1 Do O-1 Minimal",
        "10 Jan 2024 Finding Alpha O-1 Do O-1 Complete",
    ]


def test_what_has_no_day_at_all_stands_beside_the_axis_with_what_was_found(client: Client) -> None:
    make.finding(make.commitment("O-1", make.party("alpha")), 1, date(2024, 1, 10))
    owed("O-2", trigger=make.trigger("T-LATER", None))
    owed("O-3")
    html = page(client, **ALPHA)
    listed = html.split('id="dayless"')[1]
    assert "Without a date: 2 commitments" in listed
    told = [line for line in rows(listed) if line]
    assert [line.split(" Alpha ")[0] for line in told] == ["O-1 Do O-1", "O-2 Do O-2"]
    assert "Minimal 10 Jan 2024" in told[0]
    assert "Do O-3" not in listed
    # Of the whole agreement only what has a day stands there.
    assert 'id="dayless"' not in page(client)


def test_the_years_go_on_as_far_as_anything_is_due(client: Client) -> None:
    owed("FAR", rule="fixed", terms={"date": "2031-06-01"}, days=None)
    owed()
    html = page(client, **ALPHA)
    assert '<option value="2031" selected>' in html
    assert "1 Jun 2031 Due date Alpha FAR Do FAR Upcoming" in rows(html)


def test_what_has_no_date_says_so_and_what_to_do(client: Client) -> None:
    make.commitment("O-1", make.party("alpha"))
    html = page(client, **ALPHA)
    assert "Nothing here has a date" in html
    assert 'class="lanes"' not in html
    make.agreement("accord")
    assert "No event is recorded" in page(client)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"party": "gamma"}, "Party: There is no “gamma”."),
        ({"provision": "x"}, "Provision or article: There is no “x”."),
        ({"since": "then"}, "Years: there is no year “then”."),
        ({"since": "0999"}, "Years: there is no year “0999”."),
        ({"since": "2024", "until": "2023"}, "Years: the first is after the last."),
        ({"kind": "due"}, "“kind”: Unknown parameter."),
    ],
)
def test_what_cannot_be_asked_is_said(client: Client, query: dict[str, str], said: str) -> None:
    owed()
    assert said in page(client, status=400, **query)


def test_the_table_is_sorted_by_its_headings_and_goes_on_where_a_page_ends(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        make.finding(owed(f"O-{number}", party=("alpha", "beta")[number % 2]), 1)
    every = {sort: rows(page(client, provision="art_1", sort=sort)) for sort in ("day", "-day", "party")}
    days = [list(those) for _day, those in groupby(every["day"], key=lambda row: row.split()[:3])]
    assert every["-day"] == [row for those in reversed(days) for row in those]
    assert [" Beta " in row for row in every["party"]] == sorted(" Beta " in row for row in every["party"])
    monkeypatch.setattr("obligations.web.timeline.PAGE_SIZE", 1)
    for sort, whole in every.items():
        html = page(client, provision="art_1", sort=sort)
        found = rows(html)
        while following := re.findall(r'rel="next" href="([^"]+)"', html):
            html = client.get(unescape(following[0])).content.decode()
            found += rows(html)
        assert found == whole
    assert "“sort”" in page(client, status=400, sort="shape")


def test_an_agreement_that_is_not_there_is_404(client: Client) -> None:
    owed()
    assert client.get(PAGE, {"agreement": "none"}).status_code == 404


def test_more_than_a_picture_can_show_is_left_to_the_table(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "MOST_LANES", 2)
    for number in range(3):
        owed(f"O-{number}")
    html = page(client, **ALPHA)
    assert "This is more than one picture can show." in html
    assert len(rows(html)) == 7


def test_a_date_far_away_stays_within_a_picture(client: Client) -> None:
    owed("FAR", rule="fixed", terms={"date": "2999-06-01"}, days=None)
    owed()
    html = page(client, **ALPHA)
    places = [float(x) for x in re.findall(r'<svg x="([\d.]+)%"', html)]
    assert places
    assert max(places) <= 100
    assert "1 Jun 2999 Due date Alpha FAR Do FAR Upcoming" in rows(html)


@pytest.mark.parametrize("number", [3, 12])
def test_its_queries_do_not_grow_with_what_stands_on_it(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for at in range(number):
        late = owed(f"O-{at}", trigger=make.trigger(f"T-{at}"))
        make.finding(late, 3, date(2024, 1, 10) + timedelta(days=at))
        late.obligation.touched_by.add(make.event(f"E-{at}"))
        periods(make.commitment(f"S-{at}", make.party("alpha"), kind="standing"))
    client = signed_in(make.mediator())
    client.get(PAGE, ALPHA)
    with django_assert_num_queries(21):
        assert len(rows(page(client, **ALPHA))) == 7 * number


def test_a_serbian_page_of_another_day_has_no_second_mark_after_a_day(client: Client) -> None:
    make.finding(owed(), 3, date(2023, 5, 10))
    html = client.get(
        PAGE, ALPHA | {"as_of": "2023-05-17"}, headers={"Accept-Language": "sr"}
    ).content.decode()
    assert "Стање на дан 17. маја 2023. Израда" in html
    assert "17. априла 2023, " in html
    assert not re.findall(r"\d\.[.,;][^<]{0,20}", html)
