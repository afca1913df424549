"""The page of one obligation."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from agreement.models import Trigger
from obligations.commands import record_answer
from obligations.flagging import sweep
from obligations.models import Gate, Indicator
from parties.access import Tier
from parties.models import User
from tests import make
from tests.lasting import standing
from tests.pages.desk_data import overdue, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
PAGE = "/obligations/accord/LATE/"


def words(client: Client, address: str = PAGE) -> str:
    """The page's text, spaces made single."""
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_it_shows_the_sum_behind_the_date(client: Client) -> None:
    overdue()
    page = words(client)
    assert "18 Mar 2023 + 30 days, calendar = Monday 17 Apr 2023, until midnight in Brussels" in page
    assert "The clock starts with: Start T-START, 18 Mar 2023." in page


def test_a_trigger_without_a_day_says_that_the_clock_waits(client: Client) -> None:
    make.commitment("LATE", days=30, trigger=make.trigger("T-OPEN", None))
    page = words(client)
    assert "The clock starts with an event that has no date yet." in page
    assert "Trigger pending" in page


def test_it_tells_the_target_how_it_would_be_verified_and_what_else_demands_it(client: Client) -> None:
    obligation = overdue().obligation
    obligation.target = {"baseline": "0", "value": "12500.50", "unit": "homes"}
    obligation.means_of_verification = ["The yearbook of stats.example.rs/homes"]
    obligation.save()
    obligation.also_under.add(make.provision("art_9", heading="Homes"))
    answer = client.get(PAGE).content.decode()
    assert '<a href="https://stats.example.rs/homes" rel="nofollow">stats.example.rs/homes</a>' in answer
    page = words(client)
    for part in ("Target 12,500.50 homes", "Baseline 0 homes", "Also demanded by art 9: Homes (Main text)"):
        assert part in page
    text = words(client, "/agreements/accord/")
    assert "Laid down by another provision, and demanded here as well: LATE" in text


def test_it_tells_where_the_text_itself_can_be_read(client: Client) -> None:
    text = overdue().obligation.provision.instrument
    assert "No published text of it was found." in words(client)
    text.source = "the press, x.news/1"
    text.save()
    assert "Its address is not recorded. It was found in: the press, x.news/1" in words(client)
    text.official_text, text.language = "eeas.europa.eu/text_en?a=1&b=2", "sr-Latn"
    text.save()
    page = client.get(PAGE).content.decode()
    address = "https://eeas.europa.eu/text_en?a=1&amp;b=2"
    assert f'<a href="{address}" rel="nofollow" hreflang="sr-Latn">Main text</a>' in page
    assert "(Serbian (Latin))" in page or "Serbian" in page


def test_it_tells_what_the_text_asks_and_how_it_would_be_seen(client: Client) -> None:
    late = overdue()
    obligation = late.obligation
    obligation.beneficiaries, obligation.confidence_note = ["Those concerned"], "Read from a copy."
    obligation.save()
    Indicator.objects.create(obligation=obligation, place=1, text="A paper is published")
    Gate.objects.create(obligation=obligation, place=1, after_trigger=Trigger.objects.get())
    page = words(client)
    for part in (
        "LATE Do LATE",
        "What LATE asks.",
        "Those concerned",
        "Read from a copy.",
        "A paper is published",
    ):
        assert part in page
    assert "Only after What they lack Start T-START, 18 Mar 2023" in page


def test_parties_stand_side_by_side_in_alphabetical_order(client: Client) -> None:
    overdue(party="beta")
    make.commitment("LATE", make.party("alpha"))
    page = client.get(PAGE).content.decode()
    assert re.findall(r'<h3 class="big" id="share-\d+"><span[^>]*>([^<]+)<', page) == ["Alpha", "Beta"]


def test_a_finding_after_the_date_shows_the_breach_and_how_it_ended(client: Client) -> None:
    late = overdue()
    sweep(make.NOW)
    make.finding(late, level=3, reason="Conference held.", source="example.org")
    page = words(client)
    assert "Met late by 268 days" in page
    assert "Cycle 1: overdue since 18 Apr 2023; closed as met late, by 268 days, 10 Jan 2024" in page
    assert "Conference held." in page
    assert "Cycle 1. Flagged 2 Mar 2026, 10:00" in words(signed_in(make.mediator()))
    assert "Flagged" not in page


