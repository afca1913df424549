"""What changed, and the timeline, in a browser: for everybody, narrow and wide, in the light and in the dark."""

from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.browser.helpers import errors_of, kept_out
from tests.effort import in_turn

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "/changes/?since=2023-01-01",
    "/changes/",
    "/changes/?since=then",
    "/timeline/",
    "/timeline/?party=alpha",
    "/timeline/?provision=art_1&as_of=2024-01-01",
    "/timeline/?party=none",
)


def something_of_everything() -> None:
    """What both pages have a mark or a line for."""
    alpha, beta = make.party("alpha"), make.party("beta")
    speaker = make.representative(alpha)
    for party in (alpha, beta):
        late = make.commitment("LATE", party, days=30)
        met = make.commitment("MET", party, days=30)
        moved = make.commitment("MOVED", party, days=60)
        duty = make.commitment("DUTY", party, kind="standing")
        for start, end in ((date(2023, 7, 1), date(2023, 12, 31)), (date(2024, 1, 1), date(2024, 6, 30))):
            duty.periods.get_or_create(starts_on=start, defaults={"ends_on": end})
        make.finding(duty, conduct="contrary", effective_on=date(2023, 8, 1))
        make.finding(duty, conduct="kept_with_incidents", effective_on=date(2024, 2, 1))
        make.contest(make.claim(late, speaker, 3), speaker)
        make.finding(met, 3, date(2024, 1, 10), source="example.org/a-source")
        make.reading(moved, "extend", due_on=date(2024, 9, 1), effective_on=date(2024, 1, 1))
    make.event("E-1", touches_all=True)


def test_they_keep_nobody_out(page: Page, live_server: LiveServer) -> None:
    something_of_everything()
    errors = errors_of(page)
    for address in in_turn(PAGES):
        page.goto(live_server.url + address)
        for folded in page.locator("main details > summary").all():
            folded.click()
        assert kept_out(page) == [], address
    assert errors == []


def test_days_are_chosen_and_a_change_followed_by_keyboard_without_script(
    browser: Browser, live_server: LiveServer
) -> None:
    something_of_everything()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/changes/")
    page.get_by_label("From", exact=True).fill("2023-04-01")
    page.get_by_label("Party", exact=True).select_option("beta")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**/changes/?*party=beta*")
    expect(page.get_by_role("region", name="Alpha", exact=True)).to_have_count(0)
    page.get_by_role("region", name="Beta", exact=True).get_by_role("link", name="LATE").first.press("Enter")
    page.wait_for_url("**/obligations/accord/LATE/")
    context.close()


def test_a_lane_of_the_picture_leads_to_its_obligation(page: Page, live_server: LiveServer) -> None:
    something_of_everything()
    page.goto(f"{live_server.url}/timeline/?party=alpha")
    page.locator(".lanes").get_by_role("link", name="LATE", exact=True).first.press("Enter")
    page.wait_for_url("**/obligations/accord/LATE/**")
