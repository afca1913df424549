"""Readings in a browser: recorded with their effect in sight, taken back, and kept open to everybody."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from obligations.models import Reading
from tests import make
from tests.browser.helpers import errors_of, kept_out, sign_in
from tests.calendar_data import ORTHODOX_EASTER_MONDAY, load, pack_calendar
from tests.effort import in_turn
from tests.pages.desk_data import overdue

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/obligations/accord/LATE/"
FORM = f"{PAGE}reading/"


def two_parties() -> None:
    overdue()
    overdue(party="beta")
    load(pack_calendar("alpha", {ORTHODOX_EASTER_MONDAY: "Orthodox Easter Monday"}, parties=("alpha",)))


def open_all(page: Page) -> None:
    for one in page.locator("details").all():
        one.evaluate("element => element.open = true")


def test_a_mediator_sees_what_a_reading_does_records_it_and_takes_it_back(
    page: Page, live_server: LiveServer
) -> None:
    two_parties()
    errors = errors_of(page)
    sign_in(page, live_server, make.mediator(), PAGE)
    page.get_by_role("link", name="Record a reading").click()
    page.get_by_role("link", name="How it is counted").click()
    effect = page.locator("#effect")
    expect(effect).to_contain_text("once the form says enough")
    page.get_by_label("EU Regulation 1182/71").check()
    expect(effect).to_contain_text("Due 18 Apr 2023 instead of 17 Apr 2023.")
    page.get_by_label("Holidays of Alpha").check()
    expect(effect).not_to_contain_text("The due date stays")
    page.get_by_label("Reason").fill("By analogy.")
    page.get_by_role("group", name="Agreed by").get_by_label("Beta").check()
    page.get_by_label("Agreed on").fill("2026-02-27")
    page.get_by_role("button", name="Record reading").click()
    expect(page.get_by_role("status")).to_contain_text("Reading recorded: Counted by: EU Regulation 1182/71")
    assert Reading.objects.count() == 2

    entry = page.locator(".thread > li").first
    expect(entry).to_contain_text("Agreed by Beta")
    entry.get_by_text("Take back").first.click()
    entry.get_by_label("Reason").fill("One of them objects.")
    entry.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back: Counted by: EU Regulation 1182/71")
    expect(page.locator(".thread > li").nth(1)).to_contain_text("taken back")
    assert Reading.objects.filter(kind="withdrawal").count() == 2
    assert errors == []


def test_without_script_the_effect_is_shown_before_it_is_recorded(
    browser: Browser, live_server: LiveServer
) -> None:
    two_parties()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, make.mediator(), f"{FORM}?kind=suspension")
    page.get_by_label("From the day").fill("2023-04-27")
    page.get_by_label("Reason").fill("Both asked for it.")
    page.get_by_role("button", name="Record reading").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is recorded yet.")
    expect(page.locator("#effect")).to_contain_text("The breach closes: suspended after 9 days late.")
    assert not Reading.objects.exists()
    page.get_by_role("button", name="Record reading").click()
    expect(page.get_by_role("status")).to_contain_text("Reading recorded: Clock stopped from 27 Apr 2023 on.")
    assert Reading.objects.count() == 2
    context.close()


def test_a_second_click_records_nothing_twice(page: Page, live_server: LiveServer) -> None:
    two_parties()
    sign_in(page, live_server, make.mediator(), f"{FORM}?kind=waiver")
    page.get_by_label("Reason").fill("Both asked for it.")
    expect(page.locator("#effect")).to_contain_text("The breach closes: waived")
    page.get_by_role("button", name="Record reading").dblclick()
    expect(page.get_by_role("status")).to_contain_text("Reading recorded:")
    assert Reading.objects.count() == 2


def test_they_keep_nobody_out(page: Page, live_server: LiveServer) -> None:
    two_parties()
    first = make.reading(make.commitment("OTHER", make.party("alpha"), days=30), "waive")
    reading = make.reading(first.commitment.obligation.commitments.get(), "resume")
    mediator = make.mediator("second@trial.invalid")
    sign_in(page, live_server, mediator, PAGE)
    other = "/obligations/accord/OTHER/"
    kinds = [f"{FORM}?kind={kind}" for kind in ("counting", "extension", "suspension")]
    for address in in_turn((PAGE, other, FORM, *kinds, f"{other}reading/{reading.key}/")):
        page.goto(live_server.url + address)
        open_all(page)
        assert kept_out(page) == [], address


def test_the_small_calendar_is_a_table_that_tells_what_each_day_is(
    page: Page, live_server: LiveServer
) -> None:
    two_parties()
    page.goto(live_server.url + PAGE)
    page.get_by_text("How this is counted, and what other conventions give").click()
    month = page.get_by_role("table", name="April 2023")
    expect(month).to_be_visible()
    expect(month.get_by_role("columnheader")).to_have_count(7)
    expect(month.get_by_role("cell", name=re.compile("^17 counted, holiday, last day$"))).to_be_visible()


def test_by_keyboard_alone_a_reading_is_recorded(page: Page, live_server: LiveServer) -> None:
    two_parties()
    sign_in(page, live_server, make.mediator(), f"{FORM}?kind=waiver")
    page.get_by_label("Reason").focus()
    page.keyboard.type("Both asked for it.")
    expect(page.locator("#effect")).to_contain_text("The breach closes: waived")
    page.get_by_role("button", name="Record reading").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Reading recorded: Waived from")
