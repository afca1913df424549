"""The obligation page, and the pages around an account, in a browser."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.browser.helpers import errors_of, follow, kept_out, sign_in, violations
from tests.pages.desk_data import overdue

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/obligations/accord/LATE/"


def test_it_keeps_nobody_out(page: Page, live_server: LiveServer) -> None:
    late = overdue()
    make.contest(make.finding(late, level=3), make.representative(late.party))
    make.commitment("LATE", make.party("beta"))
    for address in (PAGE, "/account/login/", "/account/password/reset/", "/nothing/"):
        page.goto(live_server.url + address)
        assert kept_out(page) == [], address


def test_columns_of_parties_are_equally_wide(page: Page, live_server: LiveServer) -> None:
    for name in ("alpha", "beta", "gamma"):
        overdue(party=name) if name == "alpha" else make.commitment("LATE", make.party(name))
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + PAGE)
    boxes = [box for column in page.locator(".pcol").all() if (box := column.bounding_box())]
    assert len(boxes) == 3
    assert len({round(box["width"]) for box in boxes}) == 1
    assert round(boxes[0]["height"]) == round(boxes[1]["height"])


def test_a_party_claims_and_contests(page: Page, live_server: LiveServer) -> None:
    late = overdue()
    make.finding(late, level=1)
    errors = errors_of(page)
    sign_in(page, live_server, make.representative(late.party), PAGE)
    page.get_by_label("Actions for Alpha").click()
    follow(page.get_by_role("link", name="Make a claim Alpha"))
    assert violations(page) == []
    page.get_by_label("Complete").check()
    page.get_by_label("Reason").fill("All of it is done.")
    page.get_by_label("Public:").check()
    page.get_by_role("button", name="Record claim").click()
    expect(page.get_by_role("status")).to_contain_text("Your claim on")
    page.get_by_label("Actions on: finding").click()
    follow(page.get_by_role("link", name="Contest this"))
    assert violations(page) == []
    page.get_by_label("Reason").fill("It is complete.")
    page.get_by_label("Public:").check()
    page.get_by_role("button", name="Record contest").click()
    expect(page.get_by_role("status")).to_contain_text("Your contest on")
    expect(page.get_by_text("It is complete.")).to_be_visible()
    assert errors == []


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page, live_server: LiveServer) -> None:
    overdue()
    page.goto(live_server.url + PAGE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
