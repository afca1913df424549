"""The page of components: each in each state, photographed for who looks at a change of the stylesheet."""

from pathlib import Path

import pytest
from django.conf import settings as configured
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.helpers import errors_of, kept_out

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_component_keeps_nobody_out_and_is_photographed(
    page: Page, live_server: LiveServer, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.browser.styleguide_urls"
    said = errors_of(page)
    page.goto(f"{live_server.url}/styleguide/")
    assert kept_out(page) == []
    assert said == []
    pictures = Path(configured.BASE_DIR) / "test-results" / "styleguide"
    for width, scheme in ((1440, "light"), (1440, "dark"), (360, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.screenshot(path=pictures / f"{width}-{scheme}.png", full_page=True)
    page.emulate_media(forced_colors="active")
    page.screenshot(path=pictures / "360-forced.png", full_page=True)
