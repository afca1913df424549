"""A security key, the browser's own in place of one that is touched: added, then used at sign-in, under the policy of
contents; and the second step keeps nobody out.
"""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from agreement.models import LedgerEntry
from tests import make
from tests.browser.helpers import errors_of, follow, kept_out, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_security_key_is_added_and_lets_in(page: Page, live_server: LiveServer) -> None:
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    user, errors = make.mediator(), errors_of(page)
    sign_in(page, live_server, user, to="/account/second-factor/")
    follow(page.get_by_role("link", name="Add a security key"))
    assert kept_out(page) == []
    page.get_by_label("Name of the key").fill("on the ring")
    follow(page.get_by_role("button", name="Add the key"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.get_by_label("I have printed or copied them").check()
    follow(page.get_by_role("button", name="Go on"))
    expect(page.get_by_text("on the ring").first).to_be_visible()
    assert LedgerEntry.objects.get(command="add_factor").after == {"factor": "webauthn"}
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/account/login/?next=/account/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(make.PASSWORD)
    follow(page.get_by_role("main").get_by_role("button", name="Sign in"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    assert kept_out(page) == []
    follow(page.get_by_role("button", name="Use the security key"))
    assert page.url == f"{live_server.url}/account/"
    assert errors == []
