"""Two mediators on one page, and a session that ends: nothing that was typed is lost."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from obligations.models import Statement
from tests import make
from tests.browser.helpers import errors_of, sideways, sign_in, violations
from tests.pages.desk_data import overdue

pytestmark = pytest.mark.django_db(transaction=True)


def write(page: Page, level: str, reason: str) -> None:
    page.get_by_label(level).check()
    page.get_by_label("Since which day").fill("2024-01-10")
    page.get_by_label("Reason").fill(reason)
    page.get_by_label("Public:").check()


def test_the_second_of_two_mediators_sees_both_versions_and_both_are_kept(
    browser: Browser, live_server: LiveServer
) -> None:
    late = overdue("AX-1")
    users = make.mediator(), make.mediator("second@trial.invalid")
    contexts = [browser.new_context(viewport={"width": 360, "height": 800}) for _user in users]
    first, second = (context.new_page() for context in contexts)
    for page, user in zip((first, second), users, strict=True):
        sign_in(page, live_server, user, f"/desk/?commitment={late.pk}")
    write(first, "Minimal", "The office was opened, without staff.")
    write(second, "Intermediate", "The office was opened, with a staff of two.")
    first.get_by_role("button", name="Record finding").click()
    expect(first.get_by_role("status")).to_contain_text("Finding recorded on AX-1")
    second.get_by_role("button", name="Record finding").click()
    expect(second.get_by_role("alert")).to_contain_text("recorded a finding. Look at both")
    both = second.get_by_role("region", name="Both versions")
    expect(both).to_contain_text("The office was opened, without staff.")
    expect(both).to_contain_text("The office was opened, with a staff of two.")
    expect(second.get_by_label("Reason")).to_have_value("The office was opened, with a staff of two.")
    assert violations(second) == []
    assert sideways(second) <= 0
    second.get_by_role("button", name="Record finding").click()
    expect(second.get_by_role("status")).to_contain_text("Finding recorded on AX-1")
    assert set(Statement.objects.values_list("level", flat=True)) == {1, 2}
    for context in contexts:
        context.close()


def test_what_is_sent_after_the_session_ended_is_there_after_signing_in(
    page: Page, live_server: LiveServer
) -> None:
    late, mediator = overdue("AX-1"), make.mediator()
    errors = errors_of(page)
    sign_in(page, live_server, mediator, f"/desk/?commitment={late.pk}")
    write(page, "Intermediate", "Written for an hour.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Record finding").click()
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    page.get_by_label("Email").fill(mediator.email)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Written for an hour.")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("status")).to_contain_text("Finding recorded on AX-1")
    assert Statement.objects.get().reason == "Written for an hour."
    assert errors == []
