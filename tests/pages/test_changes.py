"""The page of what changed between two moments."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from agreement.models import Calendar, Holiday
from obligations.commands import set_trigger_date
from obligations.commands.calendars import set_holiday
from obligations.commands.readings import withdraw
from obligations.flagging import sweep
from tests import make
from tests.lasting import monthly
from tests.pages.changes_data import (
    AFTER,
    BEFORE,
    DURING,
    PAGE,
    SPOKEN_OF,
    due_in_may,
    owed,
    page,
    section,
    signed_in,
    told,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]


def test_a_statement_is_told_when_it_was_recorded_not_when_it_was_so(client: Client) -> None:
    late = owed()
    make.finding(late, 1, SPOKEN_OF, now=DURING, reason="Begun.")
    text = words(page(client))
    assert "1 change: 1 finding" in text
    assert "10 May 2024, 11:00 Finding by the mediators Minimal since 1 Mar 2024 public" in text
    assert "O-1 Do O-1 Begun." in text
    assert "Nothing changed" in words(page(client, since="2024-03-01", until="2024-03-31"))


def test_the_form_holds_the_days_that_were_asked_for(client: Client) -> None:
    owed()
    answer = page(client, since="2024-03-01", until="2024-03-31")
    assert 'name="since" value="2024-03-01"' in answer
    assert 'name="until" value="2024-03-31"' in answer


def test_claims_findings_and_contests_stand_newest_first_by_party_and_article(client: Client) -> None:
    mine, yours = owed(), owed(party="beta")
    second = make.commitment("O-2", make.party("alpha"), provision=make.provision("art_2", place=2))
    alpha, beta = (make.representative(make.party(code)) for code in ("alpha", "beta"))
    make.finding(second, 2, SPOKEN_OF, now=DURING)
    claim = make.claim(yours, beta, 3, SPOKEN_OF, now=DURING)
    make.contest(claim, alpha, now=DURING + timedelta(days=1))
    make.finding(mine, 1, SPOKEN_OF, now=DURING)
    html = page(client)
    assert "4 changes: 1 claim, 2 findings, 1 contest" in words(html)
    assert told(section(html, "alpha")) == ["Finding", "Finding"]
    assert told(section(html, "beta")) == ["Contest", "Claim"]
    assert section(html, "alpha").index("art 1") < section(html, "alpha").index("art 2")
    assert html.index('id="party-alpha"') < html.index('id="party-beta"')


def test_each_entry_leads_to_its_obligation(client: Client) -> None:
    make.finding(owed(), 1, SPOKEN_OF, now=DURING)
    assert 'href="/obligations/accord/O-1/"' in section(page(client), "alpha")


def test_a_breach_opens_on_the_day_on_which_the_clock_ran_out_whether_swept_or_not(client: Client) -> None:
    due_in_may()
    text = words(page(client))
    assert "1 change: 1 breach opened" in text
    assert "16 May 2024 Breach opened overdue since 16 May 2024" in text
    sweep(make.NOW)
    assert words(page(client)) == text


@pytest.mark.parametrize(
    ("days", "told_of"), [(("2024-05-16", "2024-05-16"), True), (("2024-05-15", "2024-05-15"), False)]
)
def test_the_first_day_that_is_too_late_is_the_day_of_the_breach(
    client: Client, days: tuple[str, str], told_of: bool
) -> None:
    due_in_may()
    html = page(client, since=days[0], until=days[1])
    assert told(html) == (["Breach opened"] if told_of else [])


def test_a_breach_closes_when_the_finding_that_ended_it_was_recorded(client: Client) -> None:
    late = owed()
    make.finding(late, 3, SPOKEN_OF, now=DURING)
    text = words(page(client))
    assert "2 changes: 1 finding, 1 breach closed" in text
    assert "10 May 2024, 11:00 Breach closed met late by 319 days on 1 Mar 2024" in text
    assert told(page(client, since="2024-03-01", until="2024-03-31")) == []


def test_a_breach_that_closed_later_is_open_in_an_earlier_window(client: Client) -> None:
    late = due_in_may()
    make.finding(late, 3, date(2024, 5, 20), now=AFTER)
    assert told(page(client)) == ["Breach opened"]
    assert told(page(client, until="2024-06-30")) == ["Breach closed", "Finding", "Breach opened"]


def test_each_time_that_something_is_due_again_has_a_breach_of_its_own(client: Client) -> None:
    report = monthly(terms={"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "first": "2024-04-30"})
    html = page(client)
    assert told(html) == ["Breach opened"]
    assert "1 May 2024 Breach opened overdue since 1 May 2024" in words(html)
    make.finding(report, 3, date(2024, 4, 20), now=DURING)
    assert told(page(client)) == ["Breach closed", "Finding", "Breach opened"]
    assert told(page(client, until="2024-06-01")) == [
        "Breach opened",
        "Breach closed",
        "Finding",
        "Breach opened",
    ]


def test_what_takes_a_completion_back_opens_a_breach_where_it_was_recorded(client: Client) -> None:
    late = owed()
    make.finding(late, 3, date(2023, 4, 1), now=BEFORE)
    make.finding(late, 1, SPOKEN_OF, now=DURING)
    html = page(client)
    assert told(html) == ["Breach opened", "Finding"]
    text = words(html)
    assert "10 May 2024, 11:00 Breach opened overdue since 1 Mar 2024" in text
    assert "Cycle 2. This follows from what was recorded 10 May 2024, 11:00" in text


def test_a_reading_that_ends_a_breach_tells_of_both_and_of_the_date_that_moved(client: Client) -> None:
    late = owed()
    reading = make.reading(
        late,
        "extend",
        due_on=date(2024, 9, 1),
        effective_on=date(2024, 5, 1),
        now=DURING,
        agreed_on=date(2024, 5, 2),
        agreed_by=["alpha"],
    )
    html = page(client)
    assert told(html) == ["Breach closed", "Due date moved", "Reading"]
    text = words(html)
    assert "Breach closed extended, 379 days late by then on 1 May 2024" in text
    assert "17 Apr 2023 → to 1 Sep 2024 O-1 Do O-1 Moved by: a reading" in text
    assert "Extended to 1 Sep 2024. Agreed on 2 May 2024 by Alpha It was agreed." in text
    withdraw(reading=reading, actor=make.a_mediator(), now=AFTER, reason="An error.")
    later = page(client, since="2024-06-01", until="2024-06-30")
    assert told(later) == ["Breach opened", "Due date moved", "Reading"]
    assert "Taken back: Extended to 1 Sep 2024." in words(later)


def test_a_reading_that_makes_it_met_in_time_says_that_the_breach_counts_no_more(client: Client) -> None:
    late = owed()
    make.finding(late, 3, date(2023, 4, 18), now=datetime(2023, 4, 18, 12, 0, tzinfo=UTC))
    calendar_of("alpha", date(2023, 4, 17))
    make.reading(late, "count_by", convention="eu-1182-71", now=DURING)
    html = page(client)
    assert told(html) == ["Breach counts no more", "Due date moved", "Reading"]
    text = words(html)
    assert "Breach counts no more the due date moved it had been overdue since 18 Apr 2023" in text
    assert "Counted by: EU Regulation 1182/71." in text


def calendar_of(party: str, *days: date) -> Calendar:
    calendar = Calendar.objects.create(agreement=make.agreement(), code=party, name=f"Days off of {party}")
    calendar.served.create(agreement=make.agreement(), party=make.party(party))
    for day in days:
        Holiday.objects.create(
            calendar=calendar, day=day, name="A day off", origin="pack", recorded_at=BEFORE, from_outset=True
        )
    return calendar


def test_a_day_off_is_told_of_where_it_moved_a_due_date(client: Client) -> None:
    late = owed()
    calendar = calendar_of("alpha")
    make.reading(late, "count_by", convention="eu-1182-71", now=BEFORE)
    days = {date(2023, 4, 17): "Easter Monday", date(2023, 4, 3): "A Monday in between"}
    for day, name in days.items():
        set_holiday(
            calendar=calendar,
            actor=make.a_mediator(),
            now=DURING,
            day=day,
            name=name,
            is_holiday=True,
            reason="It is so.",
        )
    html = page(client)
    assert "Day off added 17 Apr 2023 Easter Monday" in words(html)
    assert "A Monday in between" not in html
    assert "17 Apr 2023 → to 18 Apr 2023 O-1 Do O-1 Moved by: a day off" in words(html)


def test_the_date_of_a_trigger_concerns_the_whole_agreement(client: Client) -> None:
    trigger = make.trigger("T-LATER", None)
    make.commitment("WAIT", make.party("alpha"), days=10, trigger=trigger)
    make.commitment("ELSE", make.party("beta"))
    set_trigger_date(
        trigger=trigger,
        actor=make.a_mediator(),
        now=DURING,
        occurred_on=date(2024, 5, 2),
        reason="It was announced.",
    )
    html = page(client)
    assert told(html) == ["Date of a trigger", "Breach opened", "Due date moved"]
    text = words(html)
    assert "The whole agreement Date of a trigger 2 May 2024 given by the mediators T-LATER" in text.replace(
        "10 May 2024, 11:00 ", ""
    )
    assert "no day → to 12 May 2024 WAIT Do WAIT Moved by: the date of a trigger" in text
    assert told(page(client, party="beta")) == []
    assert "Date of a trigger" in told(page(client, party="alpha"))


def test_a_breach_that_came_to_be_known_after_what_ended_it_opens_and_closes_then(client: Client) -> None:
    trigger = make.trigger("T-LATER", None)
    owed = make.commitment("WAIT", make.party("alpha"), days=10, trigger=trigger)
    make.finding(owed, 3, SPOKEN_OF, now=DURING)
    later = DURING + timedelta(days=10)
    set_trigger_date(
        trigger=trigger,
        actor=make.a_mediator(),
        now=later,
        occurred_on=date(2024, 2, 1),
        reason="It came out.",
    )
    html = page(client)
    assert told(section(html, "alpha")) == ["Breach closed", "Breach opened", "Due date moved", "Finding"]
    assert "20 May 2024, 11:00 Breach closed met late by 19 days on 1 Mar 2024" in words(html)
    assert "20 May 2024, 11:00 Breach opened overdue since 12 Feb 2024" in words(html)


def test_days_that_moved_and_moved_back_did_not_move(client: Client) -> None:
    late = owed()
    reading = make.reading(late, "give_date", due_on=date(2023, 5, 1), now=DURING)
    withdraw(reading=reading, actor=make.a_mediator(), now=DURING + timedelta(days=1), reason="An error.")
    assert told(page(client)) == ["Reading", "Reading"]


def test_what_the_text_began_with_is_no_change(client: Client) -> None:
    owed()
    assert told(page(client)) == []


def test_an_article_has_its_paragraphs_and_its_filter_finds_them(client: Client) -> None:
    article = make.provision("art_1")
    paragraph = make.provision("art_1__para_1", parent=article, place=1)
    other = make.provision("art_2", place=2)
    for code, where in (("ONE", article), ("PARA", paragraph), ("TWO", other)):
        made = make.commitment(code, make.party("alpha"), provision=where)
        make.finding(made, 1, SPOKEN_OF, now=DURING)
    assert page(client).count('<div class="article">') == 2
    html = page(client, provision="art_1")
    assert "2 changes: 2 findings" in words(html)
    assert "Do TWO" not in html


def test_filters_by_party_and_by_several_kinds(client: Client) -> None:
    for party in ("alpha", "beta"):
        make.finding(owed(party=party), 3, SPOKEN_OF, now=DURING)
    assert told(page(client, party="beta")) == ["Breach closed", "Finding"]
    assert told(page(client, kind="finding")) == ["Finding", "Finding"]
    assert len(told(page(client, kind=["finding", "breach_closed"]))) == 4
    assert "Nothing of this kind changed" in page(client, kind="contest")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"since": "2024-06-01"}, "From: This is not before the end."),
        ({"since": "then"}, "From: Give a day as 2024-01-31, or an instant as 2024-01-31T12:00:00Z."),
        ({"until": "2999-01-01"}, "Until: This day has not come yet."),
        ({"party": "gamma"}, "Party: There is no “gamma”."),
        ({"provision": "art_\x00"}, "Provision or article: There is no"),
        ({"by_day": "gossip"}, "By: there is no “gossip”."),
        ({"by_day": "spoken_of", "kind": "due_date"}, "told by the day of recording alone: due dates moved."),
        ({"kind": "gossip"}, "Kind: there is no “gossip”."),
        ({"form": "1"}, "“form”: Unknown parameter."),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_is_shown(
    client: Client, query: dict[str, str], said: str
) -> None:
    make.finding(owed(), 1, SPOKEN_OF, now=DURING)
    html = page(client, status=400, **query)
    assert said in words(html)
    assert told(html) == []


def test_much_is_told_on_several_pages_with_all_of_it_counted_on_each(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("obligations.web.changes.PAGE_SIZE", 3)
    for number, party in enumerate(("alpha", "alpha", "beta", "beta")):
        made = make.commitment(f"O-{number}", make.party(party))
        make.finding(made, 1, SPOKEN_OF, now=DURING)
    first = page(client)
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = client.get(unescape(following)).content.decode()
    assert [len(told(html)) for html in (first, second)] == [3, 1]
    assert "4 changes: 4 findings" in words(first)
    assert "4 changes: 4 findings" in words(second)
    assert "On another page." in section(second, "alpha")
    owed_in = [re.findall(r"/obligations/accord/(O-\d)/", html) for html in (first, second)]
    of_beta = {"O-2", "O-3"}  # of one instant: in the order of their keys
    assert set(owed_in[0]) - of_beta == {"O-0", "O-1"}
    assert set(owed_in[0]) & of_beta == of_beta - set(owed_in[1])


def test_an_empty_page_says_what_to_do(client: Client) -> None:
    owed()
    text = words(page(client))
    assert "Nothing changed in these days" in text
    assert "Look further back: Last 7 days Last 30 days Since the start of the year" in text


def test_without_parameters_it_is_the_first_agreement_and_the_last_seven_days(client: Client) -> None:
    late = owed()
    make.finding(late, 1, SPOKEN_OF, now=make.NOW)
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert answer.context["agreement"] == late.agreement
    assert (answer.context["window"].now - answer.context["window"].since).days in (7, 8)


def test_a_second_agreement_is_beside_it(client: Client) -> None:
    other = make.agreement("other")
    make.commitment("X-1", make.party("gamma", of=other), of=other)
    make.finding(owed(), 1, SPOKEN_OF, now=DURING)
    assert told(page(client)) == ["Finding"]
    assert told(page(client, agreement="other")) == []
    assert client.get(PAGE, {"agreement": "none"}).status_code == 404


def test_where_reading_is_not_open_one_signs_in_first(client: Client, settings: Settings) -> None:
    settings.PUBLIC_READING = False
    owed()
    assert client.get(PAGE).status_code == 302
    assert (
        "There is no agreement here that you may read"
        in signed_in(make.user("a@trial.invalid")).get(PAGE).content.decode()
    )


def many(rows: int) -> None:
    alpha = make.representative(make.party("alpha"))
    for number in range(rows):
        made = owed(f"O-{number}")
        make.reading(made, "extend", due_on=date(2025, 1, 1), effective_on=date(2024, 5, 1), now=DURING)
        make.finding(made, 2, SPOKEN_OF, now=DURING)
        make.contest(make.claim(made, alpha, 3, SPOKEN_OF, now=DURING), alpha, now=DURING)


@pytest.mark.parametrize("rows", [3, 12])
def test_its_queries_do_not_grow_with_what_changed(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many(rows)
    client = signed_in(make.mediator())
    client.get(PAGE)
    with django_assert_num_queries(18):
        html = page(client)
    assert len(told(html)) == 6 * rows


def test_what_took_effect_is_asked_by_the_day_spoken_of(client: Client) -> None:
    owed = make.commitment(days=30)
    make.finding(owed, 3, date(2024, 5, 1), reason="Opened in May.", now=make.NOW)
    told = page(client, since="2024-01-01", until="2024-12-31", by_day="spoken_of")
    assert "Speaks of days from" in told
    assert "Opened in May." in told
    assert '<option value="spoken_of" selected>' in told
    assert "by_day=spoken_of" in told
    assert "Opened in May." not in page(client, since="2024-01-01", until="2024-12-31")
