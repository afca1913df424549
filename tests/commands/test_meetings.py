"""Meetings: planned, changed, concluded and closed; and what the ledger keeps of it."""

from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from agreement.commands import set_policy
from agreement.models import LedgerEntry, SignOff
from agreement.viewers import viewer_for
from obligations.commands import Refused
from obligations.commands.meetings import (
    add_agenda_item,
    change_meeting,
    close_meeting,
    plan_meeting,
    record_conclusion,
    remove_agenda_item,
    tie_to_meeting,
)
from obligations.commands.widening import Wider
from obligations.models import AgendaItem, Meeting
from parties.access import PUBLIC_VIEWER, Tier, Viewer
from parties.models import Party, User
from tests import make
from tests.ledger.data import a_ledger, faults
from tests.make import NOW

pytestmark = pytest.mark.django_db

AFTER_IT = datetime(2026, 3, 17, 9, tzinfo=UTC)


def by_mediator(now: datetime = NOW) -> dict[str, Any]:
    return {"actor": make.a_mediator(), "now": now}


def told() -> list[str]:
    return list(LedgerEntry.objects.order_by("pk").values_list("command", flat=True))


def test_each_act_is_an_entry_that_names_the_rows_and_what_was_said_before() -> None:
    meeting = make.meeting(agenda=[("Adoption", "")])
    item = add_agenda_item(meeting=meeting, title="Late", query="timeliness=overdue", **by_mediator())
    record_conclusion(item=item, conclusion="To be done by June.", **by_mediator())
    record_conclusion(item=item, conclusion="To be done by May.", **by_mediator())
    close_meeting(meeting=meeting, minutes="All was said.", members="A. Chair", **by_mediator(AFTER_IT))
    close_meeting(meeting=meeting, minutes="All was said, twice.", **by_mediator(AFTER_IT))
    assert told()[-6:] == [
        "plan_meeting",
        "add_agenda_item",
        "record_conclusion",
        "record_conclusion",
        "close_meeting",
        "close_meeting",
    ]
    planned, second, last = (LedgerEntry.objects.order_by("-pk")[at] for at in (5, 2, 0))
    assert '"obligations.meeting"' in planned.content
    assert '"obligations.agendaitem"' in planned.content
    assert second.before == {"conclusion": "To be done by June."}
    assert last.before["minutes"] == "All was said."
    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.closed_at) == ("All was said, twice.", AFTER_IT)


@pytest.mark.parametrize("who", ["alpha", "analyst", "administrator", "nobody"])
def test_mediators_alone_hold_meetings(who: str) -> None:
    viewers: dict[str, Viewer] = {
        "alpha": viewer_for(make.representative()),
        "analyst": viewer_for(make.analyst(cleared=True)),
        "administrator": viewer_for(make.administrator()),
        "nobody": PUBLIC_VIEWER,
    }
    with pytest.raises(PermissionDenied):
        make.meeting(actor=viewers[who])


def test_what_a_closed_meeting_says_stays() -> None:
    meeting = make.meeting(agenda=[("Adoption", "")])
    close_meeting(meeting=meeting, minutes="Done.", **by_mediator(AFTER_IT))
    with pytest.raises(Refused, match="closed with its minutes"):
        add_agenda_item(meeting=meeting, title="More", **by_mediator())
    with pytest.raises(Refused, match="closed with its minutes"):
        change_meeting(meeting=meeting, held_on=meeting.held_on, tier=Tier.PARTIES, **by_mediator())


def test_minutes_come_after_the_meeting() -> None:
    with pytest.raises(Refused, match="has not come yet"):
        close_meeting(meeting=make.meeting(), minutes="Done.", **by_mediator())


def test_a_point_with_a_conclusion_stays_on_the_agenda() -> None:
    meeting = make.meeting(agenda=[("Adoption", ""), ("Next", "")])
    first, second = meeting.agenda.all()
    record_conclusion(item=first, conclusion="Adopted.", **by_mediator())
    with pytest.raises(Refused, match="stays on the agenda"):
        remove_agenda_item(item=first, **by_mediator())
    remove_agenda_item(item=second, **by_mediator())
    assert list(meeting.agenda.values_list("title", flat=True)) == ["Adoption"]


def test_what_was_taken_off_the_agenda_meanwhile_gets_no_conclusion() -> None:
    meeting = make.meeting(agenda=[("Adoption", "")])
    (item,) = meeting.agenda.all()
    remove_agenda_item(item=meeting.agenda.get(), **by_mediator())
    with pytest.raises(Refused, match="taken off the agenda meanwhile"):
        record_conclusion(item=item, conclusion="Adopted.", **by_mediator())
    with pytest.raises(Refused, match="taken off the agenda meanwhile"):
        remove_agenda_item(item=item, actor=viewer_for(make.mediator("other@trial.invalid")), now=NOW)


def test_the_ledger_tells_what_a_conclusion_stood_in_place_of() -> None:
    meeting = make.meeting(agenda=[("Adoption", "")])
    opened_before = meeting.agenda.get()
    record_conclusion(item=meeting.agenda.get(), conclusion="By June.", **by_mediator())
    record_conclusion(item=opened_before, conclusion="By May.", **by_mediator())
    assert LedgerEntry.objects.latest("pk").before == {"conclusion": "By June."}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"title": "  "}, "Give it a title."),
        ({"title": "x", "query": "timeliness=tomorrow"}, "cannot be “tomorrow”"),
        ({"title": "x", "query": "colour=red"}, "no filter of commitments"),
        ({"title": "x", "picked": ["O-9"]}, "no such obligation: O-9"),
    ],
)
def test_a_point_says_what_is_wrong_with_it(wrong: dict[str, Any], told: str) -> None:
    make.commitment()
    with pytest.raises(Refused, match=told):
        add_agenda_item(meeting=make.meeting(), **wrong, **by_mediator())


