"""The desk in a browser, as a mediator works with it."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from obligations.models import BreachAcknowledgement, Evidence, Statement
from parties.access import Tier
from tests import make
from tests.browser.helpers import errors_of, kept_out, sign_in, violations
from tests.lasting import standing
from tests.pages.desk_data import overdue

pytestmark = pytest.mark.django_db(transaction=True)
SCROLLED = "[...document.querySelectorAll('#rail, #list')].map((pane) => pane.scrollTop)"


def many(n: int = 60) -> None:
    for number in range(n):
        overdue(f"AX-{number:02}")


def test_choosing_row_12_of_60_moves_nothing_and_recording_keeps_the_place(
    page: Page, live_server: LiveServer
) -> None:
    many()
    errors = errors_of(page)
    page.set_viewport_size({"width": 1440, "height": 600})
    sign_in(page, live_server, make.mediator(), "/desk/")
    row = page.get_by_role("link", name="Do AX-11")
    row.scroll_into_view_if_needed()
    before = page.evaluate(SCROLLED)
    assert before[1] > 0
    at = row.bounding_box()
    row.click()
    expect(page.get_by_role("heading", name="Finding on AX-11")).to_be_focused()
    assert page.evaluate(SCROLLED) == before
    assert row.bounding_box() == at
    assert page.evaluate("window.scrollY") == 0
    expect(page.locator(".item[aria-current]")).to_have_attribute(
        "id", page.locator("#form").get_attribute("data-row") or ""
    )
    page.get_by_label("Complete").check()
    page.get_by_label("Since which day").fill("2024-01-10")
    page.get_by_label("Reason").fill("Held, with pledges.")
    page.get_by_label("Public:").check()
    expect(page.locator("#effect")).to_contain_text(
        "268 days after the due date: the breach closes as met late."
    )
    expect(page.locator("#need")).to_contain_text("Everything is chosen")
    page.get_by_role("button", name="Record finding").click()
    expect(page.get_by_role("status")).to_contain_text(
        "Finding recorded on AX-11, Alpha: Complete since 10 Jan 2024."
    )
    expect(row).to_have_count(0)
    expect(page.get_by_role("heading", name="Recorded")).to_be_focused()
    assert page.evaluate(SCROLLED) == before
    expect(
        page.get_by_role("navigation", name="Queues").get_by_role("link", name="Overdue 59")
    ).to_be_visible()
    assert "commitment" not in page.url
    # The keys go on from where the row was.
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Do AX-10")).to_be_focused()
    assert errors == []


def test_what_was_recorded_is_taken_back_by_a_withdrawal(page: Page, live_server: LiveServer) -> None:
    overdue("AX-1")
    sign_in(page, live_server, make.mediator(), "/desk/")
    page.get_by_role("link", name="Do AX-1").click()
    page.get_by_label("Minimal").check()
    page.get_by_label("Reason").fill("Begun.")
    page.get_by_label("Public:").check()
    page.get_by_role("button", name="Record finding").click()
    page.get_by_text("Undo").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_contain_text("Both stay on record.")
    assert [one.kind for one in Statement.objects.order_by("pk")] == ["finding", "withdrawal"]


def test_a_finding_with_a_file_takes_three_clicks_and_typing(
    page: Page, live_server: LiveServer, tmp_path: Path, settings: object
) -> None:
    overdue("AX-1")
    paper = tmp_path / "minutes.txt"
    paper.write_text("Minutes of the third of May.")
    sign_in(page, live_server, make.mediator(), "/desk/")
    page.get_by_role("link", name="Do AX-1").click()
    expect(page.get_by_role("heading", name="Finding on AX-1")).to_be_focused()
    page.keyboard.press("2")
    expect(page.get_by_label("Intermediate")).to_be_checked()
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("The minutes say so.")
    with page.expect_file_chooser() as chooser:
        page.get_by_label("File that it rests on").click()
    chooser.value.set_files(paper)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Mediators: the mediators alone")).to_be_checked()
    page.get_by_role("button", name="Record finding").click()
    expect(page.get_by_role("status")).to_contain_text("Finding recorded on AX-1")
    expect(page.locator("#form").get_by_role("link", name="minutes.txt")).to_be_visible()
    evidence = Evidence.objects.get()
    assert (evidence.title, evidence.tier) == ("minutes.txt", Tier.MEDIATORS)
    assert evidence.attachments.get().statement == Statement.objects.get()
    page.get_by_text("Undo").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_contain_text("Both stay on record.")
    expect(page.locator("#list")).to_contain_text("No finding yet")


def test_nothing_is_chosen_for_who_may_see_it_and_what_was_typed_stays(
    page: Page, live_server: LiveServer
) -> None:
    late = overdue("AX-1")
    make.claim(late, make.representative(late.party))
    sign_in(page, live_server, make.mediator(), "/desk/")
    page.get_by_role("link", name="Do AX-1").click()
    expect(page.locator("[name=tier]:checked")).to_have_count(0)
    expect(page.locator("#need")).to_contain_text("Still to choose: level, reason, who may see it")
    page.get_by_label("Source").fill("A paper of the third of May")
    page.get_by_role("button", name="Record finding").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_text("Choose who may see it: nothing is chosen for you.")).to_be_visible()
    expect(page.get_by_label("Source")).to_have_value("A paper of the third of May")
    assert violations(page) == []


def test_without_script_the_same_is_recorded(browser: Browser, live_server: LiveServer) -> None:
    overdue("AX-1")
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, live_server, make.mediator(), "/desk/")
    page.get_by_role("link", name="Do AX-1").click()
    page.get_by_label("Intermediate").check()
    page.get_by_label("Since which day").fill("2024-01-10")
    page.get_by_label("Reason").fill("Begun.")
    page.get_by_label("Public:").check()
    page.get_by_role("button", name="Record finding").click()
    expect(page.get_by_role("status")).to_contain_text("Finding recorded on AX-1")
    expect(page.locator("#list")).to_contain_text("Intermediate 10 Jan 2024")
    assert Statement.objects.get().effective_on == date(2024, 1, 10)
    page.context.close()


def test_the_keys_move_mark_open_acknowledge_and_help(page: Page, live_server: LiveServer) -> None:
    overdue("AX-1"), overdue("AX-2")
    sign_in(page, live_server, make.mediator(), "/desk/?queue=breaches")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Do AX-2")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="Finding on AX-1")).to_be_focused()
    page.get_by_label("Reason").press_sequentially("jkf/?")
    expect(page.get_by_label("Reason")).to_have_value("jkf/?")
    page.get_by_role("heading", name="Finding on AX-1").focus()
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("The breach is acknowledged.")
    assert BreachAcknowledgement.objects.get().commitment.obligation.code == "AX-1"
    # The list has the number that the queue counts, and the form is as it was.
    expect(page.locator("#list .item")).to_have_count(1)
    expect(page.get_by_label("Reason")).to_have_value("jkf/?")
    expect(
        page.get_by_role("navigation", name="Queues").get_by_role("link", name="Breaches to acknowledge 1")
    ).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_label("File that it rests on")).to_be_focused()
    page.get_by_role("heading", name="Finding on AX-1").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_twenty_periods_are_assessed_at_once(page: Page, live_server: LiveServer) -> None:
    for number in range(20):
        standing(f"ST-{number:02}")
    sign_in(page, live_server, make.mediator(), "/desk/?queue=periods")
    for _row in range(20):
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="One finding for 20 periods")).to_be_focused()
    page.get_by_label("Kept with incidents").check()
    page.get_by_label("Reason").fill("As the report says.")
    page.get_by_label("Public:").check()
    page.get_by_role("button", name="Record 20 findings").click()
    expect(page.get_by_role("status")).to_contain_text("20 findings are recorded.", timeout=20_000)
    assert Statement.objects.findings().count() == 20


def test_what_would_tell_of_a_confidence_asks_again_in_place(page: Page, live_server: LiveServer) -> None:
    late = overdue("AX-1")
    alpha = make.representative(late.party)
    claim = make.claim(
        late, alpha, 2, date(2024, 1, 10), tier=Tier.IN_CONFIDENCE, confidant=late.party, reason="Ours alone."
    )
    errors = errors_of(page)
    sign_in(page, live_server, make.mediator(), f"/desk/?commitment={late.pk}")
    expect(page.get_by_text("Ours alone.")).to_be_visible()
    expect(page.get_by_label("Since which day")).to_have_value("2024-01-10")
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


UNDER_THE_BAR = """() => {
  const bar = document.querySelector('.side .send')
  const fields = [...document.querySelectorAll('#finding-form .in :is(input:not([type=hidden]), select, textarea)')]
  return fields.filter(field => {
    field.focus()
    const end = (field.closest('.choice label') ?? field).getBoundingClientRect().bottom
    return end > bar.getBoundingClientRect().top
  }).map(field => field.name)
}"""


def test_no_choice_that_has_the_focus_is_covered_by_what_stays_in_sight(
    browser: Browser, live_server: LiveServer
) -> None:
    late = overdue("AX-1")
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    sign_in(page, live_server, make.mediator(), "/desk/")
    page.goto(f"{live_server.url}/desk/?commitment={late.pk}")
    assert page.evaluate(UNDER_THE_BAR) == []
    context.close()


def test_the_first_visit_is_four_requests_of_120_kb(page: Page, live_server: LiveServer) -> None:
    """Of page, stylesheet, htmx and script; the icon is asked for by no page's content."""
    many()
    sign_in(page, live_server, make.mediator(), "/desk/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_server.url + "/desk/")
    page.wait_for_load_state("networkidle")
    assert len([url for url in asked if "icon" not in url]) <= 4, asked