def test_the_thread_runs_from_the_newest_to_the_start_of_the_clock(client: Client) -> None:
    late = overdue()
    finding = make.finding(late, level=3)
    make.contest(finding, make.representative(late.party), effective_on=date(2024, 2, 1))
    make.finding(late, level=2, effective_on=date(2025, 2, 3))
    page = client.get(PAGE).content.decode()
    thread = page.split('class="thread"')[1].split("</ol>")[0]
    kinds = re.findall(r"<b>([^<]+)</b>", thread)
    assert kinds == [
        "Finding", "Overdue", "Contest", "Breach closed", "Finding", "Overdue", "Clock started",
    ]  # fmt: skip
    assert f'href="#statement-{finding.key}"' in thread


def test_what_was_found_alike_for_several_parties_is_one_entry(client: Client) -> None:
    first, second = overdue(), make.commitment("LATE", make.party("beta"))
    make.finding(first, level=1)
    make.finding(second, level=1)
    page = client.get(PAGE).content.decode()
    thread = page.split('class="thread"')[1].split("</ol>")[0]
    assert re.findall(r"<b>([^<]+)</b>", thread) == ["Finding", "Overdue", "Clock started"]


@pytest.mark.parametrize("tier", [Tier.PARTIES, Tier.MEDIATORS, Tier.IN_CONFIDENCE])
def test_what_is_not_public_leaves_no_trace_for_the_public(client: Client, tier: Tier) -> None:
    late = overdue()
    before = words(client)
    confidant = late.party if tier == Tier.IN_CONFIDENCE else None
    make.finding(late, level=3, tier=tier, confidant=confidant, reason="Told in private.")
    make.event("E-HIDDEN", tier=tier, confidant=confidant, touches_all=True)
    sweep(timezone.now())
    assert words(client) == before
    shown = words(signed_in(make.mediator()))
    assert "Told in private." in shown
    assert "Event E-HIDDEN" in shown


def test_events_that_touch_it_stand_with_their_source(client: Client) -> None:
    late = overdue()
    late.obligation.touched_by.add(make.event("E-OWN"))
    make.event("E-ALL", touches_all=True)
    make.event("E-ELSE")
    page = words(client)
    assert "18 Apr 2023 Event E-OWN" in page
    assert "Event E-ALL" in page
    assert "Event E-ELSE" not in page


@pytest.mark.parametrize(
    "address", ["/obligations/accord/NONE/", "/obligations/none/LATE/", "/obligations/accord/'/"]
)
def test_what_is_not_there_answers_404(client: Client, address: str) -> None:
    overdue()
    assert client.get(address).status_code == 404


def test_where_reading_is_not_open_the_public_gets_404(client: Client, settings: Settings) -> None:
    overdue()
    settings.PUBLIC_READING = False
    assert client.get(PAGE).status_code == 404
    assert signed_in(make.analyst()).get(PAGE).status_code == 200


def test_each_role_is_offered_what_it_may_do(client: Client) -> None:
    late = overdue()
    make.finding(late, level=1)
    offers = ("Record a finding", "Make a claim", "Contest this")
    page = words(client)
    assert not any(offer in page for offer in offers)
    to_a_mediator, to_a_party = words(signed_in(make.mediator())), words(signed_in(make.representative()))
    assert [offer in to_a_mediator for offer in offers] == [True, False, False]
    assert [offer in to_a_party for offer in offers] == [False, True, True]


