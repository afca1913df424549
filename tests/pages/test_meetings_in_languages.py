"""What each reader of a meeting reads in their own language: the product's own points, never what was typed."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from obligations.commands.meetings import add_agenda_item, close_meeting, record_conclusion
from obligations.models import AgendaItem, Meeting
from parties.access import Tier
from parties.models import User
from tests import make
from tests.make import NOW
from tests.pages.meetings_data import AFTER_IT, a_mediator, get, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
ADOPTION = {
    "en": "Adoption of the agenda",
    "sq": "Miratimi i rendit të ditës",
    "sr": "Усвајање дневног реда",
    "sr-latn": "Usvajanje dnevnog reda",
}
SECTION = {
    "en": "4. Deliverables, party by party",
    "sq": "4. Rezultatet e kërkuara, palë për palë",
    "sr": "4. Очекивани резултати, по странама",
    "sr-latn": "4. Očekivani rezultati, po stranama",
}


def reading(client: Client, language: str, user: User | None = None) -> Client:
    user = user or a_mediator()
    user.language = language
    user.save()
    return signed_in(client, user)


def planned_in(client: Client, language: str) -> Meeting:
    make.party("committee", kind="body")
    sent = {"body": "committee", "held_on": "2026-03-16", "tier": "public"}
    reading(client, language).post("/meetings/plan/?agreement=accord", sent)
    return Meeting.objects.get()


@pytest.mark.parametrize("planner", ["sq", "sr"])
def test_the_points_that_a_meeting_begins_with_are_read_in_each_readers_language(
    client: Client, planner: str
) -> None:
    meeting = planned_in(client, planner)
    point = reverse("meeting-point", args=[meeting.key, 1])
    assert [one.standard for one in meeting.agenda.all()] == AgendaItem.Standard.values
    # On record stands English, which is nobody's own.
    assert [one.title for one in meeting.agenda.all()] == [
        "Adoption of the agenda",
        "Deliverables, party by party",
        "Next meeting",
    ]
    for language, words in ADOPTION.items():
        reading(client, language)
        shown = [get(client, name, meeting) for name in ("meeting", "meeting-pack")]
        shown.append(client.get(point).content.decode())
        for page in shown:
            assert words in page
            assert not any(other in page for other in ADOPTION.values() if other != words)
        assert SECTION[language] in shown[1]


def test_the_minutes_have_them_so_too(client: Client) -> None:
    meeting = planned_in(client, "sr")
    said: dict[str, Any] = {"actor": make.a_mediator(), "now": AFTER_IT}
    record_conclusion(item=meeting.agenda.all()[0], conclusion="Adopted.", **said)
    close_meeting(meeting=meeting, minutes="All agreed.", **said)
    for language, words in ADOPTION.items():
        page = get(reading(client, language), "meeting-minutes", meeting)
        assert f"1. {words}" in page


def test_what_somebody_typed_stays_as_it_was_typed(client: Client) -> None:
    meeting = make.meeting(tier=Tier.PUBLIC, agenda=[(ADOPTION["sr"], "")])
    add_agenda_item(meeting=meeting, title=ADOPTION["en"], actor=make.a_mediator(), now=NOW)
    page = get(reading(client, "sq"), "meeting", meeting)
    assert ADOPTION["sr"] in page
    assert ADOPTION["en"] in page
    assert ADOPTION["sq"] not in page


def test_programs_read_english_and_which_point_it_is(client: Client) -> None:
    meeting = planned_in(client, "sq")
    add_agenda_item(meeting=meeting, title="Të ndryshme", actor=make.a_mediator(), now=NOW)
    row = client.get(f"/api/v1/meetings/{meeting.key}/").json()
    assert [(one["title"], one["standard"]) for one in row["agenda"]] == [
        ("Adoption of the agenda", "adoption"),
        ("Deliverables, party by party", "deliverables"),
        ("Next meeting", "next_meeting"),
        ("Të ndryshme", None),
    ]
