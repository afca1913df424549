"""The pages of meetings, and the pack: what it holds, for whom, and how fast."""

import json
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from obligations.commands.meetings import add_agenda_item, close_meeting, record_conclusion, tie_to_meeting
from obligations.commands.replies import withdraw_statement
from obligations.models import Meeting, SavedView
from obligations.status.moments import moment_asked
from obligations.web.meetings.pack import Pack, for_the_room
from parties.access import Tier
from tests import make
from tests.make import NOW
from tests.pages.meetings_data import AFTER_IT, a_mediator, get, signed_in, spoken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
reads_pdf = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler-utils")


def test_without_a_meeting_the_page_says_what_to_do_next(client: Client) -> None:
    make.agreement()
    assert "No meeting is planned" in client.get("/meetings/").content.decode()
    assert "Plan a meeting" not in client.get("/meetings/").content.decode()
    answer = signed_in(client, a_mediator()).get("/meetings/").content.decode()
    assert "/meetings/plan/?agreement=accord" in answer
    assert "Its pack is made at once" in answer


def test_a_meeting_is_planned_with_a_day_and_who_may_see_it_and_has_its_pack(client: Client) -> None:
    make.party("committee", kind="body")
    signed_in(client, a_mediator())
    sent = {"body": "committee", "held_on": "2026-03-16", "tier": "parties"}
    answer = client.post("/meetings/plan/?agreement=accord", sent, follow=True)
    (meeting,) = Meeting.objects.all()
    assert answer.redirect_chain == [(f"/meetings/{meeting.key}/", 302)]
    assert "It is in 14 days." in answer.content.decode()
    assert "Deliverables, party by party" in get(client, "meeting-pack", meeting)


def test_who_can_meet_stands_in_one_order_by_name_whatever_it_is(client: Client) -> None:
    for code, kind in {
        "beta": "party",
        "envoy": "facilitator",
        "committee": "body",
        "watch": "observer",
    }.items():
        make.party(code, kind=kind)
    make.party("alpha")
    answer = signed_in(client, a_mediator()).get("/meetings/plan/?agreement=accord")
    choices = answer.context["form"].fields["body"].choices
    assert [code for code, _name in choices] == ["", "alpha", "beta", "committee", "envoy"]


def test_what_is_missing_is_said_and_nothing_typed_is_lost(client: Client) -> None:
    make.party("committee", kind="body")
    signed_in(client, a_mediator())
    answer = client.post("/meetings/plan/?agreement=accord", {"body": "committee", "members": "A. Chair"})
    assert answer.status_code == 422
    assert "Choose who may see it" in answer.content.decode()
    assert "A. Chair" in answer.content.decode()


WORDS = ("Openly found.", "For the parties.", "For alpha alone.", "For mediators.")
SEES: list[tuple[str, str, Tier, int]] = [
    # Who opens it, for whom, the meeting's tier, how many of the words.
    ("mediator", "room", Tier.PUBLIC, 1),
    ("mediator", "room", Tier.PARTIES, 2),
    ("mediator", "room", Tier.MEDIATORS, 4),
    ("mediator", "me", Tier.PARTIES, 4),
    ("alpha", "room", Tier.PARTIES, 2),
    ("alpha", "me", Tier.PARTIES, 3),
    ("beta", "me", Tier.PARTIES, 2),
    ("nobody", "me", Tier.PUBLIC, 1),
]


@pytest.mark.parametrize(("who", "asked", "tier", "n"), SEES)
def test_a_pack_holds_what_its_readers_may_see_and_says_the_highest_tier(
    client: Client, who: str, asked: str, tier: Tier, n: int
) -> None:
    world = spoken()
    meeting = make.meeting(tier=tier)
    if who != "nobody":
        signed_in(client, world["people"][who])
    page = get(client, "meeting-pack", meeting, **{"for": asked})
    assert [words in page for words in WORDS] == [True] * n + [False] * (4 - n)
    highest = ["Public", "Parties and mediators", "In confidence with Alpha", "Mediators"][n - 1]
    assert f"<b>{highest}.</b>" in page


def test_in_confidence_with_a_party_the_pack_for_the_room_is_that_partys(client: Client) -> None:
    world = spoken()
    meeting = make.meeting(tier=Tier.IN_CONFIDENCE, confidant=world["alpha"])
    page = get(signed_in(client, world["people"]["mediator"]), "meeting-pack", meeting)
    assert [words in page for words in WORDS] == [True, True, True, False]


