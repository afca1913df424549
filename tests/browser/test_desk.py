"""The desk in a browser, as a mediator works with it."""

from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from obligations.models import Statement
from parties.access import Tier
from tests import make
from tests.browser.helpers import errors_of, kept_out, sign_in, violations
from tests.pages.desk_data import overdue

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_finding_is_recorded_in_place(page: Page, live_server: LiveServer) -> None:
    overdue("AX-1"), overdue("AX-2")
    errors = errors_of(page)
    sign_in(page, live_server, make.mediator(), "/desk/")
    page.get_by_role("link", name="Do AX-1").click()
    expect(page.get_by_role("heading", name="Finding on AX-1")).to_be_focused()
    page.get_by_label("Complete").check()
    page.get_by_label("So since").fill("2024-01-10")
    page.get_by_label("Reason").fill("Held, with pledges.")
    page.get_by_label("Public:").check()
    expect(page.locator("#effect")).to_have_text(
        "268 days after the due date: the breach closes as met late."
    )
    page.get_by_role("button", name="Record finding").click()
    expect(page.get_by_role("status")).to_contain_text(
        "Finding recorded on AX-1, Alpha: Complete since 10 Jan 2024."
    )
    expect(page.get_by_role("link", name="Do AX-1")).to_have_count(0)
    expect(
        page.get_by_role("navigation", name="Queues").get_by_role("link", name="Overdue 1")
    ).to_be_visible()
    expect(page.get_by_role("heading", name="Overdue")).to_be_focused()
    expect(page).to_have_title("Desk: Overdue (1) - Normalization Tracker")
    assert "commitment" not in page.url
    assert errors == []


def test_what_is_wrong_is_said_and_what_was_typed_stays(page: Page, live_server: LiveServer) -> None:
    overdue("AX-1")
    sign_in(page, live_server, make.mediator(), "/desk/")
    page.get_by_role("link", name="Do AX-1").click()
    page.get_by_label("Source").fill("A paper of the third of May")
    page.get_by_role("button", name="Record finding").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_text("Choose one.")).to_be_visible()
    expect(page.get_by_label("Source")).to_have_value("A paper of the third of May")
    assert violations(page) == []


def test_without_script_the_same_is_recorded(browser: Browser, live_server: LiveServer) -> None:
    overdue("AX-1")
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, live_server, make.mediator(), "/desk/")
    page.get_by_role("link", name="Do AX-1").click()
    page.get_by_label("Intermediate").check()
    page.get_by_label("So since").fill("2024-01-10")
    page.get_by_label("Reason").fill("Begun.")
    page.get_by_label("Public:").check()
    page.get_by_role("button", name="Record finding").click()
    expect(page.get_by_role("status")).to_contain_text("Finding recorded on AX-1")
    expect(page.get_by_role("list").filter(has_text="Do AX-1")).to_contain_text("Intermediate 10 Jan 2024")
    assert Statement.objects.get().effective_on == date(2024, 1, 10)
    page.context.close()


def test_the_keys_move_and_open_the_form(page: Page, live_server: LiveServer) -> None:
    overdue("AX-1"), overdue("AX-2")
    sign_in(page, live_server, make.mediator(), "/desk/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Do AX-2")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="Finding on AX-1")).to_be_focused()
    page.get_by_label("Reason").press_sequentially("jkf/")
    expect(page.get_by_label("Reason")).to_have_value("jkf/")


def test_what_would_tell_of_a_confidence_asks_again_in_place(page: Page, live_server: LiveServer) -> None:
    late = overdue("AX-1")
    alpha = make.representative(late.party)
    claim = make.claim(
        late, alpha, 2, date(2024, 1, 10), tier=Tier.IN_CONFIDENCE, confidant=late.party, reason="Ours alone."
    )
    errors = errors_of(page)
    sign_in(page, live_server, make.mediator(), f"/desk/?commitment={late.pk}")
    expect(page.get_by_text("Ours alone.")).to_be_visible()
    expect(page.get_by_label("So since")).to_have_value("2024-01-10")
    expect(page.get_by_label("In confidence: Alpha and the mediators")).to_be_checked()
    page.get_by_label("Intermediate").check()
    page.get_by_label("Reason").fill("Seen.")
    page.get_by_label("Public:").check()
    page.get_by_role("button", name="Record finding").click()
    expect(page.get_by_text("Who can read that: Alpha and the mediators.")).to_be_visible()
    assert not Statement.objects.findings().exists()
    assert kept_out(page) == []
    page.get_by_label("This is meant to be read by").check()
    page.get_by_role("button", name="Record finding").click()
    expect(page.get_by_role("status")).to_contain_text("Finding recorded on AX-1")
    assert Statement.objects.findings().get().refers_to == claim
    assert errors == []


def test_it_keeps_nobody_out(page: Page, live_server: LiveServer) -> None:
    late = overdue("AX-1")
    make.finding(late, level=1)
    sign_in(page, live_server, make.mediator(), "/desk/")
    for address in ("/desk/", "/desk/?queue=contests", f"/desk/?commitment={late.pk}"):
        page.goto(live_server.url + address)
        assert kept_out(page) == [], address


def test_on_a_narrow_screen_the_form_takes_the_lists_place(browser: Browser, live_server: LiveServer) -> None:
    overdue("AX-1")
    context = browser.new_context(viewport={"width": 360, "height": 700})
    page = context.new_page()
    sign_in(page, live_server, make.mediator(), "/desk/")
    page.get_by_role("link", name="Do AX-1").click()
    expect(page.get_by_role("heading", name="Finding on AX-1")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Do AX-1")).to_be_hidden()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("link", name="Do AX-1")).to_be_visible()
    context.close()