def test_more_people_see_it_only_where_that_is_meant() -> None:
    meeting = make.meeting(tier=Tier.MEDIATORS)
    facts: dict[str, Any] = {"held_on": date(2026, 3, 17), "tier": Tier.PARTIES, **by_mediator()}
    with pytest.raises(Wider, match="Say that this is meant"):
        change_meeting(meeting=meeting, **facts)
    assert change_meeting(meeting=meeting, wider=True, **facts).tier == Tier.PARTIES


def test_it_is_not_made_public_by_one_where_two_are_wanted() -> None:
    of = make.agreement()
    administrator = viewer_for(make.administrator())
    set_policy(agreement=of, wanted=[SignOff.PUBLICATIONS], actor=administrator, now=NOW, reason="Agreed.")
    with pytest.raises(Refused, match="wants two of them"):
        make.meeting(tier=Tier.PUBLIC)


def test_what_was_recorded_in_it_are_findings_and_requests_of_the_agreement() -> None:
    owed = make.commitment()
    finding, asked = make.finding(owed, 1), make.request(owed)
    claim = make.claim(owed, make.representative(owed.party))
    meeting = make.meeting()
    tie_to_meeting(meeting=meeting, findings=[finding], requests=[asked], **by_mediator())
    assert list(meeting.findings.all()) == [finding]
    tie_to_meeting(meeting=meeting, findings=[], requests=[asked], **by_mediator())
    assert not meeting.findings.exists()
    with pytest.raises(Refused, match="findings and requests"):
        tie_to_meeting(meeting=meeting, findings=[claim], requests=[], **by_mediator())


def test_a_meeting_is_of_somebody_who_takes_part() -> None:
    elsewhere = make.party("stranger", make.agreement("other"))
    with pytest.raises(Refused, match="takes no part"):
        make.meeting(body=elsewhere)


def test_it_is_there_for_those_alone_who_may_see_it() -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    make.meeting(tier=Tier.IN_CONFIDENCE, confidant=alpha)
    sees = {
        who: Meeting.objects.visible_to(viewer_for(make.representative(who)), NOW).count()
        for who in (alpha, beta)
    }
    assert list(sees.values()) == [1, 0]


def test_the_same_sent_again_plans_no_second_one() -> None:
    said: dict[str, Any] = {
        "agreement": make.agreement(),
        "body": make.party("committee", kind="body"),
        "held_on": date(2026, 3, 16),
        "tier": Tier.PARTIES,
        **by_mediator(),
    }
    assert plan_meeting(**said).pk == plan_meeting(**said).pk


def test_the_place_of_a_point_that_was_taken_off_is_never_given_again() -> None:
    meeting = make.meeting(agenda=[("Adoption", ""), ("Next", "")])
    remove_agenda_item(item=meeting.agenda.get(title="Next"), **by_mediator())
    added = add_agenda_item(meeting=meeting, title="Another", **by_mediator())
    remove_agenda_item(item=added, **by_mediator())
    assert add_agenda_item(meeting=meeting, title="The last", **by_mediator()).place == 4


def test_nor_where_a_meeting_was_planned_before_places_were_counted() -> None:
    meeting = make.meeting(agenda=[("Adoption", ""), ("Next", "")])
    Meeting.objects.update(points=0)
    remove_agenda_item(item=meeting.agenda.get(title="Next"), **by_mediator())
    assert add_agenda_item(meeting=meeting, title="Another", **by_mediator()).place == 3


@pytest.mark.parametrize("language", ["en", "sq", "sr-latn"])
def test_of_a_standard_point_english_is_recorded_whoever_plans_it(language: str) -> None:
    with translation.override(language):
        meeting = make.meeting(agenda=[(AgendaItem.Standard.NEXT_MEETING, ""), ("Takimi i ardhshëm", "")])
    rows = list(meeting.agenda.values_list("title", "standard"))
    assert rows == [("Next meeting", "next_meeting"), ("Takimi i ardhshëm", "")]


@pytest.mark.django_db(transaction=True)
def test_points_that_were_entered_before_some_were_standard_are_as_they_were_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The previous release names its own columns, also while this one runs beside it."""
    accord = a_ledger(tmp_path)
    mediator = viewer_for(User.objects.get(email="mediator@trial.invalid"))
    canonical = import_module("agreement.ledger.canonical")
    every = canonical.state_columns
    with monkeypatch.context() as before:
        before.setattr(
            canonical,
            "state_columns",
            lambda model: tuple(name for name in every(model) if name != "standard"),
        )
        about: dict[str, Any] = {"body": Party.objects.get(code="north"), "actor": mediator}
        meeting = make.meeting(accord, agenda=[("Adoption of the agenda", ""), ("Next", "")], **about)
    (first, second) = meeting.agenda.all()
    assert "standard" not in LedgerEntry.objects.latest("pk").content
    record_conclusion(item=second, conclusion="In June.", actor=mediator, now=NOW)
    assert faults(accord) == []
    assert first.words == "Adoption of the agenda"
