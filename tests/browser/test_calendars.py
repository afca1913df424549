"""The calendars in a browser: for everybody, narrow and wide, in the light and in the dark, and without script."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.browser.helpers import errors_of, kept_out, sign_in
from tests.calendar_data import ASSUMPTION, calendar, load, pack_calendar

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/agreements/accord/calendars/"


def two_calendars() -> None:
    load(
        pack_calendar("alpha", library="XK", parties=("alpha",)),
        pack_calendar("beta", library="BE", parties=("beta",), note="As it was published."),
    )


def test_they_keep_nobody_out(page: Page, live_server: LiveServer) -> None:
    two_calendars()
    errors = errors_of(page)
    sign_in(page, live_server, make.mediator())
    for address in (f"{PAGE}?year=2023", f"{PAGE}?year=2030", f"{PAGE}change/?calendar=beta"):
        page.goto(live_server.url + address)
        for folded in page.locator("main details > summary").all():
            folded.click()
        assert kept_out(page) == [], address
    assert errors == []


def test_a_day_is_struck_and_restored_without_script(browser: Browser, live_server: LiveServer) -> None:
    two_calendars()
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, live_server, make.mediator(), to=PAGE)
    page.get_by_label("Another year").fill("2023")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Strike 15 Aug 2023").click()
    page.get_by_label("Reason").fill("Decided otherwise.")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("status")).to_contain_text("15 Aug 2023 is no holiday any more")
    assert ASSUMPTION not in calendar("beta").days()
    page.get_by_role("link", name="Restore 15 Aug 2023").click()
    page.get_by_label("Reason").fill("Decided back.")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("status")).to_contain_text("15 Aug 2023 is a holiday now")
    assert calendar("beta").days()[ASSUMPTION] == "Assumption Day"


def test_the_parties_calendars_are_equally_wide(browser: Browser, live_server: LiveServer) -> None:
    two_calendars()
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    sign_in(page, live_server, make.analyst(), to=f"{PAGE}?year=2023")
    boxes = [card.bounding_box() for card in page.locator(".sheets > section").all()]
    assert len(boxes) == 2
    assert len({round(box["width"]) for box in boxes if box}) == 1