def test_the_requests_of_a_pack_say_whose_commitment_each_is_of(client: Client) -> None:
    owed = make.commitment("ONE", make.party("beta"), days=30)
    make.request(owed, make.party("alpha"), words="How far is it?")
    page = get(signed_in(client, a_mediator()), "meeting-pack", make.meeting())
    row = page.partition("How far is it?")[0].rpartition("<tr>")[2]
    assert [name in row for name in ("Alpha", "ONE", "Beta")] == [True] * 3


def test_who_may_not_see_a_meeting_is_told_that_there_is_none(client: Client) -> None:
    meeting = make.meeting(tier=Tier.PARTIES)
    for name in ("meeting", "meeting-pack", "meeting-pack-pdf", "meeting-minutes", "meeting-minutes-pdf"):
        assert client.get(reverse(name, args=[meeting.key])).status_code == 404
    assert "No meeting is planned" in client.get("/meetings/").content.decode()
    assert client.get("/api/v1/meetings/").json()["results"] == []


@pytest.mark.parametrize("days", [{}, {"as_of": "2024-02-01"}, {"known_at": "2026-02-01"}])
def test_the_numbers_are_those_of_the_api_for_the_same_filters_and_day(
    client: Client, days: dict[str, str]
) -> None:
    spoken()
    make.commitment("O-2", make.party("beta"), days=900)
    meeting = make.meeting(tier=Tier.PUBLIC)
    moment = moment_asked(days, NOW, meeting.agreement.zone)
    pack = Pack(meeting, for_the_room(make.a_mediator(), meeting, NOW), moment)

    def listed(**filters: Any) -> int:
        query: dict[str, Any] = {"agreement": "accord", **days, **filters}
        return len(client.get("/api/v1/commitments/", query).json()["results"])

    for party in (make.party("alpha"), make.party("beta")):
        late = pack.numbers["overdue"][1].get(party.pk, (0, 0))[0]
        assert late == listed(party=party.code, timeliness="overdue")
        complete = pack.numbers["complete"][1].get(party.pk, (0, 0))
        assert complete[1] == listed(party=party.code, kind=["one_off", "conditional"])
    assert len(pack.rows(None)) == pack.numbers["overdue"][0][0] == listed(timeliness="overdue")


def test_it_tells_what_changed_since_the_last_meeting_of_the_same_body(client: Client) -> None:
    owed = make.commitment()
    make.finding(owed, 1, reason="Before it.", now=datetime(2026, 1, 20, 9, tzinfo=UTC))
    make.finding(owed, 2, reason="After it.", now=datetime(2026, 2, 20, 9, tzinfo=UTC))
    make.meeting(held_on=date(2026, 2, 1))
    make.meeting(held_on=date(2026, 2, 25), body=make.party("other", kind="body"))
    page = get(signed_in(client, a_mediator()), "meeting-pack", make.meeting())
    assert "What changed since the last meeting, 1 Feb 2026" in page
    assert "After it." in page
    assert "Before it." not in page


def test_points_show_the_commitments_that_their_filters_and_codes_pick(client: Client) -> None:
    world = spoken()
    make.commitment("O-2", world["beta"])
    meeting = make.meeting()
    said: dict[str, Any] = {"meeting": meeting, "actor": make.a_mediator(), "now": NOW}
    add_agenda_item(title="Of one", picked=["O-2"], **said)
    add_agenda_item(title="Late ones", query="timeliness=overdue", **said)
    page = get(signed_in(client, a_mediator()), "meeting-pack", meeting)
    of_one, late = (
        page.split(f"{number}. {title}</h2>")[1].split("<h2>")[0]
        for number, title in ((4, "Of one"), (5, "Late ones"))
    )
    assert "O-2" in of_one
    assert "not bound" in of_one
    assert "O-1" not in of_one
    assert "O-2" not in late
    assert "days late" in late


def test_a_saved_view_of_the_desk_gives_a_point_its_filters(client: Client) -> None:
    meeting, user = make.meeting(), a_mediator()
    SavedView.objects.create(user=user, name="Late", query="queue=claims&timeliness=overdue")
    SavedView.objects.create(user=user, name="A queue alone", query="queue=claims")
    SavedView.objects.create(user=make.analyst(), name="Not mine", query="timeliness=overdue")
    signed_in(client, user)
    page = get(client, "meeting-agenda", meeting)
    assert [name in page for name in (">Late<", ">A queue alone<", ">Not mine<")] == [True, False, False]
    client.post(reverse("meeting-agenda", args=[meeting.key]), {"title": "What is late", "view": "Late"})
    assert meeting.agenda.get().query == "timeliness=overdue"


