"""Recording a finding from the desk."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.utils import timezone

from obligations.flagging import sweep
from obligations.models import Breach, Statement
from parties.access import Tier
from tests import make
from tests.pages.desk_data import HTMX, desk, overdue, send, signed_in

pytestmark = pytest.mark.django_db


def test_it_is_recorded_and_the_queue_goes_on() -> None:
    late = overdue()
    sweep(timezone.now())
    response = send(make.mediator(), late, "?queue=overdue&party=alpha", source="example.org, 10 Jan 2024")
    assert response.status_code == 302
    finding = Statement.objects.get()
    assert response["Location"] == f"/desk/?queue=overdue&party=alpha&recorded={finding.key}"
    assert (finding.level, finding.effective_on, finding.reason) == (
        3,
        date(2024, 1, 10),
        "Seen on the spot.",
    )
    assert finding.source == "example.org, 10 Jan 2024"
    breach = Breach.objects.get()
    assert (breach.outcome, breach.days_late) == (Breach.Outcome.MET_LATE, 268)


def test_the_next_page_says_what_was_recorded_and_what_it_did() -> None:
    late = overdue()
    client = signed_in(make.mediator())
    data = {"verdict": "3", "effective_on": "2024-01-10", "reason": "Seen.", "tier": "public", "seen": "none"}
    page = client.post(f"/desk/findings/{late.pk}/", data, follow=True).content.decode()
    assert "Finding recorded on LATE, Alpha: Complete since 10 Jan 2024." in page
    assert "268 days after the due date: the breach closes as met late." in page
    assert f'id="row-{late.pk}"' not in page


def test_with_htmx_the_row_leaves_the_list_and_the_counts_move() -> None:
    late, other = overdue("ONE"), overdue("TWO")
    client = signed_in(make.mediator())
    data = {"verdict": "3", "effective_on": "2024-01-10", "reason": "Seen.", "tier": "public", "seen": "none"}
    response = client.post(f"/desk/findings/{late.pk}/", data, headers=HTMX)
    # As a browser does, which sends the header again.
    page = client.get(response["Location"], headers=HTMX).content.decode()
    assert "Finding recorded on ONE" in page
    assert "<html" not in page
    assert "<title>Desk: Overdue (1) - Normalization Tracker</title>" in page
    assert f'id="row-{late.pk}"' not in page
    assert f'id="row-{other.pk}"' in page


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost() -> None:
    late = overdue()
    response = send(make.mediator(), late, verdict="", effective_on="2999-01-01", source="A paper", reason="")
    page = unescape(response.content.decode())
    assert response.status_code == 422
    assert "Choose one." in page
    assert "Fill this in." in page
    assert 'value="2999-01-01"' in page
    assert 'value="A paper"' in page
    assert not Statement.objects.exists()


def test_what_the_command_refuses_stands_at_its_field() -> None:
    late = overdue()
    tomorrow = (timezone.now() + timedelta(days=2)).date().isoformat()
    response = send(make.mediator(), late, effective_on=tomorrow, htmx=True)
    page = response.content.decode()
    assert response.status_code == 422
    assert "This day has not come yet" in page
    assert 'aria-invalid="true"' in page
    assert response["HX-Replace-Url"] == "false"
    assert "checked" in page


@pytest.mark.parametrize(
    ("day", "reason"), [("0001-01-01", "Seen."), ("2024-01-10", "nul \x00"), ("2024-01-10", "  ")]
)
def test_strange_input_is_refused_with_a_sentence(day: str, reason: str) -> None:
    late = overdue()
    assert send(make.mediator(), late, effective_on=day, reason=reason).status_code == 422
    assert not Statement.objects.exists()


def test_a_confidence_is_chosen_with_its_party() -> None:
    late = overdue()
    mediator = make.mediator()
    assert send(mediator, late, tier=Tier.IN_CONFIDENCE).status_code == 422
    assert send(mediator, late, tier="in_confidence:nobody").status_code == 422
    send(mediator, late, tier="in_confidence:alpha")
    assert Statement.objects.get().confidant == late.party


def test_a_duty_over_time_asks_for_conduct() -> None:
    standing = make.commitment("STAND", kind="standing")
    mediator = make.mediator()
    page = desk(mediator, commitment=standing.pk)
    assert "Kept with incidents" in page
    assert "Not initiated" not in page
    send(mediator, standing, verdict="kept")
    assert Statement.objects.get().conduct == "kept"


def test_the_same_form_sent_twice_is_recorded_once() -> None:
    late = overdue()
    mediator = make.mediator()
    assert send(mediator, late).status_code == 302
    assert send(mediator, late).status_code == 302
    assert Statement.objects.count() == 1


def test_a_finding_that_came_between_is_shown_before_another_is_recorded() -> None:
    late = overdue()
    mediator = make.mediator()
    between = make.finding(late, level=1)
    response = send(mediator, late, seen="none", reason="Seen by me.", source="A paper")
    page = response.content.decode()
    assert response.status_code == 422
    assert f"Meanwhile {between.recorded_by} recorded a finding." in page
    # Both, whole, with what differs marked.
    assert "<mark>Minimal</mark>" in page
    assert "<mark>Complete</mark>" in page
    assert "Seen<mark> by me</mark>." in page
    assert "<mark>A paper</mark>" in page
    assert f'name="seen" value="{between.key}"' in page
    assert send(mediator, late, seen=between.key, reason="Seen by me.").status_code == 302
    assert Statement.objects.count() == 2


@pytest.mark.parametrize(
    ("verdict", "day", "words"),
    [
        ("3", "2024-01-10", "268 days after the due date: the breach closes as met late."),
        ("3", "2023-04-17", "Met on time"),
        ("2", "2024-01-10", "The clock runs on"),
        ("not_assessable", "2024-01-10", "The clock runs on"),
        ("", "2024-01-10", "Give the day since when it is so"),
        ("7", "2024-01-10", "Give the day since when it is so"),
        ("3", "never", "Give the day since when it is so"),
    ],
)
def test_it_is_told_beforehand_what_recording_does(verdict: str, day: str, words: str) -> None:
    late = overdue()
    query = {"verdict": verdict, "effective_on": day}
    told = signed_in(make.mediator()).get(f"/desk/findings/{late.pk}/effect/", query).content.decode()
    assert words in unescape(told)


def test_it_is_told_beforehand_that_a_completion_is_taken_back() -> None:
    late = overdue()
    make.finding(late, level=3)
    query = {"verdict": "2", "effective_on": "2025-02-03"}
    told = signed_in(make.mediator()).get(f"/desk/findings/{late.pk}/effect/", query).content.decode()
    assert "takes the completion of 10 Jan 2024 back" in told
    assert "cycle 2" in told


def test_a_reloaded_form_leads_back_to_the_desk() -> None:
    late = overdue()
    response = signed_in(make.mediator()).get(f"/desk/findings/{late.pk}/?queue=claims")
    assert response["Location"] == f"/desk/?queue=claims&commitment={late.pk}"
