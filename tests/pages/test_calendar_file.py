"""The calendar that programs subscribe to: what stands in it, for whom, and how it reads to others' programs."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from agreement.commands import revoke_token
from agreement.models import Agreement
from agreement.viewers import viewer_for
from obligations.commands import take_back_request, withdraw_statement
from obligations.commands.meetings import change_meeting
from obligations.deadlines import day_in
from obligations.models import Commitment
from parties.access import Tier
from parties.models import ApiToken, User
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
TODAY = timezone.now().date()
# Khal's least.
KHAL = """[calendars]
[[one]]
path = {folder}
[locale]
local_timezone = Europe/Brussels
default_timezone = Europe/Brussels
"""


def due(code: str, on: date, party: str = "alpha") -> Commitment:
    return make.commitment(code, make.party(party), rule="fixed", terms={"date": on.isoformat()})


def address(of: User | None = None) -> str:
    return f"/calendar/{make.token(of, scope='calendar')}.ics" if of else "/calendar.ics"


def read(at: str) -> dict[str, Any]:
    """The entries by what their titles name, as a program reads them."""
    answer = Client().get(at)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    calendar.validate()  # type: ignore[no-untyped-call]
    return {str(entry["summary"]): entry for entry in calendar.walk("VEVENT")}


def test_deadlines_requests_and_meetings_stand_on_their_days_for_who_may_see_them() -> None:
    owed = due("ONE", TODAY + timedelta(days=40))
    make.request(owed, now=timezone.now(), reply_by=TODAY + timedelta(days=9))
    make.meeting(held_on=TODAY + timedelta(days=20))
    assert list(read(address())) == ["Alpha, last day: ONE Do ONE"]
    entries = read(address(make.mediator()))
    days = {title: entry["dtstart"].dt for title, entry in entries.items()}
    assert days == {
        "Alpha, last day: ONE Do ONE": TODAY + timedelta(days=40),
        "A reply is asked for: ONE": TODAY + timedelta(days=9),
        "Meeting": TODAY + timedelta(days=20),
    }
    assert [alarm["trigger"].dt.days for alarm in entries["Alpha, last day: ONE Do ONE"].walk("VALARM")] == [
        -30,
        -7,
        -1,
        0,
    ]
    assert entries["Alpha, last day: ONE Do ONE"]["url"] == "http://testserver/obligations/accord/ONE/"
    assert {str(one["class"]) for one in entries.values()} == {"PUBLIC", "CONFIDENTIAL"}


def test_what_moves_keeps_its_name_and_has_a_later_version_and_what_is_waived_is_cancelled() -> None:
    owed = due("ONE", TODAY + timedelta(days=40))
    title, mine = "Alpha, last day: ONE Do ONE", address(make.mediator())
    first = read(mine)[title]
    make.reading(owed, "extend", due_on=TODAY + timedelta(days=60), now=timezone.now())
    moved = read(mine)[title]
    assert moved["dtstart"].dt == TODAY + timedelta(days=60)
    assert (moved["uid"], first["sequence"] < moved["sequence"]) == (first["uid"], True)
    make.reading(owed, "waive", effective_on=day_in(timezone.now(), owed.agreement.zone), now=timezone.now())
    waived = read(mine)[title]
    assert (waived["uid"], str(waived["status"])) == (first["uid"], "CANCELLED")
    assert waived["dtstart"].dt == TODAY + timedelta(days=60)
    assert waived["sequence"] >= moved["sequence"]
    assert not waived.walk("VALARM")


def test_alarms_are_on_the_days_of_the_packs_ladder_by_its_counting() -> None:
    monday = TODAY + timedelta(days=28 - TODAY.weekday())
    due("ONE", monday)
    Agreement.objects.update(reminders=[-6, -1, 3], reminder_counting="working-days")
    (entry,) = read(address()).values()
    assert [alarm["trigger"].dt.days for alarm in entry.walk("VALARM")] == [-10, -3]


def test_a_meeting_that_is_moved_keeps_its_name_and_has_a_later_version() -> None:
    planned, mediator = timezone.now() - timedelta(days=2), make.mediator()
    meeting = make.meeting(held_on=TODAY + timedelta(days=20), tier=Tier.PUBLIC, now=planned)
    (first,) = read(address()).values()
    change_meeting(
        meeting=meeting,
        held_on=TODAY + timedelta(days=23),
        tier=Tier.PUBLIC,
        actor=viewer_for(mediator),
        now=timezone.now(),
    )
    (moved,) = read(address()).values()
    assert moved["dtstart"].dt == TODAY + timedelta(days=23)
    assert (moved["uid"], moved["sequence"] > first["sequence"]) == (first["uid"], True)


def test_of_what_is_in_confidence_only_the_day_is_said_and_no_code_page_key_or_word_of_it() -> None:
    owed = due("ONE", TODAY + timedelta(days=40))
    asked = make.request(
        owed,
        now=timezone.now(),
        reply_by=TODAY + timedelta(days=9),
        tier=Tier.IN_CONFIDENCE,
        words="zqcanary asked",
    )
    speaker = make.representative(owed.party)
    (entry,) = [one for one in read(address(speaker)).values() if "confidence" in str(one["summary"])]
    said = b" ".join(line for line in entry.to_ical().splitlines() if not line.startswith(b"UID"))
    assert entry["dtstart"].dt == TODAY + timedelta(days=9)
    assert entry["url"] == "http://testserver/account/work/"
    assert [word for word in (b"ONE", b"zqcanary", asked.key.encode(), b"Alpha") if word in said] == []


def test_a_request_that_was_taken_back_is_cancelled() -> None:
    owed, now = due("ONE", TODAY + timedelta(days=40)), timezone.now()
    asked = make.request(owed, now=now, reply_by=TODAY + timedelta(days=9), tier=Tier.PUBLIC)
    mediator = make.mediator()
    take_back_request(request=asked, reason="Settled.", actor=viewer_for(mediator), now=now)
    assert str(read(address())["Reply of Alpha asked for: ONE Do ONE"]["status"]) == "CANCELLED"


def test_a_request_about_what_was_withdrawn_is_cancelled_and_leads_to_no_page_that_is_gone() -> None:
    owed, now = due("ONE", TODAY + timedelta(days=40)), timezone.now()
    alpha, beta = make.representative(owed.party), make.representative(make.party("beta"))
    claim = make.claim(owed, alpha, now=now - timedelta(hours=2))
    asked: dict[str, Any] = {"statement": claim, "reply_by": TODAY + timedelta(days=9), "tier": Tier.PUBLIC}
    make.request(owed, make.party("beta"), now=now - timedelta(hours=1), **asked)
    own, title = address(beta), "Reply of Beta asked for: ONE Do ONE"
    before = read(own)[title]
    withdraw_statement(statement=claim, actor=viewer_for(alpha), now=now, reason="An error.")
    for at in (own, address()):
        assert str(read(at)[title]["status"]) == "CANCELLED"
    after = read(own)[title]
    assert before["sequence"] < after["sequence"]
    client = Client()
    client.force_login(beta, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(str(after["url"]).removeprefix("http://testserver")).status_code == 200


def test_a_reply_in_confidence_changes_nothing_for_who_is_not_told_of_it() -> None:
    owed, now = due("ONE", TODAY + timedelta(days=40)), timezone.now()
    make.request(owed, now=now - timedelta(hours=1), reply_by=TODAY + timedelta(days=9), tier=Tier.PUBLIC)
    alpha, beta = make.representative(owed.party), make.representative(make.party("beta"))
    told, others = [address(alpha), address(make.mediator())], [address(), address(beta)]

    def alarms(at: str) -> int:
        return len(read(at)["Reply of Alpha asked for: ONE Do ONE"].walk("VALARM"))

    assert [alarms(at) > 0 for at in told] == [True, True]
    before = [Client().get(at).content for at in others]
    make.claim(owed, alpha, now=now, tier=Tier.IN_CONFIDENCE, confidant=owed.party)
    assert [alarms(at) for at in told] == [0, 0]
    after = [Client().get(at).content for at in others]
    assert [one.splitlines() for one in after] == [one.splitlines() for one in before]


def test_filters_narrow_it_and_wrong_ones_are_refused() -> None:
    due("ONE", TODAY + timedelta(days=4))
    due("TWO", TODAY + timedelta(days=5), "beta")
    assert list(read("/calendar.ics?party=beta")) == ["Beta, last day: TWO Do TWO"]
    assert Client().get("/calendar.ics?level=9").status_code == 400
    assert Client().get("/calendar.ics?colour=red").status_code == 400


def test_a_revoked_address_is_gone_and_a_token_serves_one_purpose() -> None:
    mediator, now = make.mediator(), timezone.now()
    calendar, program = make.token(mediator, scope="calendar"), make.token(mediator, scope="read")
    assert Client().get(f"/calendar/{calendar}.ics").status_code == 200
    assert Client().get(f"/calendar/{program}.ics").status_code == 404
    header = {"Authorization": f"Token {calendar}"}
    assert Client().get("/api/v1/commitments/", headers=header).status_code == 401
    token = ApiToken.objects.get(scope="calendar")
    revoke_token(token=token, actor=viewer_for(mediator), now=now)
    assert Client().get(f"/calendar/{calendar}.ics").status_code == 404


def test_nothing_new_is_answered_without_a_body() -> None:
    due("ONE", TODAY + timedelta(days=4))
    first = Client().get("/calendar.ics")
    again = Client().get("/calendar.ics", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_it_is_whole_to_the_letter_of_the_standard_and_another_program_reads_it(tmp_path: Path) -> None:
    owed = due("ONE", TODAY + timedelta(days=40))
    make.request(owed, now=timezone.now(), reply_by=TODAY + timedelta(days=9))
    content = Client().get(address(make.mediator())).content
    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert content.count(b"BEGIN:VTIMEZONE") == 1
    file = tmp_path / "deadlines.ics"
    file.write_bytes(content)
    (tmp_path / "khal").write_text(KHAL.format(folder=tmp_path))
    khal = [sys.executable, "-m", "khal", "-c", str(tmp_path / "khal"), "printics", str(file)]
    told = subprocess.run(
        khal, capture_output=True, text=True, check=True, env={"HOME": str(tmp_path)}
    ).stdout
    assert "Alpha, last day: ONE Do ONE" in told
    assert "A reply is asked for: ONE" in told