def test_what_people_write_is_escaped(client: Client) -> None:
    meeting = make.meeting(agenda=[("<script>x</script> #let", "")], venue="<b>Hall</b>")
    page = get(signed_in(client, a_mediator()), "meeting-pack", meeting)
    assert "<script>x" not in page
    assert "&lt;b&gt;Hall" in page


def test_minutes_hold_the_conclusions_and_what_each_may_see_of_what_was_recorded(client: Client) -> None:
    world = spoken()
    meeting = make.meeting(agenda=[("Adoption", "")], tier=Tier.PUBLIC)
    hidden = make.finding(world["owed"], 3, reason="Only mediators know.", tier=Tier.MEDIATORS)
    said: dict[str, Any] = {"actor": make.a_mediator(), "now": AFTER_IT}
    record_conclusion(item=meeting.agenda.get(), conclusion="Adopted as proposed.", **said)
    tie_to_meeting(meeting=meeting, findings=[world["finding"], hidden], requests=[], **said)
    close_meeting(
        meeting=meeting,
        minutes="The chair opened it.\nBoth spoke.\n\nAll agreed.",
        members="A. Chair",
        **said,
    )
    with time_machine.travel(AFTER_IT, tick=False):
        openly = get(client, "meeting-minutes", meeting)
        closely = get(signed_in(client, a_mediator()), "meeting-minutes", meeting)
    for words in (
        "Adopted as proposed.",
        "The chair opened it.",
        "A. Chair",
        "Openly found.",
        "<b>Public.</b>",
    ):
        assert words in openly
    assert "Only mediators know." not in openly
    assert "Only mediators know." in closely
    assert "<b>Mediators.</b>" in closely


def test_a_wrong_day_is_said_and_leads_back(client: Client) -> None:
    meeting = make.meeting(tier=Tier.PUBLIC)
    for name in ("meeting-pack", "meeting-pack-pdf"):
        answer = client.get(reverse(name, args=[meeting.key]), {"known_at": "2030-01-01"})
        assert answer.status_code == 400
        assert "This day has not come yet" in answer.content.decode()


