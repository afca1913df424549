"""Clicks that come close together, answers that are lost, and the way back: what was sent is recorded once."""

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from obligations.models import Commitment, Statement
from tests import make
from tests.browser.helpers import sign_in
from tests.effort import in_turn

pytestmark = pytest.mark.django_db(transaction=True)

REASON = "The works are finished, as the minutes say."


def claim_form(page: Page, live_server: LiveServer) -> Commitment:
    owed = make.commitment("O-1", make.party("alpha"), days=30)
    make.party("beta")
    sign_in(page, live_server, make.representative(owed.party), address_of(owed))
    fill(page)
    return owed


def address_of(owed: Commitment) -> str:
    return f"/obligations/accord/O-1/claim/?commitment={owed.pk}"


def fill(page: Page) -> None:
    page.locator("input[name=verdict][value='2']").check()
    page.get_by_label("Reason").fill(REASON)
    page.locator("input[name=tier][value=public]").check()


@pytest.mark.parametrize("milliseconds", in_turn([0, 30, 120, 300]))
def test_a_second_click_records_nothing_twice(milliseconds: int, page: Page, live_server: LiveServer) -> None:
    claim_form(page, live_server)
    page.evaluate(
        """ms => {
            const button = document.querySelector("main form button[type=submit]");
            setTimeout(() => button.form.submit(), ms);  // past what the page itself holds back
            button.click();
        }""",
        milliseconds,
    )
    expect(page.get_by_role("status")).to_contain_text("Your claim on")
    assert Statement.objects.count() == 1


def test_a_second_click_loses_no_secret(page: Page, live_server: LiveServer) -> None:
    sign_in(page, live_server, make.mediator(), "/account/tokens/")
    make_button = page.get_by_role("button", name="Make the token")
    page.get_by_label("Name").fill("first")
    make_button.click()
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_label("Name").fill("second")
    make_button.evaluate("button => { button.click(); setTimeout(() => button.click(), 30); }")
    expect(page.get_by_role("heading", level=1)).to_have_text("Token made: second")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("This was sent before: the token was made")


def test_an_answer_that_was_lost_is_asked_for_again(page: Page, live_server: LiveServer) -> None:
    owed = claim_form(page, live_server)

    def cut(route: Route) -> None:
        """The server has it; the browser never hears."""
        route.fetch(max_redirects=0)
        route.abort()

    page.route(f"**{address_of(owed)}", cut)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Record claim").click(no_wait_after=True)
    page.unroute_all()
    assert Statement.objects.count() == 1
    page.go_back()
    if not page.get_by_label("Reason").input_value():
        fill(page)
    page.get_by_role("button", name="Record claim").click()
    expect(page.get_by_role("status")).to_contain_text("Your claim on")
    assert Statement.objects.count() == 1


def test_back_and_sent_again_is_the_same_claim(page: Page, live_server: LiveServer) -> None:
    claim_form(page, live_server)
    page.get_by_role("button", name="Record claim").click()
    expect(page.get_by_role("status")).to_contain_text("Your claim on")
    page.go_back()
    fill(page)
    page.get_by_role("button", name="Record claim").click()
    expect(page.get_by_role("status")).to_contain_text("Your claim on")
    assert Statement.objects.count() == 1
