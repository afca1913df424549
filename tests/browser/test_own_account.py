"""The own account in a browser: a token is made without script, and no page of it keeps anybody out."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from parties.models import ApiToken
from tests import make
from tests.browser.helpers import errors_of, follow, kept_out, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_its_pages_keep_nobody_out(page: Page, live_server: LiveServer) -> None:
    user = make.mediator()
    for name in ("nightly copy of all that is recorded, for the archive of the institution", "dashboard"):
        make.token(user, name=name)
    errors = errors_of(page)
    sign_in(page, live_server, user, to="/account/")
    shots(page, "own")
    assert kept_out(page) == []
    follow(page.get_by_role("link", name="Tokens", exact=True))
    shots(page, "tokens")
    assert kept_out(page) == []
    page.get_by_label("Name").fill("a copy")
    follow(page.get_by_role("button", name="Make the token"))
    shots(page, "password")
    assert kept_out(page) == []
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Token made: a copy")
    shots(page, "made")
    assert kept_out(page) == []
    assert errors == []


def shots(page: Page, name: str) -> None:
    if not (folder := os.environ.get("SHOTS")):
        return
    for width in (1440, 360):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)


def test_a_token_is_made_and_all_is_ended_without_script(browser: Browser, live_server: LiveServer) -> None:
    user = make.mediator()
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, live_server, user, to="/account/tokens/")
    page.get_by_label("Name").fill("nightly copy")
    page.get_by_role("button", name="Make the token").click()
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    assert len(page.get_by_label("Token").input_value()) == 64
    assert ApiToken.objects.get().name == "nightly copy"
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("status")).to_contain_text("Signed out everywhere")
    assert not ApiToken.objects.exists()
