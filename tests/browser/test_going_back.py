"""Going back after signing out shows nothing of what was there, with the browser's own memory of pages on.

The driver switches that memory off; it is switched on here, in the whole browser, since the one without a window has
none, and a page that may be stored shows that it is.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.browser.helpers import sign_in
from tests.pages.desk_data import overdue

pytestmark = pytest.mark.django_db(transaction=True)
SWITCHED_OFF = "--disable-back-forward-cache"


@pytest.fixture(scope="module")
def remembering(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], whole_browser: str
) -> Iterator[Browser]:
    settings = browser_type_launch_args | {"executable_path": whole_browser}
    browser = browser_type.launch(**settings, ignore_default_args=[SWITCHED_OFF])
    yield browser
    browser.close()


@pytest.fixture
def context(remembering: Browser) -> Iterator[BrowserContext]:
    context = remembering.new_context()
    yield context
    context.close()


def shown(page: Page) -> str:
    return str(page.evaluate("document.documentElement.outerHTML"))


def sign_out(page: Page) -> None:
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def test_the_memory_is_on_for_what_may_be_stored(context: BrowserContext, live_server: LiveServer) -> None:
    """Otherwise the others would prove nothing."""
    page = context.new_page()
    page.goto(f"{live_server.url}/compliance/")
    page.evaluate("window.mark = 'still here'")
    page.get_by_role("link", name="Sign in").first.click()
    page.wait_for_url("**/account/login/**")
    page.go_back(wait_until="commit")
    assert page.evaluate("window.mark") == "still here"


def test_going_back_after_signing_out_shows_nothing(context: BrowserContext, live_server: LiveServer) -> None:
    late, mediator = overdue("AX-1"), make.mediator()
    make.finding(late, 1, tier="mediators", reason="Quietly observed.")
    page = context.new_page()
    sign_in(page, live_server, mediator, "/desk/")
    page.goto(f"{live_server.url}/obligations/accord/AX-1/")
    assert "Quietly observed." in shown(page)
    page.goto(f"{live_server.url}/desk/?commitment={late.pk}")
    assert "Finding on AX-1" in shown(page)
    sign_out(page)
    for _step in range(3):
        page.go_back()
        assert "Quietly observed." not in shown(page)
        assert "Finding on AX-1" not in shown(page)
        assert mediator.email not in shown(page)


def test_nor_where_one_signs_out_in_another_tab(context: BrowserContext, live_server: LiveServer) -> None:
    late, mediator = overdue("AX-1"), make.mediator()
    make.finding(late, 1, tier="mediators", reason="Quietly observed.")
    page = context.new_page()
    sign_in(page, live_server, mediator, "/obligations/accord/AX-1/")
    assert "Quietly observed." in shown(page)
    page.goto(f"{live_server.url}/compliance/")
    other = context.new_page()
    other.goto(f"{live_server.url}/")
    sign_out(other)
    page.go_back()
    assert "Quietly observed." not in shown(page)
    assert mediator.email not in shown(page)


def test_htmx_stores_no_page_in_the_browser(context: BrowserContext, live_server: LiveServer) -> None:
    overdue("AX-1"), overdue("AX-2")
    page = context.new_page()
    sign_in(page, live_server, make.mediator(), "/desk/")
    for code in ("AX-1", "AX-2"):
        page.get_by_role("link", name=f"Do {code}").click()
        expect(page.get_by_role("heading", name=f"Finding on {code}")).to_be_visible()
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "AX-1" not in stored
    sign_out(page)
    page.go_back()
    assert "Finding on AX-1" not in shown(page)
