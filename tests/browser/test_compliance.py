"""The compliance pages in a browser: for everybody, narrow and wide, in the light and in the dark, by keyboard."""

import itertools

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from parties.models import Party
from tests import make
from tests.browser.helpers import errors_of, kept_out, sideways, sign_in
from tests.effort import in_turn
from tests.pages.compliance_data import accord

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "/",
    "/compliance/",
    "/compliance/?party=none",
    "/compliance/?compare_with=2023-03-20",
    "/compliance/charts/levels/",
    "/compliance/charts/articles/embed/",
    "/commitments/?party=beta",
    "/agreements/accord/",
)


def test_they_keep_nobody_out(page: Page, live_server: LiveServer) -> None:
    accord()
    errors = errors_of(page)
    for address in in_turn(PAGES):
        page.goto(live_server.url + address)
        for folded in page.locator("main details > summary").all():
            folded.click()
        assert kept_out(page) == [], address
    assert errors == []


def test_a_long_name_of_a_party_is_as_wide_as_a_narrow_page(page: Page, live_server: LiveServer) -> None:
    accord()
    Party.objects.update(name="MINISTERO DEL LAVORO E DELLE POLITICHE SOCIALI E ABITATIVE")
    page.set_viewport_size({"width": 360, "height": 800})
    for address in ("/compliance/", "/obligations/accord/DUE/"):
        page.goto(live_server.url + address)
        assert sideways(page) <= 0, address


def test_the_first_screen_has_every_figure_and_the_marks(page: Page, live_server: LiveServer) -> None:
    accord()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/compliance/")
    boxes = [one.bounding_box() for one in page.locator(".figures > *").all()]
    tops = [box["y"] for box in boxes if box]
    assert [tops.count(top) for top in sorted(set(tops))] == [4, 4]
    for place in (".figures > :last-child", ".legend", "#picture-levels svg"):
        box = page.locator(place).first.bounding_box()
        assert box
        assert box["y"] < 900


@pytest.mark.parametrize("width", [360, 1440])
def test_no_gap_stands_under_a_number_of_which_the_words_take_several_lines(
    page: Page, live_server: LiveServer, width: int
) -> None:
    accord()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/compliance/")
    words = page.locator(".figures .figure small").first
    size, *tops = words.evaluate(
        """words => {
            words.textContent = "of all that was agreed ".repeat(4)
            const all = document.createRange()
            all.selectNodeContents(words)
            const tops = [...all.getClientRects()].map(line => line.top)
            return [parseFloat(getComputedStyle(words).fontSize), ...tops]
        }"""
    )
    assert len(tops) > 1
    assert max(after - before for before, after in itertools.pairwise(tops)) <= 1.7 * size


def test_both_halves_of_an_article_are_equally_wide(page: Page, live_server: LiveServer) -> None:
    accord()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/compliance/")
    left, right = (page.locator(f".strip thead th.{side}").first.bounding_box() for side in "lr")
    assert left
    assert right
    assert round(left["width"]) == round(right["width"])


def test_a_phone_has_the_numbers_and_a_link_to_each_long_picture(page: Page, live_server: LiveServer) -> None:
    accord()
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live_server.url}/compliance/")
    expect(page.locator("#picture-articles table.strip").first).to_be_hidden()
    page.get_by_role("link", name="Show every article").click()
    expect(page.locator("#picture-articles table.strip").first).to_be_visible()
    assert sideways(page) <= 0


def test_filters_are_set_and_a_number_followed_by_keyboard_without_script(
    browser: Browser, live_server: LiveServer
) -> None:
    accord()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/compliance/")
    page.get_by_text("Change", exact=True).locator("xpath=ancestor::summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Party", exact=True).select_option("beta")
    page.get_by_label("Overdue", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**/compliance/?*party=beta*")
    expect(page.get_by_role("list", name="Active filters")).to_contain_text("Party: Beta")
    overdue = page.locator(".figures > div").filter(has=page.get_by_role("link", name="Overdue", exact=True))
    overdue.locator(".figure").get_by_role("link").first.press("Enter")
    expect(page.locator(".total")).to_have_text("1 of 12")
    expect(page.get_by_role("link", name="DUE", exact=True)).to_be_visible()
    context.close()


def test_titles_tell_pages_apart(page: Page, live_server: LiveServer) -> None:
    accord()
    titles = []
    for address in (
        "/",
        "/compliance/",
        "/commitments/",
        "/commitments/?party=beta",
        "/agreements/accord/",
    ):
        page.goto(live_server.url + address)
        titles.append(page.title())
    assert len(set(titles)) == len(titles)


def test_the_mediator_is_told_in_which_tiers_it_was_counted(page: Page, live_server: LiveServer) -> None:
    accord()
    sign_in(page, live_server, make.mediator(), "/compliance/")
    expect(page.get_by_text("Counted in what you may see")).to_be_visible()