@pytest.mark.parametrize("parties", [("alpha",), ("alpha", "beta", "gamma")])
def test_thirty_four_queries_do_whatever_was_said(
    parties: tuple[str, ...], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in parties:
        late = make.commitment("LATE", make.party(name), days=30)
        for level in (1, 2, 3, 1):
            make.finding(late, level=level)
    client = signed_in(make.mediator())
    client.get(PAGE)
    # Two of them for who signed, three for the days off, one for other provisions, one for their calendars, two for
    # what the strip shows beside, four for who looks after it and who could, one for the tier of a sheet.
    with django_assert_num_queries(34):
        client.get(PAGE)


def next_step(client: Client) -> str:
    found = re.findall(r'<div class="next noprint">(.*?)</div>', client.get(PAGE).content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", "".join(found))).strip()


def test_each_role_is_told_what_it_does_next(client: Client) -> None:
    late = overdue()
    representative, mediator = signed_in(make.representative()), signed_in(make.mediator())
    analyst = signed_in(make.analyst())
    assert next_step(client) == ""
    assert "There is nothing for you to do here" in next_step(analyst)
    assert next_step(representative).endswith("Your commitment is overdue. Say how far it is. Make a claim")
    assert next_step(mediator).endswith(
        "Alpha is overdue, and nothing was found yet. Say how it stands. Record a finding"
    )
    make.claim(late, User.objects.get(mandates__role="representative"), level=2)
    assert "Alpha says “Intermediate” of itself (10 Jan 2024), and no finding answers it." in next_step(
        mediator
    )
    assert next_step(representative) == (
        "Next for you: Your claim of 10 Jan 2024 waits for a finding: “Intermediate”."
    )
    lower = make.finding(late, level=1)
    assert next_step(representative) == (
        "Next for you: To your claim “Intermediate” of 10 Jan 2024 the mediators answered: “Minimal”. You can contest"
        " that, or make a claim again when more is done. Contest it"
    )
    assert f"/contest/?statement={lower.key}" in representative.get(PAGE).content.decode()
    make.contest(lower, User.objects.get(mandates__role="representative"))
    assert next_step(representative) == (
        "Next for you: Your contest of the finding of 10 Jan 2024 waits for the mediators: “Minimal”."
    )
    make.finding(late, level=2)
    assert next_step(representative).endswith("Your commitment is overdue. Say how far it is. Make a claim")
    make.finding(late, level=3)
    assert "Nothing waits for you here" in next_step(mediator)


def test_a_contest_that_the_mediators_answered_is_not_told_as_one_that_waits() -> None:
    late, speaker = overdue(), make.representative()
    make.claim(late, speaker, level=2)
    contest = make.contest(make.finding(late, level=1), speaker)
    assert "waits for the mediators" in next_step(signed_in(speaker))
    record_answer(
        statement=contest,
        actor=make.a_mediator(),
        now=make.NOW,
        reason="Seen twice.",
        tier="public",
        wider=True,
    )
    assert next_step(signed_in(speaker)).endswith(
        "Your commitment is overdue. Say how far it is. Make a claim"
    )


def test_what_was_found_on_another_period_is_not_told_as_the_answer_to_a_claim() -> None:
    with time_machine.travel(make.NOW, tick=False):
        owed, speaker = standing("LATE", review_months=3), make.representative()
        make.finding(
            owed, conduct="not_kept", effective_on=date(2025, 12, 1), now=make.NOW - timedelta(days=80)
        )
        make.claim(owed, speaker, None, date(2026, 2, 1), conduct="kept")
        make.finding(owed, conduct="kept", effective_on=date(2026, 2, 1))
        assert "mediators answered" not in next_step(signed_in(speaker))
        make.finding(owed, conduct="contrary", effective_on=date(2026, 2, 2))
        assert "the mediators answered: “Contrary”" in next_step(signed_in(speaker))


@pytest.mark.parametrize("days_ago", [0, 1, 10])
def test_nothing_that_was_said_until_today_is_drawn_right_of_today(client: Client, days_ago: int) -> None:
    late, speaker = overdue(), make.representative()
    with time_machine.travel(make.NOW, tick=False):
        for level in (1, 2):
            day = make.NOW.date() - timedelta(days=days_ago)
            make.claim(late, speaker, level=level, effective_on=day)
            make.finding(late, level=level, effective_on=day)
        page = client.get(PAGE).content.decode()
    now = float(re.search(r'<line class="then" x1="([\d.]+)%', page)[1])  # type: ignore[index]
    drawn = re.findall(
        r'<svg x="([\d.]+)%" y="\d+"[^>]*><g transform="translate\((-?\d+) 0\)">(.*?)</g>', page
    )
    there = [(float(x), int(dx) + 16 * ("scale(0.8)" in mark)) for x, dx, mark in drawn]
    assert sum(x > now - 3 for x, _right in there) >= 4
    assert [one for one in there if one[0] >= now - 0.01 and one[1] > 0] == []
    assert [one for one in there if now - 3 < one[0] < now and one[1] > 0] == []


def test_a_statement_has_one_menu(client: Client) -> None:
    for name in ("alpha", "beta", "gamma"):
        make.finding(make.commitment("LATE", make.party(name)), level=1, reason="Seen.")
    thread = signed_in(make.mediator()).get(PAGE).content.decode().split('<ol class="thread">')[1]
    assert thread.split("</ol>")[0].count('<details class="menu">') == 1


def test_what_was_met_in_time_and_recorded_late_is_told(client: Client) -> None:
    make.finding(overdue(), 3, date(2023, 4, 1), now=datetime(2024, 1, 10, 9, 0, tzinfo=UTC))
    assert (
        "10 Jan 2024 Recorded late: Alpha It was met on time, and recorded on 10 Jan 2024: "
        "from 18 Apr 2023 until then it stood as overdue."
    ) in words(client)


def test_the_thread_can_go_by_when_each_was_recorded(client: Client) -> None:
    late = overdue()
    make.finding(late, 1, date(2024, 1, 10), reason="Said first.")
    make.finding(late, 2, date(2023, 6, 1), reason="Said later.", now=make.NOW + timedelta(days=1))

    def order(**query: str) -> bool:
        thread = client.get(PAGE, query).content.decode().split('<ol class="thread">')[1]
        return thread.index("Said first.") < thread.index("Said later.")

    with time_machine.travel(make.NOW + timedelta(days=2)):
        assert order()
        assert not order(order="recorded")
        assert client.get(PAGE, {"order": "best"}).status_code == 400


def test_days_in_a_note_are_written_as_everywhere(client: Client) -> None:
    overdue()
    Trigger.objects.update(note="The text appeared on 2023-03-19 (EV-2023-03-19-A).")
    assert "The text appeared on 19 Mar 2023 (EV-2023-03-19-A)." in words(client)


def test_parties_that_swap_what_was_said_of_them_swap_their_columns(client: Client) -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    speaker = {party.pk: make.representative(party) for party in (alpha, beta)}
    for code, done, undone in (("ONE", alpha, beta), ("TWO", beta, alpha)):
        make.finding(make.commitment(code, done, days=30), level=3)
        make.claim(make.commitment(code, undone, days=30), speaker[done.pk], level=1)
    one, two = (
        columns(client.get(f"/obligations/accord/{code}/").content.decode()) for code in ("ONE", "TWO")
    )
    assert one["Alpha"] == swapped(two["Beta"])
    assert one["Beta"] == swapped(two["Alpha"])


def columns(page: str) -> dict[str, str]:
    """Each party's column, without the numbers of rows and marks."""
    found = re.findall(r'<section class="card pcol.*?</section>', page, re.DOTALL)
    made = [re.sub(r"(share|commitment|mark)-\d+( flip)?", r"\1", column) for column in found]
    return {re.findall(r"<h3[^>]*><span[^>]*>([^<]+)<", column)[0]: column for column in made}


def swapped(column: str) -> str:
    return column.replace("Alpha", "?").replace("Beta", "Alpha").replace("?", "Beta")


def test_a_third_party_stands_with_the_parties_whatever_its_mark(client: Client, settings: Any) -> None:
    settings.PUBLIC_READING = True
    for name, mark in (("alpha", 1), ("beta", 2), ("gamma", 3)):
        owed = make.commitment("LATE", make.party(name))
        type(owed.party).objects.filter(pk=owed.party_id).update(mark=mark)
    html = client.get("/obligations/accord/LATE/").content.decode()
    assert html.count('class="two even shares') == 1
    assert "flip" not in html.split('class="two even shares')[1].split("</section>")[0]
