"""A meeting that somebody else changes meanwhile: both are shown, and nothing is written over."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from obligations.commands.meetings import tie_to_meeting
from tests import make
from tests.make import NOW
from tests.pages.meetings_data import AFTER_IT, a_mediator, signed_in, spoken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]


@pytest.mark.parametrize("what", ["minutes", "conclusion"])
def test_what_another_mediator_wrote_meanwhile_is_shown_and_not_written_over(
    client: Client, what: str
) -> None:
    meeting = make.meeting(agenda=[("Adoption", "")])
    address = reverse("meeting-close", args=[meeting.key])
    if what == "conclusion":
        address = reverse("meeting-point", args=[meeting.key, 1])

    def there() -> str:
        meeting.refresh_from_db()
        return meeting.minutes if what == "minutes" else meeting.agenda.get().conclusion

    with time_machine.travel(AFTER_IT, tick=False):
        signed_in(client, a_mediator())
        assert 'name="seen"' in client.get(address).content.decode()
        other = signed_in(Client(), make.mediator("other@trial.invalid"))
        other.post(address, {what: "All\r\nagreed.", "seen": ""})
        refused = client.post(address, {what: "Nobody agreed.", "seen": ""})
        assert refused.status_code == 422
        page = " ".join(refused.content.decode().split())
        assert all(
            words in page for words in ("Meanwhile this was recorded: “All agreed.”", "Nobody agreed.")
        )
        assert there() == "All\nagreed."
        assert refused.context["form"]["seen"].value() == "All\nagreed."
        client.post(address, {what: "Some agreed.", "seen": "All\r\nagreed."})
        assert there() == "Some agreed."


def test_a_day_that_another_mediator_changed_meanwhile_is_shown_and_not_written_over(client: Client) -> None:
    meeting = make.meeting()
    address = reverse("meeting-change", args=[meeting.key])
    sent = {"held_on": "2026-03-20", "members": "A. Chair", "tier": "parties"}
    signed_in(client, a_mediator())
    seen = client.get(address).context["form"]["seen"].value()
    assert seen == "16 Mar 2026, parties and mediators"
    signed_in(Client(), make.mediator("other@trial.invalid")).post(address, sent | {"seen": seen})
    mine = sent | {"held_on": "2026-03-23", "members": "B. Chair"}
    refused = client.post(address, mine | {"seen": seen})
    page = " ".join(refused.content.decode().split())
    assert refused.status_code == 422
    assert "Meanwhile this was recorded: “20 Mar 2026, A. Chair, parties and mediators”" in page
    assert "B. Chair" in page
    client.post(address, mine | {"seen": refused.context["form"]["seen"].value()})
    meeting.refresh_from_db()
    assert (meeting.held_on, meeting.members) == (date(2026, 3, 23), "B. Chair")


def test_what_was_recorded_in_it_is_not_untied_by_who_did_not_see_it(client: Client) -> None:
    world = spoken()
    meeting, first = make.meeting(), world["finding"]
    second = make.finding(make.commitment("O-2", world["beta"]), 1)
    tie_to_meeting(meeting=meeting, findings=[first], requests=[], actor=make.a_mediator(), now=NOW)
    address = reverse("meeting-recorded", args=[meeting.key])
    signed_in(client, a_mediator())
    assert client.post(address).status_code == 422
    assert meeting.findings.get() == first
    seen = client.get(address).context["form"]["seen"].value()
    both = {"findings": [first.key, second.key], "seen": seen}
    signed_in(Client(), make.mediator("other@trial.invalid")).post(address, both)
    refused = client.post(address, {"seen": seen})
    assert refused.status_code == 422
    assert "“O-1 Alpha, O-2 Beta”" in refused.content.decode()
    assert meeting.findings.count() == 2
    client.post(address, {"seen": refused.context["form"]["seen"].value()})
    assert not meeting.findings.exists()