@reads_pdf
def test_the_pdf_says_what_the_page_says_with_the_tier_on_each_sheet(client: Client, tmp_path: Path) -> None:
    spoken()
    meeting = make.meeting()
    signed_in(client, a_mediator())
    answer = client.get(reverse("meeting-pack-pdf", args=[meeting.key]))
    assert answer.headers["Content-Type"] == "application/pdf"
    (tmp_path / "pack.pdf").write_bytes(answer.content)
    told = subprocess.run(
        ["pdftotext", str(tmp_path / "pack.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    assert all("Parties and mediators" in sheet for sheet in told.split("\f")[:-1])
    assert "For the parties." in told
    assert "For alpha alone." not in told


def test_a_pack_asks_as_much_for_many_obligations_as_for_few(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    speaker = make.representative(beta)
    meeting = make.meeting(agenda=[("All", "kind=one_off"), ("Next", "")])
    signed_in(client, a_mediator())

    def owe(*numbers: int) -> None:
        for number in numbers:
            owed = make.commitment(f"O-{number}", alpha, days=30)
            make.commitment(f"O-{number}", beta, days=30)
            found = make.finding(owed, 1, now=NOW - timedelta(days=1))
            make.contest(found, speaker)
            make.request(owed)

    owe(1, 2, 3)
    get(client, "meeting-pack", meeting)
    with django_assert_num_queries(QUERIES):
        get(client, "meeting-pack", meeting)
    owe(*range(4, 13))
    with django_assert_num_queries(QUERIES):
        get(client, "meeting-pack", meeting)


QUERIES = 28


def test_the_api_gives_a_meeting_with_its_agenda_and_the_keys_of_what_each_may_see(client: Client) -> None:
    world = spoken()
    meeting = make.meeting(tier=Tier.PUBLIC, agenda=[("Adoption", "kind=one_off")])
    hidden = make.finding(world["owed"], 3, tier=Tier.MEDIATORS)
    said: dict[str, Any] = {"actor": make.a_mediator(), "now": NOW}
    tie_to_meeting(meeting=meeting, findings=[world["finding"], hidden], requests=[], **said)
    (row,) = client.get("/api/v1/meetings/", {"agreement": "accord", "body": "committee"}).json()["results"]
    assert row["agenda"] == [
        {
            "place": 1,
            "title": "Adoption",
            "standard": None,
            "filters": "kind=one_off",
            "obligations": [],
            "conclusion": "",
        }
    ]
    assert row["findings"] == [world["finding"].key]
    signed_in(client, a_mediator())
    own = json.loads(client.get(f"/api/v1/meetings/{meeting.key}/").content)
    assert set(own["findings"]) == {world["finding"].key, hidden.key}


@pytest.mark.parametrize("who", ["mediator", "alpha"])
def test_minutes_with_what_was_found_in_confidence_say_with_whom(client: Client, who: str) -> None:
    world = spoken()
    meeting = make.meeting(tier=Tier.PARTIES)
    hidden = make.finding(world["owed"], 2, tier=Tier.IN_CONFIDENCE, confidant=world["alpha"])
    said: dict[str, Any] = {"meeting": meeting, "actor": make.a_mediator()}
    tie_to_meeting(findings=[hidden], requests=[], now=NOW, **said)
    with time_machine.travel(AFTER_IT, tick=False):
        close_meeting(minutes="All was said.", now=AFTER_IT, **said)
        page = get(signed_in(client, world["people"][who]), "meeting-minutes", meeting)
    assert "<b>In confidence with Alpha.</b>" in page


def test_minutes_with_what_was_asked_about_a_confidence_say_with_whom_it_is_read(client: Client) -> None:
    world = spoken()
    meeting = make.meeting(tier=Tier.PARTIES)
    hidden = make.finding(world["owed"], 2, tier=Tier.IN_CONFIDENCE, confidant=world["alpha"])
    asked = make.request(
        world["owed"], world["alpha"], statement=hidden, reply_by=date(2026, 4, 9), wider=True
    )
    said: dict[str, Any] = {"meeting": meeting, "actor": make.a_mediator()}
    tie_to_meeting(findings=[], requests=[asked], now=NOW, **said)
    with time_machine.travel(AFTER_IT, tick=False):
        close_meeting(minutes="All was said.", now=AFTER_IT, **said)
        page = get(signed_in(client, a_mediator()), "meeting-minutes", meeting)
    assert "<b>In confidence with Alpha.</b>" in page


def test_a_point_says_in_sentences_what_it_is_about(client: Client) -> None:
    make.commitment("O-1", make.party("alpha"))
    meeting = make.meeting(
        agenda=[("Late", "timeliness=overdue&party=alpha&level=0&level=1")], tier=Tier.PUBLIC
    )
    page = get(client, "meeting", meeting)
    assert (
        "What is overdue. Only where “Party” is Alpha. Only where “Level found” is Not initiated or Minimal."
        in page
    )


def test_what_changed_stands_by_the_day_of_its_recording(client: Client) -> None:
    make.finding(make.commitment(), 2, reason="Found late.", effective_on=date(2024, 5, 3))
    page = get(signed_in(client, a_mediator()), "meeting-pack", make.meeting())
    told = page.split("Found late.")
    assert "2 Mar 2026" in told[0][-400:]
    assert "It speaks of 3 May 2024." in told[1][:60]


def test_a_finding_that_was_taken_back_since_is_no_finding_of_today_in_the_minutes(client: Client) -> None:
    world = spoken()
    meeting = make.meeting(tier=Tier.PUBLIC)
    said: dict[str, Any] = {"actor": make.a_mediator(), "now": AFTER_IT}
    tie_to_meeting(meeting=meeting, findings=[world["finding"]], requests=[], **said)
    close_meeting(meeting=meeting, minutes="All was said.", **said)
    with time_machine.travel(AFTER_IT, tick=False):
        for name in ("meeting", "meeting-minutes"):
            page = get(client, name, meeting)
            assert "Taken back since." not in page
        withdraw_statement(statement=world["finding"], reason="It rested on a mistake.", **said)
        for name in ("meeting", "meeting-minutes"):
            page = get(client, name, meeting)
            assert "Taken back since." in page
        signed_in(client, a_mediator())
        offered = client.get(reverse("meeting-recorded", args=[meeting.key])).context["form"]
        assert offered["findings"].value() == [world["finding"].key]
