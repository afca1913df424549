"""Handing in evidence, in a browser."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.browser.helpers import errors_of, follow, kept_out, sign_in
from tests.uploads import samples

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/obligations/accord/O-1/"


def test_a_party_hands_in_a_file_and_is_told_of_one_too_large_before_it_is_sent(
    page: Page, live_server: LiveServer, settings: Settings
) -> None:
    settings.PUBLIC_READING, settings.EVIDENCE_MAX_BYTES = True, 1000
    make.commitment()
    errors = errors_of(page)
    sign_in(page, live_server, make.representative(), PAGE)
    follow(page.get_by_role("link", name="Add a file"))
    assert kept_out(page) == []
    file = page.get_by_label("File", exact=True)
    file.set_input_files({"name": "large.pdf", "mimeType": "application/pdf", "buffer": bytes(1001)})
    page.get_by_label("Title").fill("Minutes")
    page.get_by_label("Day that it represents").fill("2024-01-10")
    page.get_by_label("Language").select_option("English")
    page.get_by_label("Public:").check()
    page.get_by_role("button", name="Hand in the file").click()
    assert "too large" in file.evaluate("field => field.validationMessage")  # said before it is sent
    file.set_input_files({"name": "minutes.pdf", "mimeType": "text/html", "buffer": samples.PDF})
    page.get_by_role("button", name="Hand in the file").click()
    expect(page.get_by_role("status")).to_contain_text("The evidence is on record.")
    assert kept_out(page) == []
    assert errors == []
